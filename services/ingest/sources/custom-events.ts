import type { z } from 'zod'
import {
  customEventDataSchema,
  customEventSchema,
  type CustomEvent,
  type CustomEventData,
} from '../../../schemas/inbound/custom-events.ts'
import type { Instant } from '../../../schemas/events/instant.ts'
import { emptyFields, ledgerEventSchema } from '../../../schemas/events/ledger-event.ts'
import {
  eventTypes,
  hubEventTypes,
  unknownEventTypes,
} from '../../../schemas/events/event-types.ts'
import type { Judged, Verdict } from '../verdict.ts'
import { toEventId } from './event-id.ts'
import { toInstant } from './event-time.ts'
import { jsonElements } from './json-elements.ts'
import { keepUnknown } from './unknown-cloud-event.ts'

export const customEventsSource = 'custom-events'

/** A fault of a call to the API: where, as a JSON pointer, and what. It never repeats what was sent. */
export interface Fault {
  readonly pointer: string
  readonly detail: string
}

export interface CustomReading {
  readonly judged: readonly Judged[]
  /** If there is any, nothing of the request is to be stored: its sender is there to hear of it. */
  readonly faults: readonly Fault[]
}

export interface CustomRules {
  readonly receivedAt: Instant
  readonly clockSkewMaxMs: number
  readonly batchMax: number
}

/** Reads one event or a batch, and finds every fault of it at once. */
export function readCustomEvents(body: Uint8Array, rules: CustomRules): CustomReading {
  const split = jsonElements(body, rules.batchMax)
  if (split === null) {
    const detail = `expected a CloudEvent or an array of at most ${rules.batchMax} of them`
    return { judged: [], faults: [{ pointer: '', detail }] }
  }
  const judged: Judged[] = []
  const faults: Fault[] = []
  split.elements.forEach((bytes, index) => {
    const reading = readElement(bytes, rules)
    if ('kind' in reading) return judged.push({ verdict: reading, body: bytes })
    const place = split.isArray ? `/${index}` : ''
    return faults.push(...reading.map((fault) => ({ ...fault, pointer: place + fault.pointer })))
  })
  return { judged, faults }
}

function readElement(bytes: Uint8Array, rules: CustomRules): Verdict | readonly Fault[] {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return [{ pointer: '', detail: 'is not JSON' }]
  }
  const envelope = customEventSchema.safeParse(value)
  if (!envelope.success) return faultsOf(envelope.error, '')
  const event = envelope.data
  const at = toInstant(event.time)
  if (at === null) return [{ pointer: '/time', detail: 'is no time after 1970' }]
  if (at > rules.receivedAt + rules.clockSkewMaxMs) {
    return [{ pointer: '/time', detail: 'lies in the future' }]
  }
  if (hubOnly.has(event.type)) return [{ pointer: '/type', detail: 'is for the hub itself to say' }]
  // A source and its id make an event one; two channels may both begin to count at 1.
  const identity = { ...event, id: `${event.source}#${event.id}` }
  if (!neutralTypes.has(event.type)) {
    const { source, data } = event
    return keepUnknown({ event: identity, data, text, bytes, source, road: 'api', ...rules })
  }
  const data = customEventDataSchema.safeParse(event.data)
  if (!data.success) return faultsOf(data.error, '/data')
  return understand(identity, data.data, { at, text, receivedAt: rules.receivedAt })
}

const neutralTypes = new Set<string>(eventTypes)
const hubOnly = new Set<string>([
  ...hubEventTypes,
  ...unknownEventTypes,
  'definitions.set',
  'reservation.force-closed',
  'task.preceded',
  'identity.labelled',
])

function understand(
  event: CustomEvent,
  data: CustomEventData,
  receipt: { readonly at: Instant; readonly receivedAt: Instant; readonly text: string },
): Verdict | readonly Fault[] {
  const parsed = ledgerEventSchema.safeParse({
    ...emptyFields,
    ...fieldsOf(data),
    type: event.type,
    id: toEventId(event.id),
    source: event.source,
    road: 'api',
    at: receipt.at,
    receivedAt: receipt.receivedAt,
    payload: receipt.text,
  })
  // What is left to find is that the type asks for an id which the data do not have; both bear the same name.
  if (!parsed.success) return faultsOf(parsed.error, '/data')
  return { kind: 'understood', events: [parsed.data] }
}

/** A member of the data is named as the field, but for its case. What is not said is `null`. */
function fieldsOf(data: CustomEventData): Record<string, unknown> {
  const fields: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(data)) {
    const field = name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
    if (knownNames.has(name) && value !== undefined && value !== null) fields[field] = value
  }
  const { attributes, requested_at: requestedAt } = data
  if (typeof attributes === 'object' && attributes !== null) {
    fields['attributes'] = JSON.stringify(attributes)
  }
  if (requestedAt) fields['requestedAt'] = toInstant(requestedAt)
  return fields
}

const knownNames = new Set(Object.keys(customEventDataSchema.shape))

function faultsOf(error: z.ZodError, place: string): readonly Fault[] {
  return error.issues.map((issue) => ({
    pointer: [place, ...issue.path.map((step) => String(step))].join('/'),
    detail: issue.message,
  }))
}
