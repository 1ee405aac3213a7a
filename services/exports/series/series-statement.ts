import type { Instant, Span } from '../../../schemas/events/instant.ts'
import type { SeriesKind } from '../../../schemas/feeds/forecast-series.ts'
import type { Metric } from '../../../schemas/metrics/metric.ts'
import { rateSql } from '../../../schemas/metrics/rate.ts'
import { byStretch, periodSql, type Statement } from '../../live/interval-sql.ts'
import type { Periods } from '../../time/local-period.ts'
import { offsetSpans, offsetText } from '../../time/zone.ts'
import { seriesKeys, type SeriesColumns } from './series-columns.ts'

export interface SeriesQuestion extends Periods {
  readonly by: SeriesKind
  readonly span: Span
  /** By column, the values of which a row must have one. */
  readonly filters: Readonly<Record<string, readonly string[] | undefined>>
  readonly columns: SeriesColumns
  /** The stretch of which all is known, but for the gaps. */
  readonly known: Span
  readonly gaps: readonly Span[]
  /** The newest name of each queue, in this order. */
  readonly names: readonly QueueName[]
}

export interface QueueName {
  readonly workspace: string
  readonly queue: string
  readonly name: string
}

/** The series that a question is of: one row each. */
export function seriesOf(question: SeriesQuestion): Statement {
  const { by, span, filters } = question
  const sql = `SELECT DISTINCT ${seriesKeys[by].join(', ')} FROM ${baseRows(question)}`
  return { sql, params: { ...span, ...filters } }
}

/**
 * Every series with a row for every period: zeros where nothing came, nothing where what came is not known. The engine
 * makes the periods itself and puts them to disk where they grow, so that it can write years of them.
 */
export function seriesStatement(question: SeriesQuestion): Statement {
  const { by, span, filters, columns, known, gaps, names, intervalMs } = question
  const { metrics, rates } = columns
  const keys = seriesKeys[by]
  const all = keys.join(', ')
  const stretches = offsetSpans(question.zone, span, intervalMs)
  const shown = [
    "fromUnixTimestamp64Milli(first_at, 'UTC') AS interval_start",
    `${localStart} AS local_start`,
    'toUInt32(base_intervals) AS base_intervals',
    `base_intervals * ${intervalMs} AS period_ms`,
    "if(is_known, 'complete', 'unknown') AS coverage",
    ...keys.flatMap((key) => (key === 'queue' ? ['queue', queueName] : [key])),
    ...metrics.map(({ name }) => `if(is_known, sums.${name}, NULL) AS ${name}`),
    // Of what is not known the parts are NULL already.
    ...rates.map((rate) => `${rateSql(rate, 'period_ms')} AS ${rate.name}`),
  ]
  const sql = `SELECT
  ${shown.join(',\n  ')}
FROM (
  SELECT ${all}, ${periodSql(stretches, question, 'at')} AS period,
    min(at) AS first_at, max(at) AS last_at, count() AS base_intervals,
    ${byStretch(stretches, 'first_at', ({ offsetMs }) => String(offsetMs))} AS offset_ms,
    ${byStretch(stretches, 'first_at', ({ offsetMs }) => `'${offsetText(offsetMs)}'`)} AS offset_text,
    first_at >= {knownFrom:Int64} AND last_at + ${intervalMs} <= {knownTo:Int64} AND NOT arrayExists(
      (gap_from, gap_to) -> gap_from < last_at + ${intervalMs} AND gap_to > first_at,
      {gapsFrom:Array(Int64)}, {gapsTo:Array(Int64)}) AS is_known,
    ${metrics.map((metric) => `${overTime(metric)} AS ${metric.name}`).join(',\n    ')}
  FROM (
    SELECT ${all}, at, ${metrics.map((metric) => `${overQueues(metric)} AS ${metric.name}`).join(', ')}
    FROM (
      SELECT ${all}, toUnixTimestamp64Milli(rows.interval_start) AS at,
        ${metrics.map(({ name }) => `toUInt64(rows.${name}) AS ${name}`).join(', ')}
      FROM ${baseRows(question)}
      UNION ALL
      SELECT ${all}, {from:Int64} + toInt64(number) * ${intervalMs} AS at,
        ${metrics.map(({ name }) => `toUInt64(0) AS ${name}`).join(', ')}
      FROM (SELECT DISTINCT ${all} FROM ${baseRows(question)}) AS series
      CROSS JOIN numbers(${(span.to - span.from) / intervalMs}) AS intervals
    ) AS told
    GROUP BY ${all}, at
  ) AS own
  GROUP BY ${all}, period
) AS sums
ORDER BY ${all}, first_at
SETTINGS ${settings}`
  const params = {
    ...{ ...span, ...filters, knownFrom: known.from, knownTo: known.to },
    gapsFrom: gaps.map(({ from }) => from),
    gapsTo: gaps.map(({ to }) => to),
    ids: names.map(({ workspace, queue }) => `${workspace} ${queue}`),
    names: names.map(({ name }) => name),
  }
  return { sql, params }
}

/** As `localLabel` in services/time writes it. */
const localStart =
  "concat(formatDateTime(fromUnixTimestamp64Milli(first_at + offset_ms, 'UTC'), '%Y-%m-%dT%H:%i:%S'), offset_text)"
const queueName =
  "transform(concat(workspace, ' ', queue), {ids:Array(String)}, {names:Array(String)}, toString(queue)) AS queue_name"

/** A few hundred megabytes, whatever is asked: what is more goes to the engine's disk. */
const settings = [
  'max_bytes_before_external_group_by = 300000000',
  'max_bytes_before_external_sort = 300000000',
  'do_not_merge_across_partitions_select_final = 1',
].join(', ')

function baseRows({ filters }: SeriesQuestion): string {
  const wanted = Object.entries(filters)
    .filter(([, values]) => values !== undefined)
    .map(([column]) => `AND rows.${column} IN {${column}:Array(String)}`)
  return `queue_intervals AS rows FINAL
      WHERE rows.interval_start >= fromUnixTimestamp64Milli({from:Int64})
        AND rows.interval_start < fromUnixTimestamp64Milli({to:Int64}) ${wanted.join(' ')}`
}

/** What queues, channels and shards say of one base interval as one; stocks of one moment add up. */
function overQueues({ name, rollUp }: Metric): string {
  return rollUp === 'max' || rollUp === 'last-max' ? `max(told.${name})` : `sum(told.${name})`
}

/** What the base intervals of a period say as one: each of them is there. */
function overTime({ name, rollUp }: Metric): string {
  switch (rollUp) {
    case 'sum':
      return `sum(own.${name})`
    case 'max':
      return `max(own.${name})`
    case 'first':
      return `argMin(own.${name}, at)`
    case 'last':
    case 'last-max':
      return `argMax(own.${name}, at)`
    case 'histogram':
      throw new Error(`${name} is a histogram: a series has numbers`)
  }
}

/** Stretches in the order of time, those that touch or overlap as one. */
export function mergedSpans(
  spans: readonly { readonly from: Instant; readonly to: Instant | null }[],
): readonly Span[] {
  const merged: { from: Instant; to: Instant }[] = []
  for (const { from, to } of spans.toSorted((a, b) => a.from - b.from)) {
    const end = to ?? latest
    const last = merged.at(-1)
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, end)
    else merged.push({ from, to: end })
  }
  return merged
}

const latest = Date.UTC(2200, 0)
