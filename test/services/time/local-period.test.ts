import { describe, expect, test } from 'vitest'
import type { Span } from '../../../schemas/events/instant.ts'
import { dayMs, quarterHourMs as intervalMs } from '../../../services/time/interval.ts'
import {
  isoCalendar,
  localPeriods,
  periodKey,
  type Calendar,
  type Grain,
} from '../../../services/time/local-period.ts'
import { isZone, offsetSpans, type OffsetSpan } from '../../../services/time/zone.ts'

const zones = Intl.supportedValuesOf('timeZone')
/** The last begins its days where many zones leap, or come twice. */
const calendars: readonly Calendar[] = [
  isoCalendar,
  { dayStartsAt: '04:00', weekStartsOn: 7 },
  { dayStartsAt: '02:30', weekStartsOn: 6 },
]
const grids = [
  ...([15, 30, 60] as const).map((grain) => ({ grain, calendar: isoCalendar })),
  ...calendars.flatMap((calendar) =>
    (['day', 'week'] as const).map((grain) => ({ grain, calendar })),
  ),
].map((grid): [string, { grain: Grain; calendar: Calendar }] => [
  Object.values({ grain: grid.grain, ...grid.calendar }).join(),
  grid,
])
const twentyYears = { from: Date.parse('2010-01-01T00:00Z'), to: Date.parse('2030-01-01T00:00Z') }

interface Case {
  readonly zone: string
  readonly span: Span
  readonly stretches: readonly OffsetSpan[]
}

/** The days around each change of clocks, which is where mistakes are; what many zones share is looked at once. */
function changesOf(zone: string): readonly (readonly [what: string, Case])[] {
  const all = offsetSpans(zone, twentyYears, intervalMs)
  return all.slice(1).map(({ from, offsetMs }, index) => {
    const midnight = from - (from % dayMs)
    const span = { from: midnight - dayMs, to: midnight + 2 * dayMs }
    const what = [from, all[index]?.offsetMs, offsetMs].join()
    return [what, { zone, span, stretches: offsetSpans(zone, span, intervalMs) }] as const
  })
}

describe('around every change of clocks in twenty years, in every zone', () => {
  const cases = [...new Map(zones.flatMap(changesOf)).values()]

  test('there are many of them', () => expect(cases.length).toBeGreaterThan(800))

  test.each(grids)(
    'periods of %s hold each base interval once, and have labels of their own',
    (_name, grid) => {
      for (const { zone, span } of cases) {
        const periods = localPeriods(span, { zone, ...grid, intervalMs })
        const known = new Map(periods.map((period) => [period.key, 0]))
        for (const stretch of offsetSpans(zone, span, intervalMs)) {
          for (let at = stretch.from; at < stretch.to; at += intervalMs) {
            const key = periodKey(at, stretch, grid)
            known.set(key, (known.get(key) ?? NaN) + 1)
          }
        }
        const labels = new Set(periods.map(({ label }) => label))
        const isRight =
          labels.size === periods.length &&
          periods.every(({ key, baseIntervals }) => known.get(key) === baseIntervals) &&
          known.size === periods.length
        if (!isRight) expect({ zone, periods }).toBe('a partition')
      }
    },
  )

  test('a label is the local time that the zone shows', () => {
    const formats = new Map(
      zones.map((zone) => [
        zone,
        new Intl.DateTimeFormat('sv-SE', {
          timeZone: zone,
          dateStyle: 'short',
          timeStyle: 'medium',
        }),
      ]),
    )
    for (const { zone, span } of cases) {
      for (const { first, label } of localPeriods(span, {
        zone,
        grain: 60,
        calendar: isoCalendar,
        intervalMs,
      })) {
        const shown = formats.get(zone)?.format(first).replace(' ', 'T')
        if (label.slice(0, 19) !== shown) expect({ zone, first, label }).toBe(shown)
      }
    }
  })
})

function day(zone: string, date: string) {
  const from = Date.parse(`${date}T00:00Z`) - dayMs
  const periods = localPeriods(
    { from, to: from + 3 * dayMs },
    { zone, grain: 'day', calendar: isoCalendar, intervalMs },
  )
  return periods.find(({ label }) => label.startsWith(date))
}

