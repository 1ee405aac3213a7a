import { histogramBoundsMs, type Metric } from '../../schemas/metrics/metric.ts'

/** A column that is worked out from a histogram's buckets, added up over whatever the row is of. */
export interface HistogramColumn {
  readonly name: string
  readonly histogram: string
  /** Null where the buckets do not tell it. */
  readonly of: (buckets: readonly number[]) => number | null
}

/** The whole seconds that the buckets can tell apart: `within` asks for one of them. */
export const withinChoices = histogramBoundsMs.map((bound) => String(bound / 1000))

/**
 * For each histogram: the percentiles (whole percent), then how many were within some seconds, which must be among
 * `withinChoices`. `handle_hist` makes `handle_p90_ms` and `handle_within_60s_count`.
 */
export function histogramColumns(
  metrics: readonly Metric[],
  percentiles: readonly number[],
  within: readonly number[],
): readonly HistogramColumn[] {
  return metrics
    .filter(({ rollUp }) => rollUp === 'histogram')
    .flatMap(({ name: histogram }) => {
      const what = histogram.replace(/_hist$/, '')
      return [
        ...percentiles.map((percent) => ({
          name: `${what}_p${percent}_ms`,
          histogram,
          of: (buckets: readonly number[]) => percentile(buckets, percent),
        })),
        ...within.map((seconds) => ({
          name: `${what}_within_${seconds}s_count`,
          histogram,
          of: (buckets: readonly number[]) => countWithin(buckets, seconds * 1000),
        })),
      ]
    })
}

/**
 * The upper bound, in milliseconds, of the bucket that holds rank ceil(q·n): never less than the exact percentile. Null of
 * nothing, and in the last bucket, which has no bound.
 */
export function percentile(buckets: readonly number[], percent: number): number | null {
  const all = buckets.reduce((sum, count) => sum + count, 0)
  const rank = Math.ceil((percent * all) / 100)
  let seen = 0
  for (const [bucket, count] of buckets.entries()) {
    seen += count
    if (count > 0 && seen >= rank) return histogramBoundsMs[bucket] ?? null
  }
  return null
}

/** How many were no longer than a bound, exactly. */
export function countWithin(buckets: readonly number[], boundMs: number): number {
  return buckets
    .slice(0, histogramBoundsMs.indexOf(boundMs) + 1)
    .reduce((sum, count) => sum + count, 0)
}
