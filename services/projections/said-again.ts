import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import type { Timeline } from './timeline.ts'

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

/** Whether a reading of a timeline of readings says something else than the last one, before it, of the same time did. */
export function isAnother(reading: LedgerEvent, index: number, readings: Timeline): boolean {
  const { since, until } = reading
  const before = readings
    .slice(0, index)
    .findLast((one) => isOfTime(one, since ?? 0, until ?? Infinity))
  return before === undefined || !isSaidAgain(reading, before)
}

/** Whether a reading tells of some of that time. */
export function isOfTime({ since, until }: LedgerEvent, from: number, to: number): boolean {
  return (since ?? to) < to && (until ?? from) > from
}
