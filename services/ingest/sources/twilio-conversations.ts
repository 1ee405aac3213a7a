import type { Instant } from '../../../schemas/events/instant.ts'
import type { Author } from '../../../schemas/events/ledger-event.ts'
import type { Verdict } from '../verdict.ts'
import { channelOfAddress, isAddress, subjectsOf } from './addresses.ts'
import { readForm } from './form-callback.ts'
import { isMembers, type Members } from './members.ts'
import { idOf, integerOf, textOf, timeOf, type Parameters } from './parameters.ts'
import type { SourceReading, SourceRequest } from './source-request.ts'
import { understand, type Telling, type Told } from './told.ts'
import { keepUnknownForm } from './unknown-form.ts'

export const conversationsSource = 'twilio-conversations'

/** Reads what the webhooks of a service, an account or one conversation send. */
export function readConversations(request: SourceRequest): SourceReading {
  const judged = readForm(request, conversationsSource, (parameters, telling) => {
    const name = textOf(parameters, 'EventType') ?? ''
    const verdict = normaliseConversations(parameters, name, telling)
    return verdict ?? keepUnknownForm(parameters, telling, name)
  })
  return { judged }
}

/** The data of Event Streams under the names of the webhook: what is nested there has dots here. */
export function conversationsParameters(data: Members): Parameters {
  const flat: [string, unknown][] = Object.entries(data)
  for (const [name, value] of Object.entries(data)) {
    for (const [inner, each] of Object.entries(isMembers(value) ? value : {})) {
      flat.push([`${name}.${inner}`, each])
    }
  }
  return Object.fromEntries<unknown>(flat)
}

/**
 * What an event of Conversations means, whichever road it took; null for a type that is not known, among them the
 * questions that a webhook asks before something happens: what was asked may never be done.
 */
export function normaliseConversations(
  parameters: Parameters,
  name: string,
  telling: Telling,
  publishedAt: Instant | null = null,
): Verdict | null {
  const change = changes.get(name) ?? changes.get(name.replace(streamPrefix, ''))
  if (change === undefined) return null
  const at = timeOfChange(parameters, change) ?? publishedAt
  const facts = { ...plainFacts(parameters), sourceType: name, at }
  return understand(telling, toldOf(change, parameters, facts))
}

const streamPrefix = 'com.twilio.conversations.'

interface Change {
  readonly about: 'conversation' | 'participant' | 'message' | 'state' | 'delivery'
  readonly what: 'added' | 'updated' | 'removed'
}

const changes = new Map<string, Change>([
  ...(['conversation', 'participant', 'message'] as const).flatMap((about) =>
    (['added', 'updated', 'removed'] as const).flatMap((what) => {
      const webhook = `on${capital(about)}${capital(what)}`
      return [webhook, `${about}.${what}`].map((name) => [name, { about, what }] as const)
    }),
  ),
  ['onConversationStateUpdated', { about: 'state', what: 'updated' }],
  ['conversation-state.updated', { about: 'state', what: 'updated' }],
  ['onDeliveryUpdated', { about: 'delivery', what: 'updated' }],
  ['delivery.updated', { about: 'delivery', what: 'updated' }],
])

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}

/** A state or a delivery has times of its own; a removal is not dated by when the thing was made. */
function timeOfChange(parameters: Parameters, { about, what }: Change): Instant | null {
  const updated = timeOf(parameters, 'DateUpdated')
  const created = timeOf(parameters, 'DateCreated')
  if (about === 'state') return timeOf(parameters, 'StateUpdated') ?? updated
  if (what === 'removed') return timeOf(parameters, 'DateRemoved') ?? updated
  return what === 'added' ? (created ?? updated) : (updated ?? created)
}

type Facts = Omit<Told, 'type' | 'id'>

