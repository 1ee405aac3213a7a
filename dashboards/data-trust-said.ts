import { levels } from './look/numbers.ts'
import { table } from './look/tables.ts'
import type { BoardRow } from './board.ts'
import { column } from './sql/column.ts'
import { lasted } from './sql/moment.ts'
import { nameOr, names } from './sql/names.ts'
import { rowsOf } from './sql/query.ts'
import { restated } from './sql/trust.ts'

/** What was published, what has changed since, and what was told in a makeshift way. */
export const whatWasSaid: BoardRow = {
  title: 'What was said before',
  panels: [
    table({
      ...{ title: 'Final until', width: 8, height: 8, whenEmpty: 'Nothing is final yet' },
      about: 'Up to when each table is final: what changes before is in the restatements.',
      queries: [
        rowsOf(
          [
            column('Table', 'table_name', 'text'),
            column('Final until', 'max(until)', 'text'),
            column('Since', lasted('max(finalised_at)'), 'duration', 'Time since that was said'),
          ],
          `FROM finalised_intervals FINAL
WHERE finalised_at <= $__toTime
GROUP BY table_name
ORDER BY table_name`,
        ),
      ],
    }),
    table({
      ...{ title: 'Restatements', width: 16, height: 8, whenEmpty: 'No number was changed' },
      about:
        'What was said otherwise, the newest first: old and new are of one part of a row, so their differences add up.',
      queries: [
        rowsOf(
          [
            column('Recorded', 'max(rows.recorded_at)', 'text'),
            column('Table', 'rows.table_name', 'text'),
            column('Interval', 'rows.interval_start', 'text'),
            column('Queue', nameOr('rows.queue', 'queues'), 'text'),
            column('Column', 'rows.column_name', 'text'),
            column('Changed by', 'sum(rows.new_value - rows.old_value)', 'count', 'Σ (new − old)'),
            column('Was', 'any(rows.standing)', 'text'),
            column('Because of', 'any(rows.cause_type)', 'text'),
          ],
          `${restated(`\nLEFT JOIN ${names('queue')} AS queues ON queues.id = rows.queue`)}
GROUP BY rows.table_name, rows.interval_start, rows.queue, queues.name, rows.column_name
ORDER BY "Recorded" DESC, "Column"
LIMIT 500`,
        ),
      ],
    }),
    table({
      ...{
        title: 'Deliveries',
        width: 12,
        height: 8,
        whenEmpty: 'Nothing was delivered in this time',
      },
      about: 'What has left for whom.',
      queries: [
        rowsOf(
          [
            column('Delivered', 'delivered_at', 'text'),
            column('To', 'target', 'text'),
            column('Table', 'table_name', 'text'),
            column('From', 'since', 'text'),
            column('Until', 'until', 'text'),
          ],
          `FROM deliveries FINAL
WHERE $__timeFilter(delivered_at)
ORDER BY delivered_at DESC
LIMIT 200`,
        ),
      ],
    }),
    levels({
      ...{
        title: 'Unmapped',
        width: 12,
        height: 8,
        whenEmpty: 'Everything is mapped, or no mapping is set',
      },
      about:
        'What no rule of a mapping knows, by the time that agents spent in it: write a rule for it.',
      queries: [
        rowsOf(
          [
            column('What', "concat(rows.target, ': ', rows.unmapped_name)", 'text'),
            column(
              'Time',
              `sum(dateDiff('second', greatest(rows.started_at, $__fromTime), least(ifNull(rows.ended_at, $__toTime), $__toTime)))`,
              'duration',
              'Σ length of the stretches in the fallback, cut to the chosen time',
            ),
          ],
          `FROM agent_wfm_states AS rows FINAL
WHERE rows.unmapped != '' AND rows.started_at < $__toTime AND rows.started_at > $__fromTime - INTERVAL 7 DAY
AND (rows.ended_at IS NULL OR rows.ended_at > $__fromTime)
AND $__conditionalAll(rows.workspace IN (\${workspace:singlequote}), $workspace)
GROUP BY "What"
ORDER BY "Time" DESC
LIMIT 20`,
        ),
      ],
    }),
  ],
}
