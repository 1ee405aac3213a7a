import type { AttributionName } from '../../schemas/feeds/intervals.ts'
import { intervalMetrics, type IntervalTable } from '../../schemas/metrics/catalogue.ts'
import type { Metric } from '../../schemas/metrics/metric.ts'
import type { Rate } from '../../schemas/metrics/rate.ts'
import { ratesFor } from '../../schemas/metrics/rates.ts'

/** What rows can show. */
export interface Columns {
  readonly metrics: readonly Metric[]
  readonly rates: readonly Rate[]
}

/** All columns of rows that are made of these tables, under one attribution. */
export function columnsUnder(
  tables: readonly IntervalTable[],
  attribution: AttributionName,
): Columns {
  const metrics = tables.flatMap((table) => columnsOf(table, attribution))
  const held = tables.flatMap((table) => intervalMetrics[table].map(({ name }) => name))
  return { metrics, rates: ratesFor(new Set(metrics.map(({ name }) => name)), new Set(held)) }
}

/**
 * The metrics of a table that go together under one attribution. Columns of two conventions in one row would be added up
 * by somebody sooner or later.
 */
function columnsOf(table: IntervalTable, attribution: AttributionName): readonly Metric[] {
  const metrics: readonly Metric[] = intervalMetrics[table]
  // How a day was spent has one convention only, each interval has its own part of it; and so has what was said.
  if (oneConvention.has(table)) return metrics
  return metrics.filter((metric) => belongs(metric, attribution))
}

const oneConvention = new Set<IntervalTable>([
  'agent_intervals',
  'agent_activity_intervals',
  'conversation_intervals',
  'adherence_intervals',
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
