import { sendGridEventSchema } from '../../../schemas/inbound/sendgrid.ts'
import { refused, type Verdict } from '../verdict.ts'
import { emailIdentity, identitiesOf } from './identities.ts'
import { readJson, type JsonElement } from './json-body.ts'
import { idOf, textOf, timeOf } from './parameters.ts'
import type { SourceReading, SourceRequest } from './source-request.ts'
import { understand, type Telling } from './told.ts'
import { keepUnknown } from './unknown-cloud-event.ts'
import { taskNamed } from './voice-conference.ts'

export const sendGridEventsSource = 'sendgrid'

/** Reads what the Event Webhook tells of the mails that were sent. */
export function readSendGridEvents(request: SourceRequest): SourceReading {
  return { judged: readJson(request.body, (element) => verdictOn(element, request)) }
}

function verdictOn(element: JsonElement, request: SourceRequest): Verdict {
  const { value, text, bytes } = element
  const { receivedAt, clockSkewMaxMs } = request
  const parsed = sendGridEventSchema.safeParse(value)
  if (!parsed.success) return refused('shape', 'the element is no event of SendGrid', bytes)
  const event = parsed.data
  const source = sendGridEventsSource
  const telling: Telling = {
    ...{ source, road: 'callback', receivedAt, clockSkewMaxMs, payload: text, bytes },
  }
  if (!known.has(event.event)) {
    const envelope = { type: event.event, id: event['sg_event_id'], time: event['timestamp'] }
    return keepUnknown({ ...telling, event: envelope, data: event, text })
  }
  const address = textOf(event, 'email')
  return understand(telling, {
    type: 'email.status',
    id: textOf(event, 'sg_event_id'),
    at: timeOf(event, 'timestamp'),
    sourceType: event.event,
    // Flex and others put it among a mail's custom arguments.
    task: taskNamed(textOf(event, 'task_sid')),
    message: messageOf(textOf(event, 'sg_message_id')) ?? unbracketed(idOf(event, 'smtp-id')),
    channel: 'email',
    direction: 'outbound',
    status: event.event,
    reason: textOf(event, 'reason'),
    address,
    subjects: identitiesOf([emailIdentity(address)]),
  })
}

const known = new Set([
  ...['processed', 'dropped', 'delivered', 'deferred', 'bounce', 'open', 'click', 'spamreport'],
  ...['unsubscribe', 'group_unsubscribe', 'group_resubscribe'],
])

/** What follows the first dot names the server and the try, so it differs between events of one message. */
function messageOf(id: string | null): string | null {
  const [message = ''] = (id ?? '').split('.')
  return message === '' || message.length > 256 ? null : message
}

/** The id of a mail without the brackets that stand around it in headers. */
export function unbracketed(id: string | null): string | null {
  return id === null ? null : id.replaceAll(/^\s*<|>\s*$/g, '')
}
