import type { Instant } from '../../../schemas/events/instant.ts'
import type { Direction } from '../../../schemas/events/ledger-event.ts'
import { toInstant } from './event-time.ts'
import { addressIdentity, emailIdentity, identitiesOf, userIdentity } from './identities.ts'

/** What the attributes of a task say about the contact. */
export interface ContactFacts {
  readonly direction: Direction | null
  readonly conversation: string | null
  readonly parentTask: string | null
  readonly continuesTask: string | null
  readonly requestedAt: Instant | null
  /** Everybody by whom the customer is known. */
  readonly subjects: string[]
  readonly call: string | null
  readonly conference: string | null
  /** The customer's leg in the conference. */
  readonly customerCall: string | null
}

/**
 * The direction is what `ledgerline.direction` says, else `direction`, else `conversations.direction`. Flex writes one
 * on what it dials and often none on what comes in, so attributes that say nothing mean `inbound`. It is `unknown` where
 * it cannot be told: no attributes, attributes that are not JSON, or only words that nobody knows.
 */
export function contactFacts(attributes: string | null): ContactFacts {
  const root = parse(attributes)
  if (root === null) return nothing
  const ours = objectAt(root, 'ledgerline')
  const insights = objectAt(root, 'conversations')
  const direction = directionOf([ours, root, insights])
  const conference = objectAt(root, 'conference')
  const call = textAt(root, 'call_sid')
  return {
    direction,
    // Messaging has a conversation, voice a call; Insights' own id joins what has neither.
    conversation:
      textAt(root, 'conversationSid') ??
      textAt(root, 'channelSid') ??
      call ??
      textAt(insights, 'conversation_id'),
    parentTask: textAt(ours, 'parent_task'),
    continuesTask: textAt(ours, 'continues_task'),
    requestedAt: toInstant(ours['requested_at']),
    subjects: subjectsOf(root, direction),
    call,
    conference: textAt(conference, 'sid'),
    // Flex writes the participants once both are there; until then it is the call that the task was made from.
    customerCall: textAt(objectAt(conference, 'participants'), 'customer') ?? call,
  }
}

type Members = Readonly<Record<string, unknown>>

/** What attributes that cannot be read say. */
const nothing: ContactFacts = {
  direction: 'unknown',
  conversation: null,
  parentTask: null,
  continuesTask: null,
  requestedAt: null,
  subjects: [],
  call: null,
  conference: null,
  customerCall: null,
}

/** TaskRouter allows 4,096 characters. What is far longer is kept as text, but nobody waits for it to be parsed. */
const attributesCharactersMax = 65_536

function parse(attributes: string | null): Members | null {
  if (attributes === null || attributes.length > attributesCharactersMax) return null
  try {
    const value: unknown = JSON.parse(attributes)
    return isObject(value) ? value : null
  } catch {
    return null
  }
}

const directions = new Map<string, Direction>([
  ['inbound', 'inbound'],
  ['outbound', 'outbound'],
  ['outbound-api', 'outbound'],
  ['outbound-dial', 'outbound'],
  ['callback', 'callback'],
  ['internal', 'internal'],
])

/** The first word that is known; `unknown` only if somebody said something and nobody something known. */
function directionOf(places: readonly Members[]): Direction {
  const words = places.map((place) => textAt(place, 'direction')).filter((word) => word !== null)
  const known = words.map((word) => directions.get(word.toLowerCase())).find(Boolean)
  return known ?? (words.length === 0 ? 'inbound' : 'unknown')
}

/** By the customer's own systems, and by where he can be reached: Insights' `customers`, and what the channel has set. */
function subjectsOf(root: Members, direction: Direction): string[] {
  const customers = objectAt(root, 'customers')
  const inbound = textAt(root, 'from') ?? textAt(root, 'caller') ?? textAt(root, 'customerAddress')
  // Whoever is dialled is the customer, also in a callback; there `from` is our own number, and would make all one person.
  const address =
    textAt(root, 'outbound_to') ?? (direction === 'outbound' ? textAt(root, 'to') : inbound)
  return identitiesOf([
    userIdentity(textAt(customers, 'external_id')),
    addressIdentity(textAt(customers, 'phone')),
    addressIdentity(address),
    emailIdentity(textAt(customers, 'email')),
  ])
}

function objectAt(members: Members, name: string): Members {
  const value = members[name]
  return isObject(value) ? value : {}
}

function textAt(members: Members, name: string): string | null {
  const value = members[name]
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && value !== '' ? value : null
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
