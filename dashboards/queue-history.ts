import { heat, lines, stacked } from './look/charts.ts'
import { table } from './look/tables.ts'
import * as thresholds from './look/thresholds.ts'
import { bad, good, plain, warning } from './look/colours.ts'
import type { Board } from './board.ts'
import { histogramBoundsMs } from '../schemas/metrics/metric.ts'
import { column, metric, rate, selected, type Column } from './sql/column.ts'
import { chosen } from './sql/filters.ts'
import { inTotal } from './sql/interval-query.ts'
import { localMidnight, localTime } from './sql/local-time.ts'
import { seriesOf, type Query } from './sql/query.ts'
import { channel, dataSource, queue, team, workspace, zone } from './variables.ts'

const quiet = 'Nobody came or was served in this time'
const half = { width: 12, height: 8 } as const
const offered = metric('queue_intervals', 'offered_count', 'Offered')
const serviceLevel = rate('sl_ex_short', 'Service level', 'event')

/** The rows of the chosen time, each with its local time as `clock`. */
const rows = `FROM queue_intervals AS rows FINAL
INNER JOIN v_zone_days AS zones ON zones.day = toDate(rows.interval_start)
WHERE zones.zone = \${zone:singlequote} AND $__timeFilter(rows.interval_start)
    ${chosen('rows', ['workspace', 'queue', 'channel'])}`
const clock = localTime('rows.interval_start', 'zones')

/** A point a day of the chosen zone, at its midnight there. */
function daily(columns: readonly Column[]): Query {
  return {
    shape: 'series',
    columns,
    sql: `SELECT
    min(${localMidnight('rows.interval_start', 'zones')}) AS time,
${selected(columns)}
${rows}
GROUP BY toDate(${clock})
ORDER BY time`,
  }
}

const weekdays = [
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
  'Sunday',
] as const

/** A row for each half hour of the day, a column for each weekday: the mean of those days of the chosen time. */
function week({ sql, unit, meaning }: Column, divided: boolean): Query {
  const days = weekdays.map((day, index) =>
    column(
      day,
      `anyIf(value, weekday = ${index + 1})${divided ? ` / nullIf(anyIf(days, weekday = ${index + 1}), 0)` : ''}`,
      unit,
      index === 0
        ? `${meaning}${divided ? '; divided by the days of that name in the chosen time' : ''}`
        : '',
    ),
  )
  const columns = [column('Half hour', 'half', 'text'), ...days]
  return {
    shape: 'table',
    columns,
    sql: `SELECT
${selected(columns)}
FROM (
    SELECT formatDateTime(toStartOfInterval(${clock}, INTERVAL 30 MINUTE), '%H:%i') AS half,
        toDayOfWeek(${clock}) AS weekday, uniqExact(toDate(${clock})) AS days, ${sql} AS value
    ${rows}
    GROUP BY half, weekday
)
GROUP BY half
ORDER BY half`,
  }
}

/** Waits of those answered, by the buckets of the histogram that the tables keep. */
const waitBuckets = `sumForEach(rows.wait_answered_hist)`

/** The bound below which a share of them lies, and how far within its bucket it is: exact to a bucket. */
function percentile(share: number): Column {
  const label = `${share} % within`
  const bounds = `[${histogramBoundsMs.map((bound) => bound / 1000).join(', ')}]`
  const counts = `arrayResize(${waitBuckets}, ${histogramBoundsMs.length})`
  return column(
    label,
    `if(arraySum(${waitBuckets}) = 0, NULL, nullIf(${bounds}[arrayFirstIndex(running -> running >= ${share / 100} * arraySum(${waitBuckets}), arrayCumSum(${counts}))], 0))`,
    'duration',
    `The upper bound of the first bucket of wait_answered_hist by which ${share} of 100 answered had been answered`,
  )
}

/** The last bucket has no bound of its own. */
const buckets: readonly Column[] = histogramBoundsMs
  .slice(0, 18)
  .map((bound, index) =>
    column(String(bound / 1000), `sum(rows.wait_answered_hist[${index + 1}])`, 'count'),
  )

