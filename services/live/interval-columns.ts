import type { AttributionName } from '../../schemas/feeds/intervals.ts'
import { intervalMetrics, type IntervalTable } from '../../schemas/metrics/catalogue.ts'
import type { Metric } from '../../schemas/metrics/metric.ts'

/**
 * The metrics of a table that go together under one attribution. Columns of two conventions in one row would be added up
 * by somebody sooner or later.
 */
export function columnsOf(table: IntervalTable, attribution: AttributionName): readonly Metric[] {
  const metrics: readonly Metric[] = intervalMetrics[table]
  // How a day was spent has one convention only, each interval has its own part of it; and so has what was said.
  if (oneConvention.has(table)) return metrics
  return metrics.filter((metric) => belongs(metric, attribution))
}

const oneConvention = new Set<IntervalTable>([
  'agent_intervals',
  'agent_activity_intervals',
  'conversation_intervals',
])

function belongs(metric: Metric, attribution: AttributionName): boolean {
  switch (attribution) {
    case 'arrival':
      // An entry is event and arrival at once.
      return metric.attribution === 'arrival' || metric.name === 'offered_count'
    case 'end':
      return metric.attribution === 'event' || metric.attribution === 'observed'
    case 'interval':
      return metric.attribution !== 'arrival' && !metric.name.endsWith('_wce_ms')
  }
}

type Value = (metric: string) => number

/** A ratio of sums: numerator and denominator are added up, then divided. */
export interface Rate {
  readonly name: string
  readonly description: string
  readonly of: (value: Value, periodMs: number) => number | null
}

/** The rates that a table has under an attribution. */
export function ratesOf(table: IntervalTable, attribution: AttributionName): readonly Rate[] {
  switch (table) {
    case 'queue_intervals':
      return queueRates[attribution]
    case 'agent_queue_intervals':
      return attribution === 'end' ? [handleTime] : []
    case 'agent_intervals':
      return [occupancy]
    case 'agent_activity_intervals':
      return []
    case 'conversation_intervals':
      return [firstResponseTime, responseTime]
  }
}

const firstResponseTime: Rate = {
  name: 'first_response_avg_ms',
  description: 'Mean time to the first answer of an agent',
  of: (value) => ratio(value('first_response_ms'), value('first_response_count')),
}

const responseTime: Rate = {
  name: 'agent_response_avg_ms',
  description: 'Mean time to an answer of an agent',
  of: (value) => ratio(value('agent_response_ms'), value('agent_response_count')),
}

const speed: Rate = {
  name: 'asa_ms',
  description: 'Mean wait of the visits answered',
  of: (value) => ratio(value('wait_answered_ms'), value('answered_count')),
}

const serviceLevel: Rate = {
  name: 'sl_ex_short',
  description: 'Answered within the threshold, of all answered or abandoned but short abandons',
  of: (value) =>
    ratio(
      value('answered_in_sl_count'),
      value('answered_count') + value('abandoned_count') - value('abandoned_short_count'),
    ),
}

const abandoned: Rate = {
  name: 'abandon_rate',
  description: 'Abandoned, of all offered',
  of: (value) => ratio(value('abandoned_count'), value('offered_count')),
}

const handleTime: Rate = {
  name: 'aht_wce_ms',
  description: 'Mean length of the handles that ended',
  of: (value) => ratio(value('handle_wce_ms'), value('handled_count')),
}

const occupancy: Rate = {
  name: 'occupancy',
  description: 'Talk, hold and after-contact work, of these and idle time',
  of(value) {
    const work = value('state_talk_ms') + value('state_hold_ms') + value('state_acw_ms')
    return ratio(work, work + value('state_idle_ms'))
  },
}

const queueRates: Record<AttributionName, readonly Rate[]> = {
  end: [speed, serviceLevel, abandoned, handleTime],
  interval: [
    speed,
    serviceLevel,
    abandoned,
    {
      name: 'queue_length_avg',
      description: 'Mean number of contacts waiting',
      of: (value, periodMs) => ratio(value('waiting_tti_ms'), periodMs),
    },
  ],
  arrival: [
    { ...speed, of: (value) => speed.of(ofCohort(value), 0) },
    { ...serviceLevel, of: (value) => serviceLevel.of(ofCohort(value), 0) },
    { ...abandoned, of: (value) => abandoned.of(ofCohort(value), 0) },
    {
      name: 'aht_cohort_ms',
      description: 'Mean length of the handles of those who arrived',
      of: (value) => ratio(value('cohort_handle_ms'), value('cohort_handled_count')),
    },
  ],
}

function ofCohort(value: Value): Value {
  return (metric) => value(metric === 'offered_count' ? metric : `cohort_${metric}`)
}

function ratio(numerator: number, denominator: number): number | null {
  return denominator === 0 ? null : numerator / denominator
}
