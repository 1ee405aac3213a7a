import {
  eventStreamsEventSchema,
  type EventStreamsEvent,
} from '../../../schemas/inbound/twilio-event-streams.ts'
import type { Instant } from '../../../schemas/events/instant.ts'
import { refused, type Judged, type Refusal, type Verdict } from '../verdict.ts'
import { jsonElements } from './json-elements.ts'
import type { Parameters } from './parameters.ts'
import { clockSkewMaxMsDefault, normaliseTaskRouter } from './twilio-taskrouter.ts'
import { keepUnknown } from './unknown-cloud-event.ts'

/** What a request of Event Streams holds, element by element. */
export interface StreamReading {
  readonly judged: readonly Judged[]
  /** The handshake of a new sink: Twilio wants it repeated to its API, and it is no event of anybody's. */
  readonly testId: string | null
}

export const eventStreamsSource = 'twilio-event-streams'

/** Reads a batch or a single event. One element that cannot be understood leaves the others as they are. */
export function readEventStreams(
  body: Uint8Array,
  receivedAt: Instant,
  clockSkewMaxMs = clockSkewMaxMsDefault,
): StreamReading {
  const split = jsonElements(body, elementsMax)
  if (split === null) {
    const verdict = refused('unreadable', 'the body is no JSON array', body)
    return { judged: [{ verdict, body }], testId: null }
  }
  const judged: Judged[] = []
  let testId: string | null = null
  for (const bytes of split.elements) {
    const element = readElement(bytes)
    if ('kind' in element) {
      judged.push({ verdict: element, body: bytes })
    } else if (element.event.type === testEventType) {
      testId = testIdOf(element.event) ?? testId
    } else {
      judged.push({
        verdict: verdictOn(element, { receivedAt, clockSkewMaxMs }),
        body: bytes,
      })
    }
  }
  return { judged, testId }
}

/** Far above what fits into a body of real events; what has more is nothing that Twilio sends. */
const elementsMax = 10_000

const testEventType = 'com.twilio.eventstreams.test-event'
const taskRouterPrefix = 'com.twilio.taskrouter.'

interface Element {
  readonly event: EventStreamsEvent
  readonly data: Members
  readonly text: string
  readonly bytes: Uint8Array
}

function readElement(bytes: Uint8Array): Element | Refusal {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return refused('unreadable', 'the element is no JSON', bytes)
  }
  const parsed = eventStreamsEventSchema.safeParse(value)
  if (!parsed.success) return refused('shape', 'the element is no CloudEvent with a type', bytes)
  return { event: parsed.data, data: membersOf(parsed.data.data), text, bytes }
}

function verdictOn(
  element: Element,
  receipt: { readonly receivedAt: Instant; readonly clockSkewMaxMs: number },
): Verdict {
  const { event, data, text, bytes } = element
  if (!event.type.startsWith(taskRouterPrefix)) {
    return keepUnknown({ ...element, ...receipt, source: eventStreamsSource, road: 'stream' })
  }
  return normaliseTaskRouter(taskRouterParameters(event, data), receipt.receivedAt, {
    road: 'stream',
    payload: text,
    body: bytes,
    clockSkewMaxMs: receipt.clockSkewMaxMs,
  })
}

/** The payload says it all, as a rule; where it lacks one of the four, the records around it may not. */
function taskRouterParameters(event: EventStreamsEvent, data: Members): Parameters {
  const payload = 'payload' in data ? membersOf(data['payload']) : data
  const whole =
    payload['sid'] && payload['eventtype'] && payload['timestamp'] && payload['account_sid']
  if (whole) return payload
  return {
    ...payload,
    sid: payload['sid'] ?? data['sid'],
    account_sid: payload['account_sid'] ?? data['account_sid'],
    timestamp: payload['timestamp'] ?? data['timestamp'] ?? event.time,
    eventtype:
      payload['eventtype'] ?? payload['event_type'] ?? event.type.slice(taskRouterPrefix.length),
  }
}

function testIdOf(event: EventStreamsEvent): string | null {
  const testId = membersOf(event.data)['test_id']
  return typeof testId === 'string' && testId.length <= 256 ? testId : null
}

type Members = Readonly<Record<string, unknown>>

/** An object, also where it came as text; without members where it is none. */
function membersOf(value: unknown): Members {
  if (typeof value !== 'string') return isMembers(value) ? value : {}
  try {
    const parsed: unknown = JSON.parse(value)
    return isMembers(parsed) ? parsed : {}
  } catch {
    return {}
  }
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