test.each([
  ['America/New_York', '2025-11-02', 100],
  ['America/New_York', '2026-03-08', 92],
  ['America/New_York', '2026-01-14', 96],
  ['Pacific/Auckland', '2026-04-05', 100],
  ['Pacific/Auckland', '2026-09-27', 92],
  ['Australia/Lord_Howe', '2026-04-05', 98],
  ['Australia/Lord_Howe', '2026-10-04', 94],
  ['Asia/Kathmandu', '2026-01-14', 96],
  ['UTC', '2026-01-14', 96],
])('in %s the %s has %i base intervals', (zone, date, count) => {
  expect(day(zone, date)?.baseIntervals).toBe(count)
})

test('a day that a zone leaps over is not there', () => {
  expect(day('Pacific/Apia', '2011-12-30')).toBeUndefined()
  expect(day('Pacific/Apia', '2011-12-31')?.baseIntervals).toBe(96)
})

test('the hour that comes twice is two periods', () => {
  const from = Date.parse('2025-11-02T05:00Z')
  const labels = localPeriods(
    { from, to: from + 3 * 3_600_000 },
    { zone: 'America/New_York', grain: 60, calendar: isoCalendar, intervalMs },
  )
  expect(labels.map(({ label }) => label)).toEqual([
    '2025-11-02T01:00:00-04:00',
    '2025-11-02T01:00:00-05:00',
    '2025-11-02T02:00:00-05:00',
  ])
})

test('where clocks change by half an hour each part of the hour is a period of its own', () => {
  const from = Date.parse('2026-04-04T14:00Z')
  const periods = localPeriods(
    { from, to: from + 2.5 * 3_600_000 },
    { zone: 'Australia/Lord_Howe', grain: 60, calendar: isoCalendar, intervalMs },
  )
  expect(periods.map(({ label, baseIntervals }) => [label, baseIntervals])).toEqual([
    ['2026-04-05T01:00:00+11:00', 4],
    ['2026-04-05T01:30:00+10:30', 2],
    ['2026-04-05T02:00:00+10:30', 4],
  ])
})

test('a zone is known by its IANA name only', () => {
  expect(isZone('Europe/Berlin')).toBe(true)
  expect(isZone('Mars/Olympus')).toBe(false)
  expect(isZone('')).toBe(false)
})

/** The local days or weeks that begin in some days, with the base intervals of each. */
function begins(zone: string, date: string, grain: 'day' | 'week', calendar: Calendar) {
  const from = Date.parse(`${date}T00:00Z`) - 14 * dayMs
  const span = { from, to: from + 28 * dayMs }
  return localPeriods(span, { zone, grain, calendar, intervalMs })
    .filter(({ label }) => label.startsWith(date))
    .map(({ label, baseIntervals }) => [label, baseIntervals])
}

test.each([
  // Clocks leap from 02:00 to 03:00: the day is an hour shorter, and its beginning is not touched.
  ['America/New_York', '2026-03-07', '04:00', ['2026-03-07T04:00:00-05:00', 92]],
  // 02:30 never comes: the day begins when clocks leap over it.
  ['America/New_York', '2026-03-08', '02:30', ['2026-03-08T03:00:00-04:00', 94]],
  // 01:30 comes twice: the day begins with the first, less the half hour between, which shows a time before 01:30.
  ['America/New_York', '2026-11-01', '01:30', ['2026-11-01T01:30:00-04:00', 98]],
  ['America/New_York', '2026-10-31', '01:30', ['2026-10-31T01:30:00-04:00', 98]],
])('in %s the day of %s that begins at %s', (zone, date, dayStartsAt, expected) => {
  expect(begins(zone, date, 'day', { dayStartsAt, weekStartsOn: 1 })).toEqual([expected])
})

test('a week begins on the day that the calendar says, and is as long as its days', () => {
  const week = (weekStartsOn: number, date: string) =>
    begins('America/New_York', date, 'week', { dayStartsAt: '04:00', weekStartsOn })
  expect(week(7, '2026-03-08')).toEqual([['2026-03-08T04:00:00-04:00', 7 * 96]])
  expect(week(7, '2026-03-01')).toEqual([['2026-03-01T04:00:00-05:00', 7 * 96 - 4]])
  expect(week(1, '2026-03-02')).toEqual([['2026-03-02T04:00:00-05:00', 7 * 96 - 4]])
  expect(week(1, '2026-03-08')).toEqual([])
})
