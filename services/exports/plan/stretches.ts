import type { Instant, Span } from '../../../schemas/events/instant.ts'
import { dayMs } from '../../time/interval.ts'
import { offsetSpans, type OffsetSpan } from '../../time/zone.ts'

/** How time is cut into the stretches that a target's files are of. */
export interface StretchGrid {
  readonly zone: string
  /** The length of a stretch, by the clocks of the zone. */
  readonly stretchMs: number
  /** The length of the ledger's base intervals. */
  readonly baseMs: number
  /** Whether the target's rows tell the hour that comes twice apart. */
  readonly isUnique: boolean
}

/**
 * The whole stretches of a span, in the order of time. Where the target cannot tell the hour that comes twice apart, both
 * its comings are in one stretch: in two files the second would be taken for the first, told anew. A stretch whose border
 * the clocks leap over reaches to the next.
 */
export function stretchesOf(grid: StretchGrid, span: Span): readonly Span[] {
  const borders = bordersOf(grid, span)
  return borders.slice(1).map((to, index) => ({ from: borders[index] ?? to, to }))
}

/** Where stretches may begin and end, both ends of the span included. */
export function bordersOf(grid: StretchGrid, span: Span): readonly Instant[] {
  const { zone, stretchMs, baseMs, isUnique } = grid
  if (span.to < span.from) return []
  const around = { from: floor(span.from - dayMs, baseMs), to: span.to + dayMs }
  const offsets = offsetSpans(zone, around, baseMs)
  const twice = isUnique ? [] : repeated(offsets)
  const borders: Instant[] = []
  for (const { from, to, offsetMs } of offsets) {
    const begin = Math.max(from, span.from)
    for (let at = begin + modulo(-(begin + offsetMs), stretchMs); at < to; at += stretchMs) {
      if (at > span.to) break
      const isInside = twice.some((each) => at > each.from && at < each.to)
      if (at % baseMs === 0 && !isInside) borders.push(at)
    }
  }
  return borders
}

/** From the first coming of a local time that comes twice to the end of its second. */
function repeated(offsets: readonly OffsetSpan[]): readonly Span[] {
  return offsets.slice(1).flatMap((after, index): readonly Span[] => {
    const backMs = (offsets[index]?.offsetMs ?? 0) - after.offsetMs
    return backMs <= 0 ? [] : [{ from: after.from - backMs, to: after.from + backMs }]
  })
}

function floor(at: Instant, stepMs: number): Instant {
  return at - modulo(at, stepMs)
}

function modulo(value: number, divisor: number): number {
  return ((value % divisor) + divisor) % divisor
}