function toldOf({ about, what }: Change, parameters: Parameters, facts: Facts): Told {
  const { conversation = null, participant = null, message = null, at } = facts
  switch (about) {
    case 'conversation': {
      const type = conversationTypes[what]
      const status = textOf(parameters, 'State')
      const reason = what === 'removed' ? 'removed' : null
      const id = of(conversation, type, what === 'updated' ? at : null)
      return { ...facts, status, reason, type, id }
    }
    case 'state': {
      const status = textOf(parameters, 'StateTo')?.toLowerCase() ?? null
      const reason = textOf(parameters, 'Reason')
      const type = status === 'closed' ? 'conversation.ended' : 'conversation.updated'
      // The state stands in the id: the conversation itself may be updated in the same millisecond.
      return { ...facts, status, reason, type, id: of(conversation, type, at, status) }
    }
    case 'participant': {
      const id = of(participant, `participant.${what}`, what === 'updated' ? at : null)
      return { ...facts, type: `participant.${what}`, id }
    }
    case 'message': {
      const id = of(message, `message.${what}`, what === 'updated' ? at : null)
      const sequence = integerOf(parameters, 'Index')
      return { ...facts, sequence, author: authorOf(parameters), type: `message.${what}`, id }
    }
    case 'delivery': {
      const status = textOf(parameters, 'Status')?.toLowerCase() ?? null
      const error = textOf(parameters, 'ErrorCode')
      const id = of(idOf(parameters, 'DeliveryReceiptSid') ?? message, status)
      const reason = error === '0' ? null : error
      return { ...facts, status, reason, type: 'message.status', id }
    }
  }
}

const conversationTypes = {
  added: 'conversation.started',
  updated: 'conversation.updated',
  removed: 'conversation.ended',
} as const

/** What every event of a conversation says in the same words. */
function plainFacts(parameters: Parameters): Omit<Facts, 'at'> {
  const author = textOf(parameters, 'Author')
  const binding = textOf(parameters, 'MessagingBinding.Address')
  const isAuthorAddress = author !== null && (isAddress(author) || isMailOfCustomer(parameters))
  const address = binding ?? (isAuthorAddress ? author : null)
  return {
    account: textOf(parameters, 'AccountSid') ?? '',
    conversation: idOf(parameters, 'ConversationSid'),
    participant: idOf(parameters, 'ParticipantSid'),
    message: idOf(parameters, 'MessageSid'),
    identity: textOf(parameters, 'Identity') ?? (isAuthorAddress ? null : author),
    address,
    proxyAddress: textOf(parameters, 'MessagingBinding.ProxyAddress'),
    channel: channelOf(parameters) ?? channelOfAddress(address),
    subjects: subjectsOf(address),
  }
}

/** Who wrote: a customer writes from an address; what nobody who takes part has written is a machine's. */
function authorOf(parameters: Parameters): Author | null {
  const author = textOf(parameters, 'Author')
  if (author === null) return null
  const isCustomer = author === textOf(parameters, 'MessagingBinding.Address')
  if (isCustomer || isAddress(author) || isMailOfCustomer(parameters)) return 'customer'
  return idOf(parameters, 'ParticipantSid') === null ? 'bot' : null
}

/** What came in by e-mail was written from the address that is its author. */
function isMailOfCustomer(parameters: Parameters): boolean {
  const author = textOf(parameters, 'Author') ?? ''
  return textOf(parameters, 'Source')?.toLowerCase() === 'email' && author.includes('@')
}

/** `Source` names the way in; `API` and `SDK` are none that a customer would know. */
function channelOf(parameters: Parameters): string | null {
  const type = textOf(parameters, 'MessagingBinding.Type')?.toLowerCase()
  const source = textOf(parameters, 'Source')?.toLowerCase() ?? ''
  return type ?? (channels.has(source) ? source : null)
}

const channels = new Set([
  ...['sms', 'mms', 'whatsapp', 'chat', 'email', 'messenger', 'rcs', 'gbm', 'line', 'viber'],
])

/** Null without the entity: an id of nothing would be the same for all. */
function of(entity: string | null, ...parts: readonly (string | number | null | undefined)[]) {
  if (entity === null) return null
  return [entity, ...parts.filter((part) => part !== null && part !== undefined)].join('/')
}
