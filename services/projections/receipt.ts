import type { Instant } from '../../schemas/events/instant.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'

/**
 * When the hub had what the sources have told of something: the first of it, and the last. What the hub derived itself
 * was never received, so it does not count. Part of no number: the same event may come sooner by another road.
 */
export interface Receipt {
  readonly first: Instant
  readonly last: Instant
}

/** Null if no source has told anything. */
export function receiptOf(events: Iterable<LedgerEvent>): Receipt | null {
  let receipt: Receipt | null = null
  for (const { road, receivedAt } of events) {
    if (road !== 'hub') receipt = joined(receipt, { first: receivedAt, last: receivedAt })
  }
  return receipt
}

export function joined(a: Receipt | null, b: Receipt | null): Receipt | null {
  if (a === null || b === null) return a ?? b
  return { first: Math.min(a.first, b.first), last: Math.max(a.last, b.last) }
}

/** As the columns of a fact. */
export function receiptColumns(receipt: Receipt | null) {
  return { first_received_at: receipt?.first ?? null, last_received_at: receipt?.last ?? null }
}
