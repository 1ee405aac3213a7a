import { histogramBoundsMs, histogramBucket } from '../../../schemas/metrics/metric.ts'

/** How many of these lengths, in milliseconds, fall into each bucket. */
export function histogram(lengths: readonly number[]): readonly number[] {
  const counts = new Array<number>(histogramBoundsMs.length + 1).fill(0)
  for (const length of lengths) {
    const bucket = histogramBucket(length)
    counts[bucket] = (counts[bucket] ?? 0) + 1
  }
  return counts
}
