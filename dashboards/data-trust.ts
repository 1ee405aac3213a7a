import { lines, stacked } from './look/charts.ts'
import { metricsLines } from './look/metrics-panels.ts'
import { figure, levels } from './look/numbers.ts'
import { table } from './look/tables.ts'
import * as thresholds from './look/thresholds.ts'
import type { Board } from './board.ts'
import { column } from './sql/column.ts'
import { members } from './sql/filters.ts'
import { doingForWfm, lasted } from './sql/moment.ts'
import { nameOr, names } from './sql/names.ts'
import { rowsOf, seriesOf } from './sql/query.ts'
import { dataSource, metricsSource, team, workspace, zone } from './variables.ts'

const small = { width: 4, height: 4 } as const
const half = { width: 12, height: 8 } as const

/** Silence that nobody has filled, cut to the chosen time. */
const unknownMs = `sum(dateDiff('millisecond', greatest(gap_from, $__fromTime), least(ifNull(gap_to, $__toTime), $__toTime)))`
const openGaps = `FROM source_gaps FINAL
WHERE status = 'open' AND gap_from < $__toTime AND ifNull(gap_to, $__toTime) > $__fromTime`

/** An event stands in a topic for each entity that it concerns, and in the table once a copy: its id is one. */
const heard = `FROM events
WHERE $__timeFilter(at) AND road != 'hub'
    AND $__conditionalAll(workspace IN (\${workspace:singlequote}), $workspace)`
const lateMs = `dateDiff('millisecond', at, received_at)`

/** Rows of agents are those of the chosen teams, rows of queues are of no team. */
const restated = (joined = '') => `FROM restatements AS rows FINAL${joined}
WHERE $__timeFilter(rows.recorded_at)
    AND $__conditionalAll(rows.workspace IN (\${workspace:singlequote}), $workspace)
    AND $__conditionalAll((rows.agent = '' OR rows.agent IN (${members('${team:singlequote}')})), $team)`

