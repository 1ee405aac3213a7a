import type { Instant, Span } from '../../schemas/events/instant.ts'
import { dayMs } from './interval.ts'
import { localLabel, offsetSpans, type OffsetSpan } from './zone.ts'

export type Grain = 15 | 30 | 60 | 'day'

/** How time is divided into periods. */
export interface Periods {
  readonly zone: string
  readonly grain: Grain
  /** The length of the base intervals that the periods are made of. */
  readonly intervalMs: number
}

/** One row's time in a report of local periods: base intervals that belong together. */
export interface LocalPeriod {
  /** Tells it from the other periods of one zone and grain. */
  readonly key: number
  /** The beginning of its first and of its last base interval. */
  readonly first: Instant
  readonly last: Instant
  /** 96 quarter hours in most days; 92 and 100, or 94 and 98, where clocks change. */
  readonly baseIntervals: number
  /** Its beginning in local time, with the offset. */
  readonly label: string
}

/**
 * The periods of a span, in the order of time. Below a day the key is local date, time and offset: a repeated hour is two
 * periods, and where clocks change inside an hour each part is one of its own. A day is all base intervals of its date.
 */
export function localPeriods(
  span: Span,
  { zone, grain, intervalMs }: Periods,
): readonly LocalPeriod[] {
  const periods = new Map<number, LocalPeriod>()
  for (const stretch of offsetSpans(zone, span, intervalMs)) {
    for (let from = stretch.from; from < stretch.to;) {
      const to = Math.min(stretch.to, from + grainMs(grain) - sincePeriod(from, stretch, grain))
      const key = periodKey(from, stretch, grain)
      const known = periods.get(key)
      periods.set(key, {
        key,
        first: known?.first ?? from,
        last: to - intervalMs,
        baseIntervals: (known?.baseIntervals ?? 0) + (to - from) / intervalMs,
        label: known?.label ?? localLabel(from, stretch.offsetMs),
      })
      from = to
    }
  }
  return [...periods.values()]
}

/** The key of the period that a base interval belongs to. The SQL in services/live counts the same way. */
export function periodKey(at: Instant, stretch: OffsetSpan, grain: Grain): number {
  if (grain === 'day') return Math.floor((at + stretch.offsetMs) / dayMs)
  return Math.max(stretch.from, at - sincePeriod(at, stretch, grain))
}

export function grainMs(grain: Grain): number {
  return grain === 'day' ? dayMs : grain * 60_000
}

function sincePeriod(at: Instant, { offsetMs }: OffsetSpan, grain: Grain): number {
  const ms = grainMs(grain)
  return (((at + offsetMs) % ms) + ms) % ms
}
