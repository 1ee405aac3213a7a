import type { Instant, Span } from '../schemas/events/instant.ts'

/** A queue in one channel and direction, and what a WFM product knows it by. */
export interface QueueIdentity {
  readonly id: string
  readonly channel: string
  readonly direction: string
  /** A whole number that stays its own for ever; null: it has none. */
  readonly number: number | null
  readonly name: string
}

/** An agent, and what a WFM product knows him by. */
export interface AgentIdentity {
  readonly id: string
  /** By which the product knows him on this platform. */
  readonly logon: string
  readonly name: string
}

/** Whose numbers they are: a queue's, an agent's, or those of an agent in a queue. */
export interface Subject {
  readonly queue: QueueIdentity | null
  readonly agent: AgentIdentity | null
}

/** A row of an interval table on its way out. */
export interface IntervalRow extends Subject {
  /** Where its interval begins. */
  readonly from: Instant
  /** By the names of the table's columns; a metric that is not there is 0. Lengths are milliseconds. */
  readonly values: Readonly<Record<string, number>>
}

/** One who is known, and within which time: of a longer one there may be several. */
export interface QuietSubject extends Subject {
  readonly within: Span
}

/** Rows that go out together. */
export interface IntervalBatch {
  /** The name of the target. */
  readonly target: string
  /** What the rows are of: whole intervals of the target. */
  readonly span: Span
  /** The length of the rows' own intervals. */
  readonly intervalMs: number
  readonly rows: readonly IntervalRow[]
  /** Who has a row of zeros where there is none of his. */
  readonly everybody?: readonly QuietSubject[]
  /** For names of files that have it in them. */
  readonly writtenAt: Instant
}
