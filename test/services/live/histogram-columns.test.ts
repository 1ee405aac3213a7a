import fc from 'fast-check'
import { expect, test } from 'vitest'
import { histogramBoundsMs, histogramBucket } from '../../../schemas/metrics/metric.ts'
import { countWithin, percentile } from '../../../services/live/histogram-columns.ts'

const lengths = fc.array(fc.integer({ min: 0, max: 200_000_000 }), { minLength: 1, maxLength: 60 })

function bucketsOf(all: readonly number[]): readonly number[] {
  const counts = new Array<number>(histogramBoundsMs.length + 1).fill(0)
  for (const length of all) {
    const bucket = histogramBucket(length)
    counts[bucket] = (counts[bucket] ?? 0) + 1
  }
  return counts
}

test('a percentile is the bound next above the length of its rank', () => {
  fc.assert(
    fc.property(lengths, fc.integer({ min: 1, max: 99 }), (all, percent) => {
      const rank = Math.ceil((percent * all.length) / 100)
      const exact = [...all].sort((a, b) => a - b)[rank - 1] ?? 0
      const bound = histogramBoundsMs.find((one) => exact <= one) ?? null
      expect(percentile(bucketsOf(all), percent)).toBe(bound)
    }),
  )
})

test('how many were within a bound is exact', () => {
  fc.assert(
    fc.property(lengths, fc.constantFrom(...histogramBoundsMs), (all, bound) => {
      expect(countWithin(bucketsOf(all), bound)).toBe(all.filter((one) => one <= bound).length)
    }),
  )
})

test('of nothing there is no percentile', () => {
  expect(percentile([], 50)).toBeNull()
  expect(percentile(bucketsOf([]), 50)).toBeNull()
})
