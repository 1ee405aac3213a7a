import { figure } from './look/numbers.ts'
import * as thresholds from './look/thresholds.ts'
import type { BoardRow } from './board.ts'
import { column } from './sql/column.ts'
import { doingForWfm, lasted } from './sql/moment.ts'
import { rowsOf } from './sql/query.ts'
import { heard, lateMs, openGaps, restated, unknownMs } from './sql/trust.ts'

const small = { width: 4, height: 4 } as const

/** Whether anything is wrong at all. */
export const whetherWhole: BoardRow = {
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
      about: 'How long before the end of the chosen time the last event of any source happened.',
      whenEmpty: 'No event in this time',
      queries: [
        rowsOf(
          [column('Newest event', lasted('max(at)'), 'duration', 'Time since the newest event')],
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
}
