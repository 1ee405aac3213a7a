import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { periodsOf } from '../../../connectors/form/periods.ts'
import { stretchesOf, type StretchGrid } from '../../../services/exports/plan/stretches.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const quarter = 15 * minuteMs

function hoursOf(zone: string, minutes: number, isUnique: boolean, from: string, to: string) {
  const grid = { zone, stretchMs: minutes * minuteMs, baseMs: quarter, isUnique }
  const span = { from: Date.parse(from), to: Date.parse(to) }
  return stretchesOf(grid, span).map((each) => (each.to - each.from) / hourMs)
}

describe('the days on which clocks change', () => {
  // New York: back on 1 November 2026 at 06:00Z, on on 8 March 2026 at 07:00Z. Auckland: back on 5 April at 14:00Z the day before.
  test.each([
    ['America/New_York', 15, true, '2026-11-01T04:00Z', '2026-11-01T08:00Z', 16],
    ['America/New_York', 60, true, '2026-11-01T04:00Z', '2026-11-01T08:00Z', 4],
    ['America/New_York', 60, true, '2026-03-08T05:00Z', '2026-03-08T09:00Z', 4],
    ['America/New_York', 60, false, '2026-03-08T05:00Z', '2026-03-08T09:00Z', 4],
    ['Pacific/Auckland', 30, true, '2026-04-04T12:00Z', '2026-04-04T16:00Z', 8],
  ])('%s by %i minutes, told apart %s', (zone, minutes, isUnique, from, to, count) => {
    const all = hoursOf(zone, minutes, isUnique, from, to)
    expect(all).toEqual(Array.from({ length: count }, () => minutes / 60))
  })

  test('an hour that comes twice and looks the same is one stretch', () => {
    const york = ['2026-11-01T04:00Z', '2026-11-01T08:00Z'] as const
    expect(hoursOf('America/New_York', 60, false, ...york)).toEqual([1, 2, 1])
    expect(hoursOf('America/New_York', 15, false, ...york)).toEqual([
      ...[0.25, 0.25, 0.25, 0.25, 2, 0.25, 0.25, 0.25, 0.25],
    ])
    const auckland = ['2026-04-04T12:00Z', '2026-04-04T16:00Z'] as const
    expect(hoursOf('Pacific/Auckland', 30, false, ...auckland)).toEqual([0.5, 0.5, 2, 0.5, 0.5])
  })

  test('a day is one, be it of 23 hours or of 25', () => {
    const york = ['2026-10-31T04:00Z', '2026-11-03T05:00Z'] as const
    expect(hoursOf('America/New_York', 1440, false, ...york)).toEqual([24, 25, 24])
    expect(hoursOf('America/New_York', 1440, true, ...york)).toEqual([24, 25, 24])
    const auckland = ['2026-09-25T12:00Z', '2026-09-28T11:00Z'] as const
    expect(hoursOf('Pacific/Auckland', 1440, false, ...auckland)).toEqual([24, 23, 24])
  })
})

const zones = [
  ...['UTC', 'America/New_York', 'Pacific/Auckland', 'Asia/Kathmandu', 'Australia/Lord_Howe'],
  ...['America/Santiago', 'Asia/Beirut', 'Pacific/Chatham'],
]

const anyGrid = fc.record({
  zone: fc.constantFrom(...zones),
  stretchMs: fc.constantFrom(15, 30, 60, 1440).map((minutes) => minutes * minuteMs),
  baseMs: fc.constantFrom(5, 15).map((minutes) => minutes * minuteMs),
  isUnique: fc.boolean(),
})

test('stretches follow one another without a hole, and no local time is in two of them', () => {
  fc.assert(
    fc.property(anyGrid, fc.integer({ min: 0, max: 700 }), (grid: StretchGrid, day) => {
      const from = Date.UTC(2025, 0, 1) + day * 24 * hourMs
      const all = stretchesOf(grid, { from, to: from + 4 * 24 * hourMs })
      expect(all.length).toBeGreaterThan(0)
      const keys = new Map<string, number>()
      for (const [index, span] of all.entries()) {
        if (index > 0) expect(span.from).toBe(all[index - 1]?.to)
        const { zone, baseMs, isUnique, stretchMs: intervalMs } = grid
        const periods = periodsOf({ span, baseMs, zone, isUnique, intervalMs })
        const own = new Set([...periods.values()].map(({ key }) => key))
        expect([...own].filter((key) => keys.has(key))).toEqual([])
        for (const key of own) keys.set(key, index)
      }
    }),
    { numRuns: 50 },
  )
})
