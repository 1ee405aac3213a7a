import type { Instant } from '../../../schemas/events/instant.ts'
import { refused, type Verdict } from '../verdict.ts'
import { toInstant } from './event-time.ts'
import { toEventId } from './event-id.ts'
import { emailIdentity, identitiesOf } from './identities.ts'
import { textOf, type Parameters } from './parameters.ts'
import { sendGridEventsSource, unbracketed } from './sendgrid-events.ts'
import type { SourceReading, SourceRequest } from './source-request.ts'
import { understand } from './told.ts'

export const sendGridInboundSource = 'sendgrid-inbound'

/** Reads a mail that Inbound Parse has received. */
export function readSendGridInbound(request: SourceRequest): SourceReading {
  const { body } = request
  return { judged: [{ verdict: verdictOn(request), body }] }
}

function verdictOn({ body, fields, receivedAt, clockSkewMaxMs }: SourceRequest): Verdict {
  if (fields === null) return refused('unreadable', 'the body is no form in parts', body)
  const headers = headersOf(fields)
  const from = headers.get('from')?.[0] ?? textOf(fields, 'from')
  const to = headers.get('to')?.[0] ?? textOf(fields, 'to')
  if (from === null && headers.size === 0) {
    return refused('shape', 'the form has neither headers nor a sender', body)
  }
  const message = idsIn(headers.get('message-id'))[0] ?? null
  const address = addressIn(from)
  const telling = {
    ...{ source: sendGridEventsSource, road: 'callback' as const, receivedAt, clockSkewMaxMs },
    ...{ payload: JSON.stringify(fields), bytes: body },
  }
  return understand(telling, {
    type: 'email.received',
    id: message === null ? null : `${message}/received`,
    at: receiptTime(headers.get('received')) ?? receivedAt,
    message,
    conversation: threadOf(headers) ?? message,
    author: 'customer',
    direction: 'inbound',
    channel: 'email',
    address,
    proxyAddress: addressIn(to),
    subjects: identitiesOf([emailIdentity(address)]),
  })
}

type Headers = ReadonlyMap<string, readonly string[]>

/** As Inbound Parse gives them, or at the top of the whole mail where it is set to post that. */
function headersOf(fields: Parameters): Headers {
  const whole = textOf(fields, 'email') ?? ''
  const text = textOf(fields, 'headers') ?? whole.split(/\r?\n\r?\n/, 1)[0] ?? ''
  const headers = new Map<string, string[]>()
  // A line that begins with a space goes on with the one before.
  for (const line of text.replaceAll(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)) {
    const colon = line.indexOf(':')
    if (colon <= 0) continue
    const name = line.slice(0, colon).trim().toLowerCase()
    const values = headers.get(name)
    if (values === undefined) headers.set(name, [line.slice(colon + 1).trim()])
    else values.push(line.slice(colon + 1).trim())
  }
  return headers
}

/** The mail that a thread began with: the first of those that it refers to, or the one that it answers. */
function threadOf(headers: Headers): string | null {
  return idsIn(headers.get('references'))[0] ?? idsIn(headers.get('in-reply-to'))[0] ?? null
}

function idsIn(values: readonly string[] | undefined): readonly string[] {
  const found = (values?.[0] ?? '').match(/<[^<>\s]+>/g) ?? []
  return found.map((id) => toEventId(unbracketed(id) ?? id))
}

/** `Ana <ana@example.com>` is ana@example.com; of several the first. */
function addressIn(header: string | null): string | null {
  const text = header ?? ''
  const [address] = /[^\s<>"(),:;]+@[^\s<>"(),:;]+/.exec(text.slice(0, headerCharactersMax)) ?? []
  return address ?? null
}

const headerCharactersMax = 2000

/**
 * When SendGrid's own server took the mail: the uppermost stamp, which whoever wrote the mail cannot have set, unlike its
 * date.
 */
function receiptTime(stamps: readonly string[] | undefined): Instant | null {
  const [date] = stampDate.exec(stamps?.[0]?.slice(-200) ?? '') ?? []
  return toInstant(date)
}

const stampDate = /[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d (?:[+-]\d{4}|GMT|UTC)/
