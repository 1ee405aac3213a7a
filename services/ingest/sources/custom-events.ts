import type { Instant } from '../../../schemas/events/instant.ts'
import {
  customEventDataSchemas,
  customEventTypes,
  hubOnlyTypes,
  type CustomEventData,
  type CustomEventType,
} from '../../../schemas/inbound/custom-events.ts'
import type { Judged, Verdict } from '../verdict.ts'
import { faultsOf, readEnvelope, type Fault } from './cloud-event-envelope.ts'
import { toEventId } from './event-id.ts'
import { toInstant } from './event-time.ts'
import { jsonElements } from './json-elements.ts'
import { toldByChannel } from './told-by-channel.ts'
import { understand } from './told.ts'
import { keepUnknown } from './unknown-cloud-event.ts'

export const customEventsSource = 'custom-events'

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
  const envelope = readEnvelope(value)
  const { said, faults } = readData(value)
  const all = [...envelope.faults, ...faults]
  const { event } = envelope
  if (event === null || all.length > 0) return all
  const at = toInstant(event.time)
  if (at === null) return [{ pointer: '/time', detail: 'is no time after 1970' }]
  if (at > rules.receivedAt + rules.clockSkewMaxMs) {
    return [{ pointer: '/time', detail: 'lies in the future' }]
  }
  // A source and its id make an event one; two channels may both begin to count at 1.
  const { type, source, time } = event
  const id = `${source}#${event.id}`
  const telling = { source, road: 'api' as const, ...rules, payload: text, bytes }
  if (said === null) {
    const data = { ...idsAsTwilioNames(event.data), ...event.data }
    return keepUnknown({ ...telling, event: { type, id, time }, data, text })
  }
  const told = toldByChannel({ type: said.type, id, at }, said.data)
  // A message that is told of by one event and never again needs no other name than the event's.
  if (type === 'message.added') told.message ??= toEventId(id)
  return understand(telling, told)
}

/** An event of the sender's own stands under what it names, be it in the ledger's words or in Twilio's. */
function idsAsTwilioNames(data: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const ids = ['account', 'workspace', 'task', 'worker', 'conversation', 'call']
  return Object.fromEntries(ids.map((name) => [`${name}_sid`, data[name]]))
}

interface Said {
  readonly type: CustomEventType
  readonly data: CustomEventData
}

/** What a type of the ledger's says of itself; null for a type of the sender's own, of which nothing is asked. */
function readData(value: unknown): {
  readonly said: Said | null
  readonly faults: readonly Fault[]
} {
  const { type: sent, data } = typeAndDataOf(value)
  if (hubOnlyTypes.has(sent)) {
    return { said: null, faults: [{ pointer: '/type', detail: 'is for the hub itself to say' }] }
  }
  const type = types.get(sent)
  const schema = customEventDataSchemas.get(sent)
  // That there are no data at all is the envelope's fault.
  if (type === undefined || schema === undefined || data === null) return { said: null, faults: [] }
  const parsed = schema.safeParse(data)
  if (!parsed.success) return { said: null, faults: faultsOf(parsed.error, '/data') }
  return { said: { type, data: parsed.data }, faults: [] }
}

const types = new Map<string, CustomEventType>(customEventTypes.map((type) => [type, type]))

function typeAndDataOf(value: unknown): { readonly type: string; readonly data: object | null } {
  if (typeof value !== 'object' || value === null) return { type: '', data: null }
  const type = 'type' in value && typeof value.type === 'string' ? value.type : ''
  const data = 'data' in value && typeof value.data === 'object' ? value.data : null
  return { type, data: Array.isArray(data) ? null : data }
}
