import type { Author, LedgerEvent } from '../../schemas/events/ledger-event.ts'
import type { KnownTask } from './known-tasks.ts'
import type { Timeline } from './timeline.ts'

/** Tells who has written a message: which kind of author and, of an agent, which worker. */
export type AuthorOf = (message: LedgerEvent) => {
  readonly author: Author
  readonly worker: string | null
}

/**
 * Twilio names an author and leaves it to others who that is. A number or address is a customer's, a user name that a
 * worker of one of the conversation's tasks bears is an agent's, and who takes no part in the conversation is a machine.
 * Of the other user names, as on a website, the first one is the customer's where nobody comes by an address.
 */
export function authorsIn(events: Timeline, tasks: readonly KnownTask[]): AuthorOf {
  const workers = new Map(
    tasks.flatMap((task) => task.workers.map(({ name, worker }) => [plain(name), worker] as const)),
  )
  const participants = new Map<string, LedgerEvent>()
  for (const event of events) {
    const { type, participant } = event
    if (type === 'participant.added' && participant !== null && !participants.has(participant)) {
      participants.set(participant, event)
    }
  }
  const visitor = visitorOf(events, participants, workers)

  return (message) => {
    const known = participants.get(message.participant ?? '')
    const name = plain(message.identity ?? known?.identity ?? '')
    const worker = workers.get(name) ?? message.worker
    if (message.author !== null) {
      return { author: message.author, worker: message.author === 'agent' ? worker : null }
    }
    if (workers.has(name)) return { author: 'agent', worker }
    if (message.identity === null && (message.address ?? known?.address ?? null) !== null) {
      return { author: 'customer', worker: null }
    }
    if (message.participant === null && name === '') return { author: 'bot', worker: null }
    return { author: name === visitor ? 'customer' : 'agent', worker: null }
  }
}

/** The customer's user name, where he has one; null where the customer comes by an address. */
function visitorOf(
  events: Timeline,
  participants: ReadonlyMap<string, LedgerEvent>,
  workers: ReadonlyMap<string, string>,
): string | null {
  if ([...participants.values()].some(({ address }) => address !== null)) return null
  const names = events
    .filter(
      ({ type, author }) =>
        type === 'participant.added' || (type === 'message.added' && author === null),
    )
    .flatMap(({ identity }) => identity ?? [])
    .map(plain)
  return names.find((name) => !workers.has(name)) ?? null
}

/** A user name without the escapes of Twilio's clients (`_40` for @) and without regard to case. */
function plain(name: string): string {
  return name
    .replaceAll(/_([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
    .toLowerCase()
}
