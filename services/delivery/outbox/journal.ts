import type { Instant } from '../../../schemas/events/instant.ts'
import type { OwnedDatabase } from '../../log/disk/owned-database.ts'

export type Outcome = 'delivered' | 'refused' | 'given_up'
export type ParcelKind = 'states' | 'document'

/** One parcel that has left, or never will. */
export interface JournalEntry {
  readonly target: string
  readonly kind: ParcelKind
  readonly key: string
  readonly name: string
  /** When the last answer came. */
  readonly at: Instant
  readonly bytes: number
  /** Of the body, in hex. */
  readonly sha256: string
  /** Since this was put, or put again. */
  readonly attempts: number
  readonly outcome: Outcome
  /** What the target answered: a status or a code. */
  readonly answer: string
  /** How many agents' states are in it; 0 of a document. */
  readonly states: number
}

export interface JournalLine extends JournalEntry {
  readonly id: number
}

export interface JournalQuery {
  readonly target?: string | undefined
  readonly kind?: ParcelKind | undefined
  readonly outcome?: Outcome | undefined
  readonly key?: string | undefined
  readonly from?: Instant | undefined
  /** Not included. */
  readonly to?: Instant | undefined
  /** Only lines with a smaller id: the next page. */
  readonly before?: number | undefined
  readonly limit: number
}

export interface Journal {
  /** Within a transaction. */
  write(entry: JournalEntry): void
  /** The latest first. */
  read(query: JournalQuery): readonly JournalLine[]
  lastDeliveredAt(target: string): Instant | null
}

export const journalSchema = `
  CREATE TABLE IF NOT EXISTS journal (
    id INTEGER PRIMARY KEY AUTOINCREMENT, target TEXT NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL,
    name TEXT NOT NULL, at INTEGER NOT NULL, bytes INTEGER NOT NULL, sha256 TEXT NOT NULL,
    attempts INTEGER NOT NULL, outcome TEXT NOT NULL, answer TEXT NOT NULL, states INTEGER NOT NULL);
  CREATE INDEX IF NOT EXISTS journal_targets ON journal (target, at);
  CREATE INDEX IF NOT EXISTS journal_keys ON journal (key);
  CREATE INDEX IF NOT EXISTS journal_kinds ON journal (kind, id);
`

export function createJournal(database: OwnedDatabase): Journal {
  const insert = database.prepare(
    `INSERT INTO journal (target, kind, key, name, at, bytes, sha256, attempts, outcome, answer, states)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  // A condition that nobody has asked for is always true.
  const select: {
    all(...values: readonly (string | number | null)[]): readonly JournalLine[]
  } = database.prepare(
    `SELECT id, target, kind, key, name, at, bytes, sha256, attempts, outcome, answer, states
     FROM journal
     WHERE (?1 IS NULL OR target = ?1) AND (?2 IS NULL OR kind = ?2) AND (?3 IS NULL OR outcome = ?3)
       AND (?4 IS NULL OR key = ?4) AND (?5 IS NULL OR at >= ?5) AND (?6 IS NULL OR at < ?6)
       AND (?7 IS NULL OR id < ?7)
     ORDER BY id DESC LIMIT ?8`,
  )
  const last: { get(target: string): { readonly at: Instant } | undefined } = database.prepare(
    `SELECT at FROM journal WHERE target = ? AND outcome = 'delivered' ORDER BY at DESC LIMIT 1`,
  )
  return {
    write(entry) {
      const { target, kind, key, name, at, bytes, sha256, attempts, outcome, answer } = entry
      insert.run(
        ...[target, kind, key, name, at, bytes, sha256, attempts, outcome, answer, entry.states],
      )
    },
    read({ target, kind, outcome, key, from, to, before, limit }) {
      const wanted = [target, kind, outcome, key, from, to, before].map((value) => value ?? null)
      return select.all(...wanted, limit)
    },
    lastDeliveredAt: (target) => last.get(target)?.at ?? null,
  }
}
