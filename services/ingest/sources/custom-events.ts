import type { Instant } from '../../../schemas/events/instant.ts'
import { emptyFields, ledgerEventSchema } from '../../../schemas/events/ledger-event.ts'
import {
  customEventDataSchema,
  customEventDataSchemas,
  hubOnlyTypes,
  type CustomEventData,
} from '../../../schemas/inbound/custom-events.ts'
import type { Judged, Verdict } from '../verdict.ts'
import { faultsOf, readEnvelope, type Fault } from './cloud-event-envelope.ts'
import { toEventId } from './event-id.ts'
import { toInstant } from './event-time.ts'
import { jsonElements } from './json-elements.ts'
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
  const { data, faults } = readData(value)
  const all = [...envelope.faults, ...faults]
  const { event } = envelope
  if (event === null || all.length > 0) return all
  const at = toInstant(event.time)
  if (at === null) return [{ pointer: '/time', detail: 'is no time after 1970' }]
  if (at > rules.receivedAt + rules.clockSkewMaxMs) {
    return [{ pointer: '/time', detail: 'lies in the future' }]
  }
  // A source and its id make an event one; two channels may both begin to count at 1.
  const identity = { ...event, id: `${event.source}#${event.id}` }
  if (data === null) {
    const { source } = event
    const named = { ...idsAsTwilioNames(event.data), ...event.data }
    return keepUnknown({ event: identity, data: named, text, bytes, source, road: 'api', ...rules })
  }
  return understand(identity, data, { at, text, receivedAt: rules.receivedAt })
}

/** An event of the sender's own stands under what it names, be it in the ledger's words or in Twilio's. */
function idsAsTwilioNames(data: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const ids = ['account', 'workspace', 'task', 'worker', 'conversation', 'call']
  return Object.fromEntries(ids.map((name) => [`${name}_sid`, data[name]]))
}

/** What a type of the ledger's says of itself; null for a type of the sender's own, of which nothing is asked. */
function readData(value: unknown): {
  readonly data: CustomEventData | null
  readonly faults: readonly Fault[]
} {
  const { type, data } = typeAndDataOf(value)
  if (hubOnlyTypes.has(type)) {
    return { data: null, faults: [{ pointer: '/type', detail: 'is for the hub itself to say' }] }
  }
  const schema = customEventDataSchemas.get(type)
  // That there are no data at all is the envelope's fault.
  if (schema === undefined || data === null) return { data: null, faults: [] }
  const parsed = schema.safeParse(data)
  if (!parsed.success) return { data: null, faults: faultsOf(parsed.error, '/data') }
  return { data: parsed.data, faults: [] }
}

function typeAndDataOf(value: unknown): { readonly type: string; readonly data: object | null } {
  if (typeof value !== 'object' || value === null) return { type: '', data: null }
  const type = 'type' in value && typeof value.type === 'string' ? value.type : ''
  const data = 'data' in value && typeof value.data === 'object' ? value.data : null
  return { type, data: Array.isArray(data) ? null : data }
}

function understand(
  event: { readonly type: string; readonly id: string; readonly source: string },
  data: CustomEventData,
  receipt: { readonly at: Instant; readonly receivedAt: Instant; readonly text: string },
): Verdict | readonly Fault[] {
  const id = toEventId(event.id)
  const parsed = ledgerEventSchema.safeParse({
    ...emptyFields,
    // A message that is told of by one event and never again needs no other name than the event's.
    ...(event.type === 'message.added' ? { message: id } : {}),
    ...fieldsOf(data),
    type: event.type,
    id,
    source: event.source,
    road: 'api',
    at: receipt.at,
    receivedAt: receipt.receivedAt,
    payload: receipt.text,
  })
  // What the schemas of the data and of the ledger have in common bears the same name in both.
  if (!parsed.success) return faultsOf(parsed.error, '/data')
  return { kind: 'understood', events: [parsed.data] }
}

/** What is not said is `null`. */
function fieldsOf(data: CustomEventData): Record<string, unknown> {
  const fields: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(data)) {
    const field = fieldNames.get(name)
    if (field !== undefined && value !== undefined && value !== null) fields[field] = value
  }
  const { attributes, requested_at: requestedAt } = data
  if (typeof attributes === 'object' && attributes !== null) {
    fields['attributes'] = JSON.stringify(attributes)
  }
  if (requestedAt) fields['requestedAt'] = toInstant(requestedAt)
  return fields
}

/** A member of the data is named as the field, but for its case. */
const fieldNames: ReadonlyMap<string, string> = new Map(
  Object.keys(customEventDataSchema.shape).map((name) => [
    name,
    name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
  ]),
)
