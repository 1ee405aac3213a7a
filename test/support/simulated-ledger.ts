import { generateKeyPairSync } from 'node:crypto'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { isUrlencoded, urlencodedFields } from '../../services/ingest/received-request.ts'
import { sources } from '../../services/ingest/sources.ts'
import { normaliseTaskRouter } from '../../services/ingest/sources/twilio-taskrouter.ts'
import type { Judged } from '../../services/ingest/verdict.ts'
import { streamParcel } from '../../services/simulator/delivery/parcels.ts'
import {
  judgementParcel,
  mailParcel,
  profileParcel,
  webhookParcel,
} from '../../services/simulator/delivery/said-parcels.ts'
import type { Parcel } from '../../services/simulator/delivery/sender.ts'
import type { Centre } from '../../services/simulator/model/centre.ts'
import type { SimulatedEvent } from '../../services/simulator/model/event.ts'
import {
  isOfTaskRouter,
  type Happening,
  type SaidEvent,
} from '../../services/simulator/model/happening.ts'
import { toCallback } from '../../services/simulator/wire/callback.ts'
import { isStreamedSaying } from '../../services/simulator/wire/said-cloud-event.ts'

/** What the ledger makes of a simulated event that comes as a callback. */
export function ledgerEvents(
  event: SimulatedEvent,
  centre: Centre,
  receivedAt = event.at + 200,
): readonly LedgerEvent[] {
  const verdict = normaliseTaskRouter(toCallback(event, centre), receivedAt)
  if (verdict.kind === 'refused') throw new Error(`refused: ${verdict.reason.detail}`)
  return verdict.kind === 'understood' ? verdict.events : [verdict.event]
}

/** What it makes of whatever a source says, by each road that this has. */
export function ledgerEventsOf(
  happening: Happening,
  centre: Centre,
  receivedAt = happening.at + 200,
): readonly LedgerEvent[] {
  if (isOfTaskRouter(happening)) return ledgerEvents(happening, centre, receivedAt)
  return saidParcels(happening, centre).flatMap((parcel) => readParcel(parcel, receivedAt))
}

/** The requests in which something that is said may come, one a road. */
export function saidParcels(event: SaidEvent, centre: Centre): readonly Parcel[] {
  const streamed = isStreamedSaying(event) ? [streamParcel([event], centre, destination)] : []
  switch (event.source) {
    case 'voice':
    case 'conversations':
      return [webhookParcel(event, centre, destination), ...streamed]
    case 'messaging':
    case 'insights':
    case 'studio':
    case 'error-logs':
      return streamed
    case 'segment':
      return [profileParcel([event], destination)]
    case 'intelligence':
      return [judgementParcel(event, centre, destination)]
    case 'sendgrid':
      return [mailParcel([event], destination)]
  }
}

/** What the hub's own list of sources reads in a request. */
export function readParcel({ post }: Parcel, receivedAt: number): readonly LedgerEvent[] {
  const { pathname } = new URL(post.url)
  const source = sources.find(({ path }) => path === pathname)
  if (source === undefined) throw new Error(`nobody listens at ${pathname}`)
  const body = Buffer.from(post.body)
  const fields = isUrlencoded(post.headers['content-type'] ?? null) ? urlencodedFields(body) : null
  return source.read({ body, fields, receivedAt, clockSkewMaxMs: 60_000 }).judged.flatMap(eventsOf)
}

function eventsOf({ verdict }: Judged): readonly LedgerEvent[] {
  if (verdict.kind === 'refused') throw new Error(`refused: ${verdict.reason.detail}`)
  return verdict.kind === 'understood' ? verdict.events : [verdict.event]
}

const destination = {
  target: 'https://hub.example.com',
  authToken: 'a-token-of-nobody',
  sendGridKey: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
  segmentSecret: 'a-secret-of-nobody',
}
