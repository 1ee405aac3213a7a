import { lines, stacked } from './look/charts.ts'
import { metricsLines } from './look/metrics-panels.ts'
import { table } from './look/tables.ts'
import * as thresholds from './look/thresholds.ts'
import type { Board } from './board.ts'
import { whatWasSaid } from './data-trust-said.ts'
import { whetherWhole } from './data-trust-whole.ts'
import { column } from './sql/column.ts'
import { lasted } from './sql/moment.ts'
import { rowsOf, seriesOf } from './sql/query.ts'
import { heard, lateMs } from './sql/trust.ts'
import { dataSource, metricsSource, team, workspace, zone } from './variables.ts'

const half = { width: 12, height: 8 } as const

export const dataTrust: Board = {
  name: 'data-trust',
  title: 'Data trust',
  about:
    'Whether the numbers can be believed: what sources have lost, what came late, and what was said otherwise before.',
  from: 'now-24h',
  refresh: '1m',
  variables: [dataSource, metricsSource, workspace, team, zone],
  rows: [
    whetherWhole,
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
    whatWasSaid,
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
