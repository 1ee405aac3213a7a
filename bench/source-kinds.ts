import { streamParcel, callbackParcel } from '../services/simulator/delivery/parcels.ts'
import {
  judgementParcel,
  mailParcel,
  profileParcel,
  webhookParcel,
} from '../services/simulator/delivery/said-parcels.ts'
import type { Parcel } from '../services/simulator/delivery/sender.ts'
import type { SaidEvent } from '../services/simulator/model/happening.ts'
import { isStreamed } from '../services/simulator/wire/cloud-event.ts'
import { isStreamedSaying } from '../services/simulator/wire/said-cloud-event.ts'
import { customBatchParcel, customParcel } from './custom-parcels.ts'
import { recordedForms, recordedMails } from './recorded-parcels.ts'
import type { SourceSample } from './source-sample.ts'
import type { SenderSecrets } from './source-secrets.ts'

/** What one kind of source sends, signed. */
export interface SourceKind {
  readonly name: string
  /** One event a request, or a hundred. */
  readonly way: 'alone' | 'batched'
  readonly parcels: readonly Parcel[]
}

/** The kinds that all others of their way are held against. */
export const baselines = {
  alone: 'TaskRouter by callback',
  batched: 'TaskRouter by Event Streams',
} as const satisfies Record<SourceKind['way'], string>

const batchSize = 100

export function createKinds(sample: SourceSample, secrets: SenderSecrets): readonly SourceKind[] {
  return [...kindsAlone(sample, secrets), ...kindsInBatches(sample, secrets)]
}

function kindsAlone(
  { centre, routed, custom, of }: SourceSample,
  secrets: SenderSecrets,
): readonly SourceKind[] {
  const webhooks = (source: 'voice' | 'conversations' | 'messaging') =>
    of(source).map((event) => webhookParcel(event, centre, secrets))
  const kinds = new Map<string, readonly Parcel[]>([
    [baselines.alone, routed.map((event) => callbackParcel(event, centre, secrets))],
    ['voice callbacks', webhooks('voice')],
    ['Conversations webhooks', webhooks('conversations')],
    ['messaging callbacks', webhooks('messaging')],
    ['video callbacks', recordedForms('video-callbacks', '/twilio/video', secrets)],
    ['AI Assistants', recordedForms('assistants', '/twilio/assistants', secrets)],
    ['Intelligence', of('intelligence').map((event) => judgementParcel(event, centre, secrets))],
    ['Segment', of('segment').map((event) => profileParcel([event], secrets))],
    ['SendGrid, inbound mail', recordedMails(secrets)],
    ['custom CloudEvents', custom.map((event) => customParcel(event, secrets))],
  ])
  return [...kinds].map(([name, parcels]) => ({ name, way: 'alone', parcels }))
}

function kindsInBatches(
  { centre, routed, custom, of }: SourceSample,
  secrets: SenderSecrets,
): readonly SourceKind[] {
  const streams = (source: SaidEvent['source']) =>
    batches(of(source).filter(isStreamedSaying)).map((batch) =>
      streamParcel(batch, centre, secrets),
    )
  const offered = routed.filter(({ type }) => isStreamed(type))
  const kinds = new Map<string, readonly Parcel[]>([
    [baselines.batched, batches(offered).map((batch) => streamParcel(batch, centre, secrets))],
    ['voice by Event Streams', streams('voice')],
    ['Voice Insights by Event Streams', streams('insights')],
    ['Conversations by Event Streams', streams('conversations')],
    ['messaging by Event Streams', streams('messaging')],
    ['Studio by Event Streams', streams('studio')],
    ['SendGrid, batched', batches(of('sendgrid')).map((batch) => mailParcel(batch, secrets))],
    ['Segment, batched', batches(of('segment')).map((batch) => profileParcel(batch, secrets))],
    [
      'custom CloudEvents, batched',
      batches(custom).map((batch) => customBatchParcel(batch, secrets)),
    ],
  ])
  return [...kinds].map(([name, parcels]) => ({ name, way: 'batched', parcels }))
}

function batches<T>(events: readonly T[]): readonly (readonly T[])[] {
  return Array.from({ length: Math.floor(events.length / batchSize) }, (_, index) =>
    events.slice(index * batchSize, (index + 1) * batchSize),
  )
}
