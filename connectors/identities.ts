import type { AgentEntry, IdentityTable, QueueEntry } from '../schemas/events/identities.ts'
import type { Instant } from '../schemas/events/instant.ts'
import type { AgentIdentity, IntervalRow, QueueIdentity } from './interval-row.ts'

// What a WFM product knows agents and queues by, with its history: a row of yesterday bears yesterday's number.

/** A queue as our tables know it. */
export interface QueueKey {
  readonly id: string
  readonly channel: string
  readonly direction: string
}

/** What the ledger calls them at an instant; null: it never heard a name. */
export interface KnownNames {
  agent(id: string, at: Instant): string | null
  queue(id: string, at: Instant): string | null
}

export type Found<T> = T | 'left out' | 'missing'

/** Whether the target needs more of a queue than its name, and of an agent than his sid. */
export interface IdentityNeeds {
  readonly numbers: boolean
  readonly logons: boolean
}

export interface Identities {
  queueAt(key: QueueKey, at: Instant): Found<QueueIdentity>
  /** All that he is known by, the first first. */
  agentsAt(id: string, at: Instant): Found<readonly AgentIdentity[]>
  /** By sid, all who are known by a logon at any time; nobody: it was never anyone's. */
  bearersOf(logon: string): readonly string[]
}

/** Finds what a target knows agents and queues by. Who stands in no entry is missing only where the target needs one. */
export function createIdentities(
  table: IdentityTable,
  names: KnownNames,
  needs: IdentityNeeds,
): Identities {
  const queues = grouped(table.queues, ({ queue }) => queue)
  const agents = grouped(table.agents, ({ agent }) => agent)
  return {
    queueAt({ id, channel, direction }, at) {
      const entry = queues
        .get(id)
        ?.filter((each) => isInForce(each, at))
        .filter((each) => (each.channel ?? channel) === channel)
        .filter((each) => (each.direction ?? direction) === direction)
        .toSorted((a, b) => precision(b) - precision(a))[0]
      if (entry?.leaveOut === true) return 'left out'
      if (needs.numbers && entry?.number === undefined) return 'missing'
      const name = entry?.name ?? names.queue(id, at) ?? id
      return { id, channel, direction, number: entry?.number ?? null, name }
    },
    agentsAt(id, at) {
      const entries = agents.get(id)?.filter((each) => isInForce(each, at)) ?? []
      if (entries.some(({ leaveOut }) => leaveOut)) return 'left out'
      const ownName = (entry?: AgentEntry) => entry?.name ?? names.agent(id, at) ?? id
      const own = entries.flatMap((entry) =>
        entry.logon === undefined ? [] : [{ id, logon: entry.logon, name: ownName(entry) }],
      )
      if (own.length > 0) return own
      return needs.logons ? 'missing' : [{ id, logon: id, name: ownName(entries[0]) }]
    },
    bearersOf(logon) {
      const named = table.agents.flatMap((entry) => (entry.logon === logon ? [entry.agent] : []))
      return [...new Set(needs.logons ? named : [logon, ...named])]
    },
  }
}

/** The places of a row in our tables. */
export interface PlainRow {
  readonly from: Instant
  readonly queue: QueueKey | null
  readonly agent: string | null
  readonly values: IntervalRow['values']
}

/** Somebody whose rows cannot go out, because nobody has said what the target knows him by. */
export interface MissingIdentity {
  readonly kind: 'queue' | 'agent'
  readonly id: string
  readonly channel: string | null
  readonly direction: string | null
  readonly name: string
  readonly rows: number
  readonly first: Instant
  readonly last: Instant
}

export interface IdentifiedRows {
  readonly rows: readonly IntervalRow[]
  /** Whose rows are not among them, by name; whoever sends the rest tells of it. */
  readonly missing: readonly MissingIdentity[]
  /** Rows of those whom the target does not want. */
  readonly leftOut: number
}

/** Rows with what the target knows their agents and queues by. */
export function identified(
  rows: readonly PlainRow[],
  identities: Identities,
  names: KnownNames,
): IdentifiedRows {
  const missing = new Map<string, MissingIdentity>()
  const known: IntervalRow[] = []
  let leftOut = 0
  for (const { from, queue, agent, values } of rows) {
    const foundQueue = queue === null ? null : identities.queueAt(queue, from)
    const foundAgents = agent === null ? null : identities.agentsAt(agent, from)
    const miss = (id: string, kind: MissingIdentity['kind'], own: QueueKey | null) => {
      const key = JSON.stringify([kind, id, own?.channel, own?.direction])
      const name = (kind === 'queue' ? names.queue(id, from) : names.agent(id, from)) ?? id
      const before = missing.get(key)
      missing.set(key, {
        ...{ kind, id, channel: own?.channel ?? null, direction: own?.direction ?? null, name },
        rows: (before?.rows ?? 0) + 1,
        first: Math.min(before?.first ?? from, from),
        last: Math.max(before?.last ?? from, from),
      })
    }
    if (foundQueue === 'left out' || foundAgents === 'left out') leftOut += 1
    else if (foundQueue === 'missing' || foundAgents === 'missing') {
      if (foundQueue === 'missing' && queue !== null) miss(queue.id, 'queue', queue)
      if (foundAgents === 'missing' && agent !== null) miss(agent, 'agent', null)
    } else known.push({ from, queue: foundQueue, agent: foundAgents?.[0] ?? null, values })
  }
  return { rows: known, missing: [...missing.values()], leftOut }
}

function isInForce({ from, until }: Pick<AgentEntry, 'from' | 'until'>, at: Instant): boolean {
  return (
    (from === undefined || Date.parse(from) <= at) &&
    (until === undefined || at < Date.parse(until))
  )
}

function precision({ channel, direction }: QueueEntry): number {
  return (channel === undefined ? 0 : 2) + (direction === undefined ? 0 : 1)
}

export function grouped<T>(
  entries: readonly T[],
  keyOf: (entry: T) => string,
): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>()
  for (const entry of entries) {
    const own = groups.get(keyOf(entry))
    if (own === undefined) groups.set(keyOf(entry), [entry])
    else own.push(entry)
  }
  return groups
}
