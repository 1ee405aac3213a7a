import { expect, test } from 'vitest'
import { fromWallClock, openZone } from '../../../../services/simulator/model/zone.ts'

const newYork = openZone('America/New_York')

test('a shift begins at the same time of the wall clock on both sides of a change of offset', () => {
  const eight = 8 * 3_600_000
  const saturday = fromWallClock(newYork, Date.UTC(2026, 2, 7) + eight)
  const monday = fromWallClock(newYork, Date.UTC(2026, 2, 9) + eight)
  expect(new Date(saturday).toISOString()).toBe('2026-03-07T13:00:00.000Z')
  expect(new Date(monday).toISOString()).toBe('2026-03-09T12:00:00.000Z')
})

test('the offset changes at the very quarter hour', () => {
  const change = Date.UTC(2026, 2, 8, 7)
  expect(newYork.offsetMs(change - 1)).toBe(-5 * 3_600_000)
  expect(newYork.offsetMs(change)).toBe(-4 * 3_600_000)
  expect(openZone('UTC').offsetMs(change)).toBe(0)
  expect(openZone('Asia/Kathmandu').offsetMs(change)).toBe(5.75 * 3_600_000)
})
