import { column } from './column.ts'
import { rowsOf, type Query } from './query.ts'

// Stretches of time that have a beginning and, once they are over, an end; as `rows`.

const from = 'greatest(rows.started_at, $__fromTime)'
const to = 'least(ifNull(rows.ended_at, $__toTime), $__toTime)'

/** Those that lie, if only in part, in the chosen time. */
export const isInTime = `rows.started_at <= $__toTime
    AND (rows.ended_at IS NULL OR rows.ended_at > $__fromTime)`

/** The same of stretches that are cut at every change of plan: none lasts for a day, so that months before are not read. */
export const isInTimeAndShort = `${isInTime}
    AND rows.started_at > $__fromTime - INTERVAL 1 DAY`

/** How much of one lies in the chosen time, in seconds. */
export const secondsInTime = `dateDiff('millisecond', ${from}, ${to}) / 1000`

/**
 * A value for each instant at which it changes, for a timeline: where a stretch ends and none follows there is none any more, else
 * Grafana would draw the last one on and on. `value` is of `rows`, an empty one is none; `rest` is all that follows the time.
 */
export function changesOf(table: string, value: string, label: string, rest: string): Query {
  return rowsOf(
    [column('time', 'edge.1', 'text'), column(label, 'max(edge.2)', 'text')],
    `FROM (
    SELECT arrayJoin([
        (toNullable(${from}), nullIf(toString(${value}), '')),
        (toNullable(rows.ended_at), NULL)]) AS edge
    FROM ${table} AS rows FINAL
    WHERE ${isInTime}
        ${rest}
)
WHERE edge.1 <= $__toTime
GROUP BY edge.1
ORDER BY time`,
  )
}
