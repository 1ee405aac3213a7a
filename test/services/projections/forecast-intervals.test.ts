import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ForecastInterval } from '../../../schemas/events/forecast.ts'
import { toForecastEvents } from '../../../services/definitions/forecast-events.ts'
import { forecastIntervals } from '../../../services/projections/forecast-intervals.ts'
import { withEvents } from '../../../services/projections/timeline.ts'

const day = Date.parse('2026-03-10T00:00:00Z')
const hour = 3_600_000
const of = { queue: 'WQ1', channel: 'voice', skill: '', workspace: 'WS1' }
const interval = (from: number, offered: number): ForecastInterval => ({
  ...{ from, to: from + hour, offered, ahtMs: 240_000, staff: null },
})
const reading = (readAt: number, from: number, to: number, ...all: readonly ForecastInterval[]) =>
  toForecastEvents({ ...of, span: { from, to }, intervals: all, readAt, now: readAt })

const first = reading(day - 3, day, day + 3 * hour, interval(day, 1), interval(day + hour, 2))
/** Tells of the second hour that nothing is forecast of it any more, and of the first nothing. */
const second = reading(day - 2, day + hour, day + 3 * hour, interval(day + 2 * hour, 3))
const third = reading(day - 1, day, day + hour, interval(day, 4))
const all = [...first, ...second, ...third]

test('an interval holds until another reading tells of it, if only that it is not forecast', () => {
  const rows = forecastIntervals(withEvents([], all)).map(({ key, values }) => [
    ...[Number(key['interval_start']) - day, values['offered']],
    ...[values['read_at'], values['held_until']],
  ])
  expect(rows).toEqual([
    [0, 1, day - 3, day - 1],
    [hour, 2, day - 3, day - 2],
    [2 * hour, 3, day - 2, null],
    [0, 4, day - 1, null],
  ])
})

test('what a reading says again is no other forecast, unless something else was said in between', () => {
  const again = reading(day - 2, day, day + 3 * hour, interval(day, 1), interval(day + hour, 2))
  const elsewhere = reading(day - 2.5, day + 5 * hour, day + 6 * hour, interval(day + 5 * hour, 3))
  const once = forecastIntervals(withEvents([], [...first, ...elsewhere]))
  expect(forecastIntervals(withEvents([], [...first, ...elsewhere, ...again]))).toEqual(once)
  const changed = reading(day - 2.5, day + hour, day + 3 * hour, interval(day + hour, 9))
  const held = forecastIntervals(withEvents([], [...first, ...changed, ...again]))
    .filter(({ values }) => values['held_until'] === null)
    .map(({ values }) => [values['offered'], values['read_at']])
  expect(held).toEqual([
    [1, day - 2],
    [2, day - 2],
  ])
})

test('neither the order nor the repetition of readings changes a row', () => {
  const rows = forecastIntervals(withEvents([], all))
  fc.assert(
    fc.property(fc.shuffledSubarray([...all, ...all], { minLength: 6 }), (arrived) => {
      expect(forecastIntervals(withEvents([], arrived))).toEqual(rows)
    }),
  )
})

test('a reading of several days is an event for each, with an id that says what it says', () => {
  const events = reading(day, day + 23 * hour, day + 50 * hour, interval(day + 23 * hour, 5))
  expect(events.map(({ since, until }) => [since, until])).toEqual([
    [day + 23 * hour, day + 24 * hour],
    [day + 24 * hour, day + 48 * hour],
    [day + 48 * hour, day + 50 * hour],
  ])
  expect(new Set(events.map(({ id }) => id)).size).toBe(3)
  expect(reading(day, day + 23 * hour, day + 50 * hour, interval(day + 23 * hour, 5))).toEqual(
    events,
  )
})

test('what is no forecast says nothing', () => {
  const [event] = third
  if (event === undefined) throw new Error('a reading has an event')
  expect(forecastIntervals([{ ...event, attributes: '{"intervals": [{}]}' }])).toEqual([])
  expect(forecastIntervals([{ ...event, attributes: null }])).toEqual([])
})
