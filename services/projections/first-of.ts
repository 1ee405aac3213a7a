import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'

/** The first thing that is known: what `of` says of the first item of which it says anything. */
export function firstOf<Item, T>(items: readonly Item[], of: (item: Item) => T | null): T | null {
  for (const item of items) {
    const value = of(item)
    if (value !== null) return value
  }
  return null
}

/**
 * The same of events: what a source tells goes before what the hub derived, which knew no more by then than sources had told.
 */
export function firstTold<T extends string>(
  events: readonly LedgerEvent[],
  of: (event: LedgerEvent) => T | null,
): T | null {
  const known = (event: LedgerEvent) => {
    const value = of(event)
    return value === 'unknown' ? null : value
  }
  return (
    firstOf(events, (event) => (event.road === 'hub' ? null : known(event))) ??
    firstOf(events, known)
  )
}