export const queueHistory: Board = {
  name: 'queue-history',
  title: 'Queue history',
  about:
    'How queues did over weeks: when in the week contacts come, what becomes of them, and how long they wait.',
  from: 'now-28d',
  refresh: '',
  variables: [dataSource, workspace, queue, channel, team, zone],
  rows: [
    {
      title: 'The week',
      panels: [
        table({
          ...{ title: 'Offered by weekday and half hour', width: 12, height: 14 },
          about: 'How many come on such a day, on average. By the clock of the chosen zone.',
          whenEmpty: quiet,
          queries: [week(offered, true)],
          shaded: weekdays,
        }),
        table({
          ...{ title: 'Service level by weekday and half hour', width: 12, height: 14 },
          about: 'Where in the week it is missed. By the clock of the chosen zone.',
          whenEmpty: quiet,
          queries: [week(serviceLevel, false)],
          judged: Object.fromEntries(weekdays.map((day) => [day, thresholds.serviceLevelSteps])),
        }),
      ],
    },
    {
      title: 'Day by day',
      panels: [
        stacked({
          ...{ ...half, title: 'What became of contacts', interval: '1d', whenEmpty: quiet },
          about: 'Visits that ended, by day of the chosen zone.',
          queries: [
            daily([
              metric('queue_intervals', 'answered_count', 'Answered'),
              metric('queue_intervals', 'abandoned_count', 'Abandoned'),
              metric('queue_intervals', 'flowed_out_count', 'Left otherwise'),
            ]),
          ],
          colours: { Answered: good, Abandoned: bad, 'Left otherwise': warning },
        }),
        lines({
          ...{ ...half, title: 'Service level and abandons', interval: '1d', max: 1 },
          about: 'By day of the chosen zone.',
          whenEmpty: quiet,
          queries: [daily([serviceLevel, rate('abandon_rate', 'Abandon rate', 'event')])],
          colours: { 'Service level': good, 'Abandon rate': bad },
        }),
        lines({
          ...{ ...half, title: 'Waits', interval: '1d', whenEmpty: 'Nobody was answered' },
          about: 'How long those waited who were answered, by day of the chosen zone.',
          queries: [
            daily([rate('asa_ms', 'Average wait', 'event'), ...[50, 80, 95].map(percentile)]),
          ],
        }),
        lines({
          ...{ ...half, title: 'Average handling time', interval: '1d' },
          about: 'By day of the chosen zone: those contacts that ended, and those that came.',
          whenEmpty: 'No contact ended',
          queries: [
            daily([
              rate('aht_wce_ms', 'Of those that ended'),
              rate('aht_cohort_ms', 'Of those that came'),
            ]),
          ],
          colours: { 'Of those that ended': plain, 'Of those that came': good },
        }),
      ],
    },
    {
      title: 'How long they waited',
      panels: [
        heat({
          ...{ title: 'Waits of those answered', width: 16, height: 9, interval: '1h' },
          about:
            'How many were answered after how long: each row is a length of wait up to its bound.',
          whenEmpty: 'Nobody was answered',
          queries: [
            {
              ...seriesOf(
                buckets,
                '$__timeInterval(rows.interval_start)',
                `FROM queue_intervals AS rows FINAL
WHERE $__timeFilter(rows.interval_start)
    ${chosen('rows', ['workspace', 'queue', 'channel'])}`,
              ),
              columns: [
                column(
                  'Contacts',
                  '',
                  'count',
                  'wait_answered_hist by bucket, Σ over the interval',
                ),
              ],
            },
          ],
        }),
        table({
          ...{
            title: 'Percentiles by queue',
            width: 8,
            height: 9,
            whenEmpty: 'Nobody was answered',
          },
          about: 'How long those waited who were answered in the chosen time.',
          queries: [
            inTotal({
              ...{ table: 'queue_intervals', by: 'queue', order: '"80 % within" DESC' },
              columns: [...[50, 80, 95].map(percentile), rate('asa_ms', 'Average', 'event')],
            }),
          ],
        }),
      ],
    },
    {
      title: 'How many waited',
      panels: [
        lines({
          ...{ title: 'Contacts waiting', width: 24, height: 8, interval: '1h', whenEmpty: quiet },
          about: 'How many waited at a time, on average.',
          queries: [
            seriesOf(
              [rate('queue_length_avg', 'Waiting')],
              '$__timeInterval(rows.interval_start)',
              `FROM queue_intervals AS rows FINAL
WHERE $__timeFilter(rows.interval_start)
    ${chosen('rows', ['workspace', 'queue', 'channel'])}`,
            ),
          ],
          colours: { Waiting: plain },
        }),
      ],
    },
  ],
}
