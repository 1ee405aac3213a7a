import type { Instant } from '../../schemas/events/instant.ts'
import type { Metric } from '../../schemas/metrics/metric.ts'
import { rateValue, type Rate } from '../../schemas/metrics/rate.ts'
import { chosenRate, rateLabel, type ChosenName } from '../projections/chosen-rates.ts'
import { definitionsAt, type Knowledge } from '../projections/definitions.ts'
import { intervalStart } from '../time/interval.ts'
import type { LocalPeriod } from '../time/local-period.ts'
import type { HistogramColumn } from './histogram-columns.ts'
import type { NameOf } from './dimension-names.ts'
import { statusOf, type PublishedSpans } from './published-spans.ts'
import { coverageOf, type OpenGap } from '../projections/coverage.ts'

/** A row as the statement answers it: period, `first_at`, `last_at`, keys, metrics. */
export type SummedRow = Readonly<Record<string, unknown>>

export type IntervalRow = Readonly<Record<string, unknown>>

export interface RowRecipe {
  /** The length of a base interval. */
  readonly intervalMs: number
  readonly periods: ReadonlyMap<number, LocalPeriod>
  readonly keys: readonly string[]
  readonly metrics: readonly Metric[]
  readonly rates: readonly Rate[]
  readonly ofHistograms: readonly HistogramColumn[]
  readonly chosen: readonly ChosenName[]
  readonly knowledge: Knowledge
  /** The name that goes beside a key, such as `queue_name` beside `queue`. */
  readonly names: Readonly<Record<string, NameOf>>
  /** Up to when the tables are complete. */
  readonly asOf: Instant
  readonly gaps: readonly OpenGap[]
  /** What is out of all the tables that the rows are of. */
  readonly published: PublishedSpans
}

/** A row of the answer: keys with their names and the period's labels, metrics, rates. */
export function intervalRow(summed: SummedRow, recipe: RowRecipe): IntervalRow {
  const period = recipe.periods.get(Number(summed['period']))
  if (period === undefined) throw new Error('a row of no period')
  const { intervalMs } = recipe
  const periodMs = period.baseIntervals * intervalMs
  const span = { from: period.first, to: period.last + intervalMs }
  const row: Record<string, unknown> = {
    interval_start: new Date(period.first).toISOString(),
    local_start: period.label,
    base_intervals: period.baseIntervals,
    period_ms: periodMs,
    coverage: coverageOf(recipe.gaps, span),
    status: statusOf(recipe.published, span),
  }
  for (const key of recipe.keys) {
    row[key] = summed[key]
    const name = recipe.names[key]
    if (name === undefined) continue
    row[`${key}_name`] = name(String(summed['workspace']), String(summed[key]), span.to)
  }
  for (const metric of recipe.metrics) {
    row[metric.name] = isThere(metric, summed, period, recipe) ? summed[metric.name] : 0
  }
  for (const rate of recipe.rates) {
    row[rate.name] = rateValue(rate, (metric) => Number(summed[metric] ?? 0), periodMs)
  }
  for (const column of recipe.ofHistograms) {
    row[column.name] = column.of(bucketsOf(summed[column.histogram]))
  }
  Object.assign(row, chosenValues(row, summed, period, recipe))
  return row
}

/** By what holds at the period's beginning; a set of queues has no formula of its own. */
function chosenValues(
  row: IntervalRow,
  summed: SummedRow,
  { first, baseIntervals }: LocalPeriod,
  { chosen, keys, knowledge, intervalMs }: RowRecipe,
): IntervalRow {
  if (chosen.length === 0) return {}
  const definitions = definitionsAt(knowledge, first)
  const { queue: id, queue_name: name = id } = row
  const queue = keys.includes('queue') ? { id: String(id), name: String(name) } : null
  const values: Record<string, unknown> = {}
  for (const word of chosen) {
    const rate = chosenRate(word, definitions, queue)
    const sumOf = (metric: string) => Number(summed[metric] ?? 0)
    values[word] = rateValue(rate, sumOf, baseIntervals * intervalMs)
    values[`${word}_by`] = rateLabel(rate)
  }
  return values
}

function bucketsOf(value: unknown): readonly number[] {
  return Array.isArray(value) ? value.map(Number) : []
}

/**
 * A first or last value is that of the first or last base interval, and a base row that is missing means 0: so the value of
 * another row than that does not count. The last of a period that is not over is the last that has begun.
 */
function isThere(
  { rollUp }: Metric,
  summed: SummedRow,
  period: LocalPeriod,
  { asOf, intervalMs }: RowRecipe,
): boolean {
  switch (rollUp) {
    case 'first':
      return Number(summed['first_at']) === period.first
    case 'last':
    case 'last-max':
      return Number(summed['last_at']) >= lastBegun(period, asOf, intervalMs)
    case 'sum':
    case 'max':
    case 'histogram':
      return true
  }
}

/** The last base interval of a period that had begun by then. */
export function lastBegun(period: LocalPeriod, asOf: Instant, intervalMs: number): Instant {
  return Math.min(period.last, intervalStart(asOf - 1, intervalMs))
}

/** The names of a row's columns, in their order, be there a row or not. */
export function columnNames({ keys, names, ...columns }: RowRecipe): readonly string[] {
  return [
    ...['interval_start', 'local_start', 'base_intervals', 'period_ms', 'coverage', 'status'],
    ...keys.flatMap((key) => (key in names ? [key, `${key}_name`] : [key])),
    ...[...columns.metrics, ...columns.rates, ...columns.ofHistograms].map(({ name }) => name),
    ...columns.chosen.flatMap((name) => [name, `${name}_by`]),
  ]
}
