import type { Instant, Span } from '../../schemas/events/instant.ts'
import { intervalsOf } from '../time/interval.ts'
import type { Cells, Dimensions } from './cells.ts'

/** How many are open at the beginning and just before the end of each interval; the end is `asOf` if that is earlier. */
export function addStock(
  cells: Cells,
  dimensions: Dimensions,
  stock: string,
  span: { readonly from: Instant; readonly to: Instant | null },
  asOf: Instant,
): void {
  const { intervalMs } = cells
  for (const start of stockIntervals(span, asOf, intervalMs)) {
    const end = Math.min(start + intervalMs, asOf)
    const to = span.to ?? Infinity
    if (span.from < start && to >= start) {
      cells.add(start, dimensions, `${stock}_boi_count`, 1)
    }
    if (span.from < end && to >= end) cells.add(start, dimensions, `${stock}_eoi_count`, 1)
  }
}

/** The intervals that a span touches, the one that begins at its very end included: there it is still carried in. */
export function stockIntervals(
  span: { readonly from: Instant; readonly to: Instant | null },
  asOf: Instant,
  intervalMs: number,
): Generator<Instant> {
  const to = span.to === null ? asOf : Math.min(span.to + 1, asOf)
  return intervalsOf({ from: span.from, to } satisfies Span, intervalMs)
}
