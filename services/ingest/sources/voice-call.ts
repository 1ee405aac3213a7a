import type { callEventTypes } from '../../../schemas/events/event-types.ts'
import type { Instant } from '../../../schemas/events/instant.ts'
import type { Direction } from '../../../schemas/events/ledger-event.ts'
import { refused, type Verdict } from '../verdict.ts'
import { subjectsOf } from './addresses.ts'
import { secondsAsMs } from './durations.ts'
import { idOf, integerOf, textOf, timeOf, type Parameters } from './parameters.ts'
import { understand, type Telling } from './told.ts'

/**
 * What a leg of a call has come to. Null where it is none of the report's words, or no report at all: a request for
 * instructions has a status too, and neither a time nor a number.
 */
export function normaliseCall(
  parameters: Parameters,
  telling: Telling,
  publishedAt: Instant | null,
): Verdict | null {
  const status = textOf(parameters, 'CallStatus')?.toLowerCase() ?? ''
  const type = types.get(status)
  if (type === undefined) return null
  const sequence = integerOf(parameters, 'SequenceNumber')
  const at = timeOf(parameters, 'Timestamp') ?? publishedAt
  if (at === null && sequence === null && textOf(parameters, 'CallbackSource') === null) return null
  const call = idOf(parameters, 'CallSid')
  if (call === null) return refused('missing', 'call', telling.bytes)
  const direction = directionOf(textOf(parameters, 'Direction'))
  return understand(telling, {
    type,
    id: `${call}/${sequence ?? status}`,
    at,
    account: textOf(parameters, 'AccountSid') ?? '',
    sourceType: status,
    call,
    parentCall: idOf(parameters, 'ParentCallSid'),
    sequence,
    direction,
    channel: 'voice',
    status,
    reason: status === 'completed' ? null : textOf(parameters, 'SipResponseCode'),
    durationMs: secondsAsMs(integerOf(parameters, 'CallDuration')),
    ...sidesOf(direction, textOf(parameters, 'From'), textOf(parameters, 'To')),
  })
}

/** `outbound-api`, `outbound-dial` and `outbound_api` are outbound; a trunk's legs are neither. */
export function directionOf(sent: string | null): Direction | null {
  const [word] = (sent ?? '').toLowerCase().split(/[-_]/)
  return word === 'inbound' || word === 'outbound' ? word : null
}

/** Who is the customer on a leg: whoever calls in, whoever is called. */
export function sidesOf(direction: Direction | null, from: string | null, to: string | null) {
  const [address, proxyAddress] = direction === 'outbound' ? [to, from] : [from, to]
  if (direction === null) return { address: null, proxyAddress: null, subjects: [] }
  return { address, proxyAddress, subjects: subjectsOf(address) }
}

const types = new Map<string, (typeof callEventTypes)[number]>([
  ['queued', 'call.initiated'],
  ['initiated', 'call.initiated'],
  ['ringing', 'call.ringing'],
  ['in-progress', 'call.answered'],
  ['completed', 'call.completed'],
  ['busy', 'call.completed'],
  ['failed', 'call.completed'],
  ['no-answer', 'call.completed'],
  ['canceled', 'call.completed'],
])
