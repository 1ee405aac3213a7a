import { expect, test } from 'vitest'
import { workRate } from '../../../services/runtime/work-rate.ts'

test.each([
  ['as fast as it was', 500, 1_500, 2_000, { recordsPerSecond: 250, secondsLeft: 6 }],
  ['nothing is left', 500, 0, 2_000, { recordsPerSecond: 250, secondsLeft: 0 }],
  ['more is done than there was', 500, -3, 2_000, { recordsPerSecond: 250, secondsLeft: 0 }],
  ['nothing is done yet', 0, 1_500, 2_000, { recordsPerSecond: 0, secondsLeft: 0 }],
  ['no time has passed', 500, 1_500, 0, { recordsPerSecond: 0, secondsLeft: 0 }],
])('the rest of the work where %s', (_where, done, left, elapsedMs, rate) => {
  expect(workRate(done, left, elapsedMs)).toEqual(rate)
})
