import type { Instant } from '../../../schemas/events/instant.ts'
import type { OwnedDatabase } from '../../log/disk/owned-database.ts'

/** What one agent is now. Of two the one with the higher sequence is newer, whichever came first. */
export interface AgentState {
  readonly agent: string
  readonly sequence: number
  readonly body: Uint8Array
}

export interface WaitingState extends AgentState {
  readonly putAt: Instant
  /** The order in which agents began to wait: a newer state of one who waits takes his place. */
  readonly place: number
}

/** How many were new; how many of them took the place of one that had not left; how many were known or older. */
export interface PutStates {
  readonly put: number
  readonly coalesced: number
  readonly stale: number
}

/** The newest state of each agent for each target; what has left keeps its number, so that it never leaves again. */
export interface States {
  /** Within a transaction. */
  put(target: string, states: readonly AgentState[], now: Instant): PutStates
  /** Those that have waited longest. */
  first(target: string, limit: number): readonly WaitingState[]
  /** Whether it waits still, and no newer one in its place. */
  isCurrent(target: string, state: AgentState): boolean
  /**
   * Within a transaction: they have left. A newer state of the same agent goes on waiting, behind all others: who changes all the
   * time would else always be first.
   */
  settle(target: string, states: readonly AgentState[]): void
  /** The place of whoever began to wait last; 0 before the first. */
  lastPlace(): number
  waiting(target: string): { readonly count: number; readonly oldestAt: Instant | null }
}

export const statesSchema = `
  CREATE TABLE IF NOT EXISTS states (
    target TEXT NOT NULL, agent TEXT NOT NULL, sequence INTEGER NOT NULL, body BLOB,
    put_at INTEGER NOT NULL, place INTEGER NOT NULL, PRIMARY KEY (target, agent)) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS waiting_states ON states (target, place) WHERE body IS NOT NULL;
`

interface Known {
  readonly sequence: number
  readonly place: number
  readonly isWaiting: number
}

export function createStates(database: OwnedDatabase): States {
  const known: { get(target: string, agent: string): Known | undefined } = database.prepare(
    `SELECT sequence, place, body IS NOT NULL AS isWaiting FROM states WHERE target = ? AND agent = ?`,
  )
  const insert = database.prepare(`INSERT OR REPLACE INTO states VALUES (?, ?, ?, ?, ?, ?)`)
  const first: { all(target: string, limit: number): readonly WaitingState[] } = database.prepare(
    `SELECT agent, sequence, body, put_at AS putAt, place FROM states
     WHERE target = ? AND body IS NOT NULL ORDER BY place LIMIT ?`,
  )
  const settle = database.prepare(
    `UPDATE states SET body = NULL WHERE target = ? AND agent = ? AND sequence = ?`,
  )
  const moveBack = database.prepare(
    `UPDATE states SET place = ? WHERE target = ? AND agent = ? AND body IS NOT NULL`,
  )
  const highest: { get(): { readonly place: number } | undefined } = database.prepare(
    `SELECT coalesce(max(place), 0) AS place FROM states`,
  )
  const waiting: {
    get(target: string): { readonly count: number; readonly oldestAt: Instant | null } | undefined
  } = database.prepare(
    `SELECT count(*) AS count, min(put_at) AS oldestAt FROM states
     WHERE target = ? AND body IS NOT NULL`,
  )
  let place = highest.get()?.place ?? 0

  return {
    put(target, states, now) {
      const result = { put: 0, coalesced: 0, stale: 0 }
      for (const { agent, sequence, body } of states) {
        const before = known.get(target, agent)
        if (before !== undefined && before.sequence >= sequence) {
          result.stale++
          continue
        }
        const takesPlace = before?.isWaiting === 1
        insert.run(target, agent, sequence, body, now, takesPlace ? before.place : ++place)
        result.put++
        if (takesPlace) result.coalesced++
      }
      return result
    },
    first: (target, limit) => first.all(target, limit),
    isCurrent(target, { agent, sequence }) {
      const now = known.get(target, agent)
      return now?.isWaiting === 1 && now.sequence === sequence
    },
    settle(target, states) {
      for (const { agent, sequence } of states) {
        const { changes } = settle.run(target, agent, sequence)
        if (changes === 0) moveBack.run(++place, target, agent)
      }
    },
    lastPlace: () => place,
    waiting: (target) => waiting.get(target) ?? { count: 0, oldestAt: null },
  }
}
