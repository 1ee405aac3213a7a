import { describe, expect, test } from 'vitest'
import type { Span } from '../../../schemas/events/instant.ts'
import { dayMs, quarterHourMs as intervalMs } from '../../../services/time/interval.ts'
import { localPeriods, periodKey, type Grain } from '../../../services/time/local-period.ts'
import { isZone, offsetSpans, type OffsetSpan } from '../../../services/time/zone.ts'

const zones = Intl.supportedValuesOf('timeZone')
const grains: readonly Grain[] = [15, 30, 60, 'day']
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

  test.each(grains)(
    'periods of %s hold each base interval once, and have labels of their own',
    (grain) => {
      for (const { zone, span } of cases) {
        const periods = localPeriods(span, { zone, grain, intervalMs })
        const known = new Map(periods.map((period) => [period.key, 0]))
        for (const stretch of offsetSpans(zone, span, intervalMs)) {
          for (let at = stretch.from; at < stretch.to; at += intervalMs) {
            const key = periodKey(at, stretch, grain)
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
      for (const { first, label } of localPeriods(span, { zone, grain: 60, intervalMs })) {
        const shown = formats.get(zone)?.format(first).replace(' ', 'T')
        if (label.slice(0, 19) !== shown) expect({ zone, first, label }).toBe(shown)
      }
    }
  })
})

function day(zone: string, date: string) {
  const from = Date.parse(`${date}T00:00Z`) - dayMs
  const periods = localPeriods({ from, to: from + 3 * dayMs }, { zone, grain: 'day', intervalMs })
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
    { zone: 'America/New_York', grain: 60, intervalMs },
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
    { zone: 'Australia/Lord_Howe', grain: 60, intervalMs },
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