export const dataTrust: Board = {
  name: 'data-trust',
  title: 'Data trust',
  about:
    'Whether the numbers can be believed: what sources have lost, what came late, and what was said otherwise before.',
  from: 'now-24h',
  refresh: '1m',
  variables: [dataSource, metricsSource, workspace, team, zone],
  rows: [
    {
      title: 'Are they whole?',
      panels: [
        figure({
          ...{ ...small, title: 'Complete', steps: thresholds.completenessSteps },
          about: 'The share of the chosen time in which no source has lost anything.',
          whenEmpty: 'Nothing is known of any source',
          queries: [
            rowsOf(
              [
                column(
                  'Complete',
                  `1 - least(1, max(lost) / dateDiff('millisecond', $__fromTime, $__toTime))`,
                  'share',
                  '1 − length of the open gaps of the source that lost most / length of the chosen time',
                ),
              ],
              `FROM (SELECT source, ${unknownMs} AS lost
${openGaps}
GROUP BY source)`,
            ),
          ],
        }),
        figure({
          ...{ ...small, title: 'Newest event', steps: thresholds.freshnessSteps },
          about:
            'How long before the end of the chosen time the last event of any source happened.',
          whenEmpty: 'No event in this time',
          queries: [
            rowsOf(
              [
                column(
                  'Newest event',
                  lasted('max(at)'),
                  'duration',
                  'Time since the newest event',
                ),
              ],
              `${heard}\nHAVING count() > 0`,
            ),
          ],
        }),
        figure({
          ...{ ...small, title: 'Late', steps: thresholds.anyIsBad },
          about:
            'Events of the chosen time that came more than a quarter of an hour after they happened.',
          whenEmpty: 'No event in this time',
          queries: [
            rowsOf(
              [
                column(
                  'Late',
                  `uniqExactIf(id, ${lateMs} > 900000)`,
                  'count',
                  'Events received more than 15 minutes after they happened; each id once',
                ),
              ],
              heard,
            ),
          ],
        }),
        figure({
          ...{ ...small, title: 'Numbers restated', steps: thresholds.anyIsBad },
          about: 'Intervals that were final or delivered, and have changed in the chosen time.',
          whenEmpty: 'No number was changed',
          queries: [
            rowsOf(
              [
                column(
                  'Restated',
                  'uniqExact(rows.table_name, rows.interval_start)',
                  'count',
                  'Intervals of a table of which at least one number changed after it was final or delivered',
                ),
              ],
              restated(),
            ),
          ],
        }),
        figure({
          ...{ ...small, title: 'Unmapped now', steps: thresholds.anyIsBad },
          about:
            'Agents of whom a WFM product is told the fallback, because no rule maps what they do.',
          whenEmpty: 'No mapping is set',
          queries: [
            rowsOf(
              [
                column(
                  'Unmapped',
                  'count()',
                  'count',
                  'Agents in a state that no rule of a mapping gives',
                ),
              ],
              `${doingForWfm()}\n    AND states.unmapped != ''`,
            ),
          ],
        }),
        figure({
          ...{ ...small, title: 'Repaired', steps: thresholds.anyIsBad },
          about: 'Contacts of the chosen time of which the hub had to guess something.',
          whenEmpty: 'Nothing had to be repaired',
          queries: [
            rowsOf(
              [
                column(
                  'Repaired',
                  'countIf(notEmpty(rows.anomalies))',
                  'count',
                  'Contacts created in the chosen time that bear an anomaly: clock_skew, missing_begin, …',
                ),
              ],
              `FROM contacts AS rows FINAL
WHERE $__timeFilter(rows.created_at)
    AND $__conditionalAll(rows.workspace IN (\${workspace:singlequote}), $workspace)`,
            ),
          ],
        }),
      ],
    },
    {
      title: 'By source',
      panels: [
        table({
          ...{ title: 'Sources', width: 14, height: 9, whenEmpty: 'No event in this time' },
          about: 'What each source has said in the chosen time, and how soon it was here.',
          queries: [
            rowsOf(
              [
                column('Source', 'source', 'text'),
                column(
                  'Events',
                  'uniqExact(id)',
                  'count',
                  'Events of the chosen time, each id once',
                ),
                column(
                  'Last happened',
                  lasted('max(at)'),
                  'duration',
                  'Time since its newest event',
                ),
                column(
                  'Last heard',
                  lasted('max(received_at)'),
                  'duration',
                  'Time since it was last heard',
                ),
                column(
                  'Usual delay',
                  `greatest(0, quantile(0.5)(${lateMs})) / 1000`,
                  'duration',
                  'Median of received − happened',
                ),
                column(
                  'Longest delay',
                  `greatest(0, max(${lateMs})) / 1000`,
                  'duration',
                  'Greatest received − happened',
                ),
                column(
                  'Late',
                  `uniqExactIf(id, ${lateMs} > 900000)`,
                  'count',
                  'More than 15 minutes',
                ),
              ],
              `${heard}\nGROUP BY source\nORDER BY "Events" DESC`,
            ),
          ],
          judged: { Late: thresholds.anyIsBad },
        }),
        table({
          ...{
            title: 'Gaps',
            width: 10,
            height: 9,
            whenEmpty: 'No source was ever silent in this time',
          },
          about: 'Where a source was silent, and whether what was lost has been read again.',
          queries: [
            rowsOf(
              [
                column('Source', 'source', 'text'),
                column('From', 'gap_from', 'text'),
                column('To', 'gap_to', 'text'),
                column(
                  'Status',
                  'status',
                  'text',
                  'open; filled: what was lost was read again; empty: nothing was',
                ),
                column('Noticed by', 'reason', 'text'),
              ],
              `FROM source_gaps FINAL
WHERE gap_from < $__toTime AND ifNull(gap_to, $__toTime) > $__fromTime
ORDER BY gap_from DESC
LIMIT 200`,
            ),
          ],
        }),
        stacked({
          ...{ ...half, title: 'Late events', by: 'Source', whenEmpty: 'No event came late' },
          about:
            'Events that came more than a quarter of an hour after they happened, by when they happened.',
          queries: [
            seriesOf(
              [
                column(
                  'Late',
                  'uniqExact(id)',
                  'count',
                  'received − happened > 15 minutes; each id once',
                ),
              ],
              '$__timeInterval(at)',
              `${heard} AND ${lateMs} > 900000`,
              [column('Source', 'source', 'text')],
            ),
          ],
        }),
        lines({
          ...{ ...half, title: 'Events', by: 'Source', whenEmpty: 'No event in this time' },
          about: 'What each source has said: a line that falls to nothing is worth a look.',
          queries: [
            seriesOf(
              [
                column(
                  'Events',
                  'uniqExact(id)',
                  'count',
                  'Events by when they happened, each id once',
                ),
              ],
              '$__timeInterval(at)',
              heard,
              [column('Source', 'source', 'text')],
            ),
          ],
        }),
      ],
    },
    {
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
                column(
                  'Since',
                  lasted('max(finalised_at)'),
                  'duration',
                  'Time since that was said',
                ),
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
                column(
                  'Changed by',
                  'sum(rows.new_value - rows.old_value)',
                  'count',
                  'Σ (new − old)',
                ),
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
    },
    {
      title: 'What could not be read',
      panels: [
        metricsLines({
          ...{ ...half, title: 'Dead letters', whenEmpty: 'Everything was understood' },
          about:
            'Requests of known senders that were not understood, by reason. They are kept: ledgerline dlq list.',
          lines: [
            {
              expr: 'sum by (source, reason) (increase(ledgerline_ingest_refusals_total[$__rate_interval]))',
              called: '{{source}}: {{reason}}',
            },
          ],
        }),
        metricsLines({
          ...{ ...half, title: 'Since a source was last heard', unit: 'seconds' },
          about: 'By the hub itself, before anything is in a table.',
          whenEmpty: 'No source was heard since the hub started',
          lines: [
            {
              expr: 'time() - max by (source) (ledgerline_ingest_last_received_seconds)',
              called: '{{source}}',
            },
          ],
        }),
      ],
    },
  ],
}
