import type { ForecastSeriesQuery, SeriesKind } from '../../../schemas/feeds/forecast-series.ts'
import { queueIntervalMetrics, type QueueMetric } from '../../../schemas/metrics/catalogue.ts'
import type { Metric } from '../../../schemas/metrics/metric.ts'
import type { Rate } from '../../../schemas/metrics/rate.ts'
import { rates } from '../../../schemas/metrics/rates.ts'

/** What a row of a series says, in the order of its columns. */
export interface SeriesColumns {
  readonly metrics: readonly Metric[]
  readonly rates: readonly Rate[]
}

/** The columns that tell one series from another. */
export const seriesKeys: Readonly<Record<SeriesKind, readonly string[]>> = {
  channel: ['workspace', 'channel'],
  queue: ['workspace', 'queue'],
  skill: ['workspace', 'queue', 'channel'],
}

/** Who came: the volume is all that is offered, less whoever gave up at once. The ways of coming are told apart. */
const volume: readonly QueueMetric[] = [
  ...(['offered_count', 'entered_count', 'moved_in_count'] as const),
  ...(['transferred_in_count', 'requeued_in_count', 'cohort_abandoned_short_count'] as const),
]

const ofArrivals: readonly QueueMetric[] = [
  ...(['cohort_answered_count', 'cohort_answered_in_sl_count', 'cohort_abandoned_count'] as const),
  ...(['cohort_abandoned_in_sl_count', 'cohort_flowed_out_count', 'cohort_waiting_count'] as const),
  ...(['cohort_handled_count', 'cohort_talk_ms', 'cohort_hold_ms', 'cohort_acw_ms'] as const),
  'cohort_handle_ms',
]

const ofEnds: readonly QueueMetric[] = [
  ...(['answered_count', 'answered_in_sl_count', 'abandoned_count'] as const),
  ...(['abandoned_short_count', 'abandoned_in_sl_count', 'flowed_out_count'] as const),
  ...(['sl_event_count', 'sl_event_met_count', 'sl_event_abandoned_count'] as const),
  ...(['handled_count', 'talk_wce_ms', 'hold_wce_ms', 'acw_wce_ms', 'handle_wce_ms'] as const),
]

/** What was carried in and out; of work that is deferred the age of the oldest too. */
const backlog: readonly QueueMetric[] = [
  ...(['waiting_boi_count', 'waiting_eoi_count', 'oldest_waiting_eoi_ms'] as const),
]

/** One attribution a series: a history that changes from one to the other has a break in it. */
export function seriesColumns(attribution: ForecastSeriesQuery['attribution']): SeriesColumns {
  const isOfArrivals = attribution === 'arrival'
  const names = [...volume, ...(isOfArrivals ? ofArrivals : ofEnds), ...backlog]
  const aht = isOfArrivals ? 'aht_cohort_ms' : 'aht_wce_ms'
  return {
    metrics: names.flatMap((name) => queueIntervalMetrics.filter((metric) => metric.name === name)),
    rates: rates.filter(({ name }) => name === aht),
  }
}
