import { z } from 'zod'
import {
  attributions,
  commaSeparated,
  type AttributionName,
} from '../../schemas/feeds/intervals.ts'
import type { ProblemError } from '../../schemas/feeds/problem.ts'
import { intervalMetrics, type IntervalTable } from '../../schemas/metrics/catalogue.ts'
import type { Metric } from '../../schemas/metrics/metric.ts'
import { partsOfRate, type Rate } from '../../schemas/metrics/rate.ts'
import { chosenNames, mayMean, type ChosenName } from '../projections/chosen-rates.ts'
import { histogramColumns, withinChoices, type HistogramColumn } from './histogram-columns.ts'
import { columnsUnder } from './interval-columns.ts'
import type { Part } from './interval-sql.ts'

/** What rows show, and what has to be added up for it. */
export interface Selection {
  readonly parts: readonly Part[]
  readonly metrics: readonly Metric[]
  readonly rates: readonly Rate[]
  readonly ofHistograms: readonly HistogramColumn[]
  /** Rates by the names under which definitions choose one. */
  readonly chosen: readonly ChosenName[]
  /** All that is wrong with what was asked for; the rest then means nothing. */
  readonly errors: readonly ProblemError[]
}

const asked = z.object({
  // What is no attribution is told by the schema.
  attribution: z.enum(attributions).default('end').catch('end'),
  metrics: commaSeparated.catch(undefined),
  percentiles: commaSeparated.catch(undefined),
  within: commaSeparated.catch(undefined),
})

/** The columns that a question asks for, of those that its tables have under its attribution. */
export function askedSelection(query: unknown, tables: readonly IntervalTable[]): Selection {
  const { attribution, metrics: names, percentiles = [], within = [] } = asked.parse(query)
  const { metrics, rates } = columnsUnder(tables, attribution)
  const isWanted = ({ name }: { readonly name: string }) => names?.includes(name) ?? true
  const shown = { metrics: metrics.filter(isWanted), rates: rates.filter(isWanted) }
  const choices = tables.includes('queue_intervals') ? chosenNames : []
  const chosen = choices.filter((name) => names?.includes(name) ?? true)
  const ofHistograms = histogramColumns(metrics, percentiles.map(Number), within.map(Number))
  const needed = new Set([
    ...shown.metrics.map(({ name }) => name),
    ...shown.rates.flatMap(partsOfRate),
    ...ofHistograms.map(({ histogram }) => histogram),
    ...chosen.flatMap(mayMean).flatMap(partsOfRate),
  ])
  return {
    parts: tables.map((table) => ({
      table,
      metrics: intervalMetrics[table].filter(({ name }) => needed.has(name)),
    })),
    ...{ ...shown, ofHistograms, chosen },
    errors: [
      ...faults('metrics', names ?? [], [
        ...[...metrics, ...rates].map(({ name }) => name),
        ...choices,
      ]),
      ...percentiles
        .filter((text) => !/^[1-9]\d?$/.test(text))
        .map((text) => ({
          field: 'percentiles',
          detail: `${quoted(text)} is no whole number from 1 to 99`,
        })),
      ...faults('within', within, withinChoices),
      ...withoutHistogram({ percentiles, within }, metrics, attribution),
    ],
  }
}

function faults(
  field: string,
  given: readonly string[],
  choices: readonly string[],
): readonly ProblemError[] {
  return given
    .filter((text) => !choices.includes(text))
    .map((text) => ({ field, detail: `${quoted(text)} is none`, choices: [...choices] }))
}

function withoutHistogram(
  given: Readonly<Record<string, readonly string[]>>,
  metrics: readonly Metric[],
  attribution: AttributionName,
): readonly ProblemError[] {
  if (metrics.some(({ rollUp }) => rollUp === 'histogram')) return []
  return Object.entries(given)
    .filter(([, values]) => values.length > 0)
    .map(([field]) => ({
      field,
      detail: `needs a histogram; rows by attribution=${attribution} have none`,
      choices: ['attribution=end', 'attribution=interval'],
    }))
}

/** As much of what was written as an answer should repeat. */
function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 60))
}
