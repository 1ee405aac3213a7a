import { expect, test } from 'vitest'
import { restBetweenWrites } from '../../../services/runner/shard-seat.ts'

test('the longer writing takes the less often it is done, within bounds', () => {
  expect(restBetweenWrites(1_000, 20)).toBe(1_000)
  expect(restBetweenWrites(1_000, 300)).toBeCloseTo(1_800)
  expect(restBetweenWrites(1_000, 5_000)).toBe(4_000)
})
