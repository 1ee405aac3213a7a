import type { Explanation } from './differences.ts'

/** Which interval a value belongs to: of the event, of the contact's arrival, apportioned by overlap, or observed at a border. */
export type Attribution = 'event' | 'arrival' | 'overlap' | 'observed'

/** How values of several base rows become one: added, the greatest, or the first or last base interval's. */
export type RollUp = 'sum' | 'max' | 'first' | 'last' | 'last-max' | 'histogram'

export interface Metric extends Explanation {
  /** The column's name, everywhere: table, API, CSV, dashboards. */
  readonly name: string
  readonly attribution: Attribution
  readonly rollUp: RollUp
  readonly unit: 'count' | 'ms' | 'counts by bucket'
  /** Means the same number for a queue and for one agent's part in it. */
  readonly description: string
  /** How it is counted, over the facts of one interval. */
  readonly formula: string
}

/** Upper bounds, in milliseconds, of the buckets of every histogram of lengths; one more bucket, without a bound, follows. */
export const histogramBoundsMs = [
  5, 8, 10, 15, 20, 25, 30, 45, 60, 90, 120, 180, 240, 300, 600, 900, 1200, 1800, 3600, 7200, 14400,
  28800, 86400,
].map((seconds) => seconds * 1000)

/** The bucket of a length: lower bound < length ≤ upper bound; a length of 0 is in the first. */
export function histogramBucket(lengthMs: number): number {
  const bucket = histogramBoundsMs.findIndex((bound) => lengthMs <= bound)
  return bucket === -1 ? histogramBoundsMs.length : bucket
}
