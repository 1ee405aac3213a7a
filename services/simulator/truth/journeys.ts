import type { Instant } from '../../../schemas/events/instant.ts'
import type { Chronicle, ContactRecord, TieRecord } from '../model/chronicle.ts'

/** One person as the sources together let him be known, and what he did, in its order. */
export interface Journey {
  /** By which names he is known, sorted: `user:…`, `phone:…`, `email:…`, `anonymous:…`. */
  readonly identities: readonly string[]
  readonly contacts: readonly JourneyContact[]
}

export interface JourneyContact {
  readonly kind: ContactRecord['kind']
  /** The call or conversation; of an e-mail its task. */
  readonly contact: string
  readonly startedAt: Instant
  /** In the order of their creation; none: it ended in self-service. */
  readonly tasks: readonly string[]
}

/**
 * Who is one customer, as far as it was told: names that were used in one breath are one person's, and so is what those
 * are one with. Two whom nothing connects stay two, though the model knows better.
 */
export function expectedJourneys(chronicle: Chronicle, asOf: Instant): readonly Journey[] {
  const ties = chronicle.ties.filter(({ at }) => at < asOf)
  const people = peopleOf(ties)
  const contacts = chronicle.contacts.filter(({ startedAt }) => startedAt < asOf)
  const byContact = new Map(ties.map(({ contact, names }) => [contact, names[0] ?? '']))
  const journeys = new Map<string, { identities: string[]; contacts: JourneyContact[] }>()
  for (const name of people.keys()) {
    const person = headOf(people, name)
    const journey = journeys.get(person)
    if (journey === undefined) journeys.set(person, { identities: [name], contacts: [] })
    else journey.identities.push(name)
  }
  for (const { kind, sid, startedAt, tasks } of contacts) {
    const name = byContact.get(sid)
    if (name === undefined) continue
    const known = tasks.filter(({ createdAt }) => createdAt < asOf)
    journeys
      .get(headOf(people, name))
      ?.contacts.push({ kind, contact: sid, startedAt, tasks: known.map((task) => task.sid) })
  }
  return [...journeys.values()]
    .map(({ identities, contacts: own }) => ({
      identities: identities.sort(),
      contacts: own.sort(byStart),
    }))
    .sort((one, other) => compare(one.identities[0] ?? '', other.identities[0] ?? ''))
}

/** Each name's superior; who is his own is the head of a person's names. */
function peopleOf(ties: readonly TieRecord[]): Map<string, string> {
  const superiors = new Map<string, string>()
  for (const { names } of ties) {
    for (const name of names) if (!superiors.has(name)) superiors.set(name, name)
    const [first, ...others] = names
    if (first === undefined) continue
    for (const other of others) superiors.set(headOf(superiors, other), headOf(superiors, first))
  }
  return superiors
}

function headOf(superiors: ReadonlyMap<string, string>, name: string): string {
  let head = name
  for (;;) {
    const next = superiors.get(head) ?? head
    if (next === head) return head
    head = next
  }
}

function byStart(one: JourneyContact, other: JourneyContact): number {
  return one.startedAt - other.startedAt || compare(one.contact, other.contact)
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}
