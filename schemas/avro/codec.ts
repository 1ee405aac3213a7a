import { directions, roads, type LedgerEvent } from '../events/ledger-event.ts'
import { requiredIds } from '../events/required-ids.ts'
import { CodecError } from './codec-error.ts'
import { createCodec } from './framing.ts'

export { CodecError } from './codec-error.ts'
export { recordBytesMax } from './framing.ts'

const codec = createCodec('ledgerline.LedgerEvent')

/** An event as the bytes of a ledger record. Throws `CodecError` `RECORD_TOO_LARGE` or `RECORD_BROKEN`. */
export function encodeEvent(event: LedgerEvent): Uint8Array {
  return codec.encode(event)
}

/**
 * The event in a ledger record, whichever version of the hub wrote it. What a newer version calls by a name that this
 * one has never heard is kept as `unknown` under its own name, as it is for sources.
 *
 * Throws `CodecError`: `SCHEMA_UNKNOWN` for a schema that is not in `ids.json`, `RECORD_BROKEN` for torn or foreign
 * bytes, `RECORD_TOO_LARGE` beyond `recordBytesMax`. None of them gets better by reading again.
 */
export function decodeEvent(bytes: Uint8Array): LedgerEvent {
  const event = codec.decode(bytes)
  if (!isStored(event)) throw new CodecError('RECORD_BROKEN', 'the record is no event')
  settleNames(event)
  if (!isLedgerEvent(event)) throw new CodecError('RECORD_BROKEN', `${event.type} lacks an id`)
  return event
}

/** An event as the schema knows it: what zod holds to be one of a few names is any string. */
interface StoredEvent {
  type: string
  road: string
  direction: string | null
  entry: string | null
  author: string | null
  sourceType: string | null
  readonly [field: string]: unknown
}

function isStored(value: unknown): value is StoredEvent {
  return typeof value === 'object' && value !== null && 'type' in value
}

const directionNames = new Set<string>(directions)
const entries = new Set(['new', 'moved', 'transfer', 'requeued'])
const authors = new Set(['customer', 'agent', 'bot'])
const roadNames = new Set<string>(roads)

/** Changes in place: the object was made a moment ago and nobody else holds it. */
function settleNames(event: StoredEvent): void {
  if (!requiredIds.has(event.type)) {
    event.sourceType ??= event.type
    event.type = 'unknown'
  }
  if (event.direction !== null && !directionNames.has(event.direction)) event.direction = 'unknown'
  if (event.entry !== null && !entries.has(event.entry)) event.entry = null
  if (event.author !== null && !authors.has(event.author)) event.author = null
  // No number depends on the road; `api` is the one that claims least.
  if (!roadNames.has(event.road)) event.road = 'api'
}

function isLedgerEvent(event: StoredEvent): event is StoredEvent & LedgerEvent {
  const required = requiredIds.get(event.type)
  return required?.every((field) => event[field] !== null && event[field] !== '') ?? false
}
