import type { Instant, Span } from '../../schemas/events/instant.ts'
import { dayMs } from './interval.ts'
import { localLabel, offsetSpans, type OffsetSpan } from './zone.ts'

export const grains = [5, 15, 30, 60, 'day', 'week'] as const

/** Minutes, or a local day or week. */
export type Grain = (typeof grains)[number]

/** When a site's days and weeks begin. */
export interface Calendar {
  /** Local time, `HH:MM`. */
  readonly dayStartsAt: string
  /** 1 is Monday, 7 is Sunday. */
  readonly weekStartsOn: number
}

/** Days from midnight, weeks from Monday, as ISO 8601 has them. */
export const isoCalendar: Calendar = { dayStartsAt: '00:00', weekStartsOn: 1 }

/** How time is divided into periods. */
export interface Periods {
  readonly zone: string
  readonly grain: Grain
  readonly calendar: Calendar
  /** The length of the base intervals that the periods are made of. */
  readonly intervalMs: number
}

/** One row's time in a report of local periods: base intervals that belong together. */
export interface LocalPeriod {
  /** Tells it from the other periods of one zone, grain and calendar. */
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
 * periods, and where clocks change inside an hour each part is one of its own. A day is all base intervals of its date,
 * which is the date that the clock shows, less the time at which days begin; where that time comes twice in a night, what
 * lies between its second coming and the change before belongs to the day that was.
 */
export function localPeriods(span: Span, asked: Periods): readonly LocalPeriod[] {
  const { zone, grain, calendar, intervalMs } = asked
  const periods = new Map<number, LocalPeriod>()
  for (const stretch of offsetSpans(zone, span, intervalMs)) {
    for (let from = stretch.from; from < stretch.to;) {
      const to = Math.min(stretch.to, from + grainMs(grain) - sincePeriod(from, stretch, asked))
      const key = periodKey(from, stretch, { grain, calendar })
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

type Grid = Pick<Periods, 'grain' | 'calendar'>

/** The key of the period that a base interval belongs to. The SQL in services/live counts the same way. */
export function periodKey(at: Instant, stretch: OffsetSpan, grid: Grid): number {
  if (!isOfDays(grid.grain)) return Math.max(stretch.from, at - sincePeriod(at, stretch, grid))
  return Math.floor((at + stretch.offsetMs - firstPeriodMs(grid)) / grainMs(grid.grain))
}

export function grainMs(grain: Grain): number {
  if (grain === 'week') return 7 * dayMs
  return grain === 'day' ? dayMs : grain * 60_000
}

/** Whether its periods go by dates rather than by the clock. */
export function isOfDays(grain: Grain): grain is 'day' | 'week' {
  return grain === 'day' || grain === 'week'
}

/** The local time, as if it were UTC, at which some period of a grain begins; all others are whole grains away. */
export function firstPeriodMs({ grain, calendar }: Grid): number {
  if (!isOfDays(grain)) return 0
  // The first of January 1970 was a Thursday.
  const days = grain === 'day' ? 0 : (calendar.weekStartsOn + 3) % 7
  return days * dayMs + dayStartsAtMs(calendar)
}

/** How long after midnight a site's days begin. */
export function dayStartsAtMs({ dayStartsAt }: Calendar): number {
  return Date.parse(`1970-01-01T${dayStartsAt}Z`)
}

function sincePeriod(at: Instant, { offsetMs }: OffsetSpan, grid: Grid): number {
  const ms = grainMs(grid.grain)
  return (((at + offsetMs - firstPeriodMs(grid)) % ms) + ms) % ms
}
