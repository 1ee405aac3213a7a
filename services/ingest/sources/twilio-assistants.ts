import { refused, type Verdict } from '../verdict.ts'
import { channelOfAddress, subjectsOf } from './addresses.ts'
import { readForm } from './form-callback.ts'
import { emailIdentity, identitiesOf } from './identities.ts'
import { readJson } from './json-body.ts'
import { isMembers } from './members.ts'
import { textOf, type Parameters } from './parameters.ts'
import type { SourceReading, SourceRequest } from './source-request.ts'
import { hashId, understand, type Telling } from './told.ts'
import { keepUnknownForm } from './unknown-form.ts'

export const assistantsSource = 'twilio-assistants'

/** Reads what an AI Assistant sends to the address that a message to it named: its answer, as JSON or form. */
export function readAssistants(request: SourceRequest): SourceReading {
  const source = assistantsSource
  if (request.fields !== null) return { judged: readForm(request, source, normaliseAnswer) }
  const { receivedAt, clockSkewMaxMs } = request
  const judged = readJson(request.body, ({ value, text, bytes }) => {
    if (!isMembers(value)) return refused('shape', 'the element is no object', bytes)
    const telling = { source, receivedAt, clockSkewMaxMs, payload: text, bytes }
    return normaliseAnswer(value, { ...telling, road: 'callback' })
  })
  return { judged }
}

/** Only an answer that was given is a message; a failure and whatever else may come are kept and not counted. */
function normaliseAnswer(parameters: Parameters, telling: Telling): Verdict {
  const session = textOf(parameters, 'session_id') ?? textOf(parameters, 'sessionId')
  const body = textOf(parameters, 'body')
  const status = textOf(parameters, 'status')
  if (session === null || body === null || status?.toLowerCase() === 'failed') {
    return keepUnknownForm(parameters, telling, status === null ? '' : `assistant.${status}`)
  }
  const address = addressOf(textOf(parameters, 'identity'))
  return understand(telling, {
    type: 'assistant.message',
    // It has no id and no time, and an assistant may well say the same twice: the arrival tells two of them apart.
    id: hashId(`${session}\0${body}\0${telling.receivedAt}`),
    at: telling.receivedAt,
    account: textOf(parameters, 'account_sid') ?? textOf(parameters, 'accountSid') ?? '',
    author: 'bot',
    conversation: sidIn(session, 'CH'),
    call: sidIn(session, 'CA'),
    channel: channelOfAddress(address),
    status,
    address,
    subjects: identitiesOf([...subjectsOf(address), emailIdentity(address)]),
  })
}

/** A session is named for what it belongs to: `webhook:conversations__IS…/CH…`. */
function sidIn(session: string, prefix: string): string | null {
  return new RegExp(`${prefix}[0-9a-f]{32}`).exec(session.slice(0, 1000))?.[0] ?? null
}

/** `phone:+15550100100`, `email:…`, `whatsapp:+…`; a `user_id:` is a name of the conversation, and no address. */
function addressOf(identity: string | null): string | null {
  const [, kind = '', rest = ''] = /^([a-z_]+):(.+)$/i.exec(identity ?? '') ?? []
  if (kind === 'phone' || kind === 'email') return rest
  return channelOfAddress(identity) === null ? null : identity
}
