import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  afterFailure,
  breakerState,
  newBreaker,
  type Breaker,
} from '../../../services/delivery/breaker.ts'

const policy = { failuresMax: 3, firstDelayMs: 1_000, delayMaxMs: 60_000 }

function failing(times: number, retryAfterMs: number | null = null, now = 0): Breaker {
  return Array.from({ length: times }).reduce<Breaker>(
    (breaker) => afterFailure(breaker, policy, { retryAfterMs, now, chance: 1 }),
    newBreaker,
  )
}

test('it rests twice as long after each failure, up to a limit', () => {
  const rests = [1, 2, 3, 7, 50].map((times) => failing(times).restsUntil)
  expect(rests).toEqual([1_000, 2_000, 4_000, 60_000, 60_000])
})

test('it opens after so many failures, and is half open when it has rested', () => {
  expect(breakerState(failing(2), policy, 0)).toBe('closed')
  expect(breakerState(failing(3), policy, 3_999)).toBe('open')
  expect(breakerState(failing(3), policy, 4_000)).toBe('half-open')
  expect(breakerState(newBreaker, policy, 0)).toBe('closed')
})

test('a target that says how long to leave it alone is believed, up to an hour', () => {
  expect(failing(1, 30_000).restsUntil).toBe(30_000)
  expect(failing(1, 10).restsUntil).toBe(1_000)
  expect(failing(1, 86_400_000).restsUntil).toBe(3_600_000)
})

test('whatever chance says, a rest is between half of what it may be and the whole', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 2_000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (failures, chance) => {
        const { restsUntil } = afterFailure({ failures: failures - 1, restsUntil: 0 }, policy, {
          ...{ retryAfterMs: null, now: 0, chance },
        })
        const most = Math.min(60_000, 1_000 * 2 ** (failures - 1))
        expect(restsUntil).toBeGreaterThanOrEqual(most / 2)
        expect(restsUntil).toBeLessThanOrEqual(most)
      },
    ),
  )
})
