import type { Instant } from '../schemas/events/instant.ts'

/** What a WFM product knows a queue by: one of ours in one channel and direction is one of its own. */
export interface QueueIdentity {
  /** A whole number that stays the queue's own for ever. */
  readonly number: number
  readonly name: string
}

/** A row of `queue_intervals` on its way out. */
export interface QueueRow {
  /** Where its interval begins. */
  readonly from: Instant
  readonly queue: QueueIdentity
  /** By the names of the table's columns; a metric that is not there is 0. Lengths are milliseconds. */
  readonly values: Readonly<Record<string, number>>
}

/** Why rows make no file that the target would take: of the row at `index`, counted from 0. */
export interface RowFault {
  readonly index: number
  readonly detail: string
}

export type WrittenFile =
  | { readonly kind: 'written'; readonly text: string }
  | { readonly kind: 'refused'; readonly faults: readonly RowFault[] }
