import type { Instant } from '../../../schemas/events/instant.ts'
import { refused, type Verdict } from '../verdict.ts'
import { channelOfAddress, subjectsOf } from './addresses.ts'
import { readForm } from './form-callback.ts'
import type { Members } from './members.ts'
import { idOf, integerOf, textOf, timeOf, type Parameters } from './parameters.ts'
import type { SourceReading, SourceRequest } from './source-request.ts'
import { understand, type Telling, type Told } from './told.ts'
import { keepUnknownForm } from './unknown-form.ts'

export const messagingSource = 'twilio-messaging'

/** Reads status callbacks and incoming messages, which have no time of their own: they are dated by their arrival. */
export function readMessaging(request: SourceRequest): SourceReading {
  const judged = readForm(request, messagingSource, (parameters, telling) => {
    const verdict = normaliseMessaging(parameters, telling)
    return verdict ?? keepUnknownForm(parameters, telling, textOf(parameters, 'EventType') ?? '')
  })
  return { judged }
}

/** The data of Event Streams under the names of the callback: `messageSid` is `MessageSid` there. */
export function messagingParameters(data: Members): Parameters {
  const spelled = (name: string) => name.charAt(0).toUpperCase() + name.slice(1)
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [spelled(name), value]))
}

/** What is said of a message, whichever road it took; null where it says nothing that is known. */
export function normaliseMessaging(
  parameters: Parameters,
  telling: Telling,
  publishedAt: Instant | null = null,
): Verdict | null {
  const status = statusOf(parameters)
  const hasContent = textOf(parameters, 'NumMedia') !== null || 'Body' in parameters
  const isInbound = status === null ? hasContent : inbound.has(status)
  if (status === null && !isInbound) return null
  const message = idOf(parameters, 'MessageSid') ?? idOf(parameters, 'SmsSid')
  if (message === null) return refused('missing', 'message', telling.bytes)
  const facts = {
    message,
    at: timeOf(parameters, 'Timestamp') ?? publishedAt ?? telling.receivedAt,
    account: textOf(parameters, 'AccountSid') ?? '',
    sourceType: textOf(parameters, 'EventName'),
  }
  return understand(
    telling,
    isInbound ? inboundMessage(parameters, facts) : deliveryStatus(parameters, facts, status ?? ''),
  )
}

const inbound = new Set(['received', 'receiving'])

/** Event Streams says it in capitals, and of what comes in only by the event's name. */
function statusOf(parameters: Parameters): string | null {
  const status = textOf(parameters, 'MessageStatus') ?? textOf(parameters, 'SmsStatus')
  return status?.toLowerCase() ?? null
}

type Facts = Pick<Told, 'at' | 'account' | 'sourceType'> & { readonly message: string }

function inboundMessage(parameters: Parameters, facts: Facts): Told {
  const address = textOf(parameters, 'From')
  const channel = channelOfAddress(address) ?? 'sms'
  const hasMedia = (integerOf(parameters, 'NumMedia') ?? 0) > 0
  return {
    ...facts,
    type: 'message.added',
    id: `${facts.message}/received`,
    author: 'customer',
    direction: 'inbound',
    channel: channel === 'sms' && hasMedia ? 'mms' : channel,
    address,
    proxyAddress: textOf(parameters, 'To'),
    subjects: subjectsOf(address),
  }
}

function deliveryStatus(parameters: Parameters, facts: Facts, status: string): Told {
  const address = textOf(parameters, 'To')
  const proxyAddress = textOf(parameters, 'From')
  const error = textOf(parameters, 'ErrorCode')
  return {
    ...facts,
    type: 'message.status',
    id: `${facts.message}/${status}`,
    direction: 'outbound',
    channel: channelOfAddress(address) ?? channelOfAddress(proxyAddress),
    status,
    reason: error === '0' ? null : error,
    address,
    proxyAddress,
    subjects: subjectsOf(address),
  }
}
