import {
  eventStreamsEventSchema,
  type EventStreamsEvent,
} from '../../../schemas/inbound/twilio-event-streams.ts'
import type { Instant } from '../../../schemas/events/instant.ts'
import { refused, type Judged, type Verdict } from '../verdict.ts'
import { readProductEvent } from './event-streams-products.ts'
import { readJson, type JsonElement } from './json-body.ts'
import { membersOf, type Members } from './members.ts'
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
  let testId: string | null = null
  const judged = readJson(body, (element) => {
    const parsed = eventStreamsEventSchema.safeParse(element.value)
    if (!parsed.success) {
      return refused('shape', 'the element is no CloudEvent with a type', element.bytes)
    }
    const event = parsed.data
    if (event.type === testEventType) {
      testId = testIdOf(event) ?? testId
      return []
    }
    return verdictOn(event, element, { receivedAt, clockSkewMaxMs })
  })
  return { judged, testId }
}

const testEventType = 'com.twilio.eventstreams.test-event'
const taskRouterPrefix = 'com.twilio.taskrouter.'

function verdictOn(
  event: EventStreamsEvent,
  { text, bytes }: JsonElement,
  receipt: { readonly receivedAt: Instant; readonly clockSkewMaxMs: number },
): Verdict {
  const data = membersOf(event.data)
  if (event.type.startsWith(taskRouterPrefix)) {
    return normaliseTaskRouter(taskRouterParameters(event, data), receipt.receivedAt, {
      road: 'stream',
      payload: text,
      body: bytes,
      clockSkewMaxMs: receipt.clockSkewMaxMs,
    })
  }
  const telling = { ...receipt, road: 'stream', payload: text, bytes } as const
  return (
    readProductEvent(event, data, telling) ??
    keepUnknown({ ...telling, event, data, text, source: eventStreamsSource })
  )
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
