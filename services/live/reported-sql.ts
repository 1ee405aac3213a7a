import type { Span } from '../../schemas/events/instant.ts'
import { intervalMetrics, type IntervalTable } from '../../schemas/metrics/catalogue.ts'
import type { Metric } from '../../schemas/metrics/metric.ts'
import { tables } from '../../schemas/tables/tables.ts'

/**
 * The rows of an interval table as they were reported at an instant: what was out by then, with every later change taken back.
 * It stands where the table's view stands, with the same columns. Wants the parameters `from`, `to` and `reportedAt`, all in
 * milliseconds; a row counts if it lies in one of `out`.
 */
export function reportedRows(
  table: IntervalTable,
  out: readonly Span[],
  intervalMs: number,
): string {
  const parts: readonly string[] = tables[table].key
  const key = parts.filter((column) => column !== 'shard')
  const metrics: readonly Metric[] = intervalMetrics[table]
  const columns = metrics.map((metric) => `${acrossShards(metric)} AS ${metric.name}`)
  const isOut = out.map(({ from, to }) => `(${ms} >= ${from} AND ${ms} <= ${to - intervalMs})`)
  return `(
    SELECT ${key.join(', ')}, ${columns.join(', ')}
    FROM (SELECT * FROM ${table} FINAL WHERE ${inSpan}) AS part
    FULL OUTER JOIN (
      SELECT ${parts.join(', ')},
        mapFromArrays(groupArray(column_name), groupArray(first_value)) AS old_values,
        mapFromArrays(groupArray(column_name), groupArray(first_hist)) AS old_hists
      FROM (
        SELECT ${parts.join(', ')}, column_name,
          argMin(old_value, position) AS first_value, argMin(old_hist, position) AS first_hist
        FROM restatements FINAL
        WHERE table_name = '${table}' AND ${inSpan}
          AND recorded_at > fromUnixTimestamp64Milli({reportedAt:Int64})
        GROUP BY ${parts.join(', ')}, column_name)
      GROUP BY ${parts.join(', ')}
    ) AS undone USING (${parts.join(', ')})
    WHERE ${isOut.length === 0 ? 'false' : isOut.join(' OR ')}
    GROUP BY ${key.join(', ')}
    HAVING ${metrics.map(isThere).join(' OR ')})`
}

const ms = 'toUnixTimestamp64Milli(interval_start)'

const inSpan = `interval_start >= fromUnixTimestamp64Milli({from:Int64})
          AND interval_start < fromUnixTimestamp64Milli({to:Int64})`

/** A row of zeros was no row. */
function isThere({ name, rollUp }: Metric): string {
  return rollUp === 'histogram' ? `arraySum(${name}) != 0` : `${name} != 0`
}

/** Of one shard what it said then; of several what they came to together. */
function acrossShards({ name, rollUp }: Metric): string {
  const then = (old: string) =>
    `if(mapContains(undone.${old}, '${name}'), undone.${old}['${name}'], part.${name})`
  switch (rollUp) {
    case 'histogram':
      return `sumForEach(${then('old_hists')})`
    case 'max':
    case 'last-max':
      return `max(toInt64(${then('old_values')}))`
    case 'sum':
    case 'first':
    case 'last':
      return `sum(toInt64(${then('old_values')}))`
  }
}
