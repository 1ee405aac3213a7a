import { createHash } from 'node:crypto'
import { hubEvent } from '../../schemas/events/hub-event.ts'
import type { Instant } from '../../schemas/events/instant.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import type { Timeline } from './timeline.ts'

/** By which identity a person goes, from when on: the first in order of all that are known to be his. */
export interface Label {
  readonly identity: string
  readonly since: Instant
}

/** What one identity knows of the person behind it. */
export interface IdentityStory {
  readonly identity: string
  readonly first: LedgerEvent
  /** Each the first in order by then; the last one holds. */
  readonly labels: readonly Label[]
  /** Other identities that were named together with it, and when first. */
  readonly neighbours: ReadonlyMap<string, Instant>
}

/**
 * People are found as components of a graph are: identities that an event names together are one person's, and each tells
 * its neighbours the first identity in order that it has heard of, until all of a person's know the same. What is told
 * only ever gets better, so no order of events matters; and because it is told with the instant from which it is true, who
 * was who at any time stays known.
 */
export function identityStory(identity: string, timeline: Timeline): IdentityStory | null {
  const named = timeline.filter(({ subjects }) => subjects.includes(identity))
  const [first] = named
  if (first === undefined) return null
  const neighbours = new Map<string, Instant>()
  for (const { subjects, at } of named) {
    for (const other of subjects) {
      if (other !== identity) neighbours.set(other, Math.min(at, neighbours.get(other) ?? at))
    }
  }
  const heard = timeline.flatMap(({ type, identity: label, at }) =>
    type === 'identity.labelled' && label !== null ? [{ identity: label, since: at }] : [],
  )
  return { identity, first, neighbours, labels: improvements(first.at, identity, heard) }
}

function improvements(from: Instant, own: string, heard: readonly Label[]): readonly Label[] {
  const labels: Label[] = [{ identity: own, since: from }]
  const inTime = [...heard].sort(
    (a, b) => a.since - b.since || compareIdentities(a.identity, b.identity),
  )
  for (const { identity, since } of inTime) {
    const best = labels.at(-1)
    if (best !== undefined && compareIdentities(identity, best.identity) >= 0) continue
    // Known before it was first seen itself: then it was never anybody else.
    if (since <= from) labels.pop()
    labels.push({ identity, since: Math.max(since, from) })
  }
  return labels
}

/** What each neighbour must hear: labels that are better than its own name. */
export function toldByIdentity({
  identity,
  neighbours,
  labels,
  first,
}: IdentityStory): readonly LedgerEvent[] {
  return [...neighbours].flatMap(([neighbour, linked]) =>
    labels
      .filter((label) => compareIdentities(label.identity, neighbour) < 0)
      .map((label): LedgerEvent => {
        const at = Math.max(label.since, linked)
        return hubEvent({
          type: 'identity.labelled',
          id: `labelled:${shortOf(identity)}:${shortOf(neighbour)}:${shortOf(label.identity)}:${at}`,
          at,
          account: first.account,
          address: neighbour,
          identity: label.identity,
        })
      }),
  )
}

const kinds = ['user', 'phone', 'email', 'messenger', 'anonymous']

/** What the customer's own systems say comes first, what a browser has made up last. */
export function compareIdentities(a: string, b: string): number {
  return kinds.indexOf(kindOf(a)) - kinds.indexOf(kindOf(b)) || (a < b ? -1 : a > b ? 1 : 0)
}

export function kindOf(identity: string): string {
  const kind = identity.slice(0, Math.max(0, identity.indexOf(':')))
  return kinds.includes(kind) ? kind : 'user'
}

/** An identity as a hash: the same for the same, and telling nothing of it. */
export function shortOf(identity: string): string {
  return createHash('sha256').update(identity).digest('hex').slice(0, 32)
}
