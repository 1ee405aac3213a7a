import { z } from 'zod'
import { weekdays } from '../../schemas/events/definitions.ts'
import { localCalendar } from '../../schemas/feeds/intervals.ts'
import type { ProblemError } from '../../schemas/feeds/problem.ts'
import { isoCalendar, type Calendar } from '../time/local-period.ts'
import { zoneFaults } from './asked.ts'
import type { LedgerTime } from './ledger-time.ts'

const theThree = ['zone', 'day_starts_at', 'week_starts_on'] as const

const asked = z.object({
  site: z.string().optional().catch(undefined),
  zone: z.string().optional().catch(undefined),
  day_starts_at: localCalendar.day_starts_at.catch(undefined),
  week_starts_on: localCalendar.week_starts_on.catch(undefined),
})

export interface AskedCalendar {
  /** UTC where what was asked for is no zone. */
  readonly zone: string
  readonly calendar: Calendar
  readonly errors: readonly ProblemError[]
}

/** Of whose days and weeks a question is: of a site, or of a zone with beginnings of its own. */
export function askedCalendar(query: unknown, { sites }: LedgerTime): AskedCalendar {
  const data = asked.parse(query)
  if (data.site === undefined) {
    const { zone = 'UTC', day_starts_at, week_starts_on } = data
    const errors = zoneFaults(zone)
    const calendar = calendarOf(day_starts_at, week_starts_on)
    return { zone: errors.length === 0 ? zone : 'UTC', calendar, errors }
  }
  const errors: ProblemError[] = theThree
    .filter((field) => data[field] !== undefined)
    .map((field) => ({ field, detail: 'goes without `site`, which tells it' }))
  const site = Object.hasOwn(sites, data.site) ? sites[data.site] : undefined
  if (site !== undefined) {
    return { zone: site.zone, calendar: calendarOf(site.dayStartsAt, site.weekStartsOn), errors }
  }
  const choices = Object.keys(sites).toSorted()
  errors.push({ field: 'site', detail: 'is no site of the definitions in force', choices })
  return { zone: 'UTC', calendar: isoCalendar, errors }
}

function calendarOf(
  dayStartsAt = isoCalendar.dayStartsAt,
  weekStartsOn: (typeof weekdays)[number] = 'monday',
): Calendar {
  return { dayStartsAt, weekStartsOn: weekdays.indexOf(weekStartsOn) + 1 }
}
