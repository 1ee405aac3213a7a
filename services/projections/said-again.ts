import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'

/**
 * Whether a reading of a plan or a forecast says of the same time what the one before it said. Most of those never come into
 * the ledger, but some do, by how far the tables were when they were told: nothing that is made of them may depend on that.
 */
export function isSaidAgain(reading: LedgerEvent, before: LedgerEvent): boolean {
  return (
    reading.since === before.since &&
    reading.until === before.until &&
    reading.attributes === before.attributes
  )
}
