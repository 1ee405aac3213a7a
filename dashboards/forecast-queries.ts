import { column, quoted, type Column } from './sql/column.ts'
import { chosen } from './sql/filters.ts'
import { nameOr, names } from './sql/names.ts'
import type { Query } from './sql/query.ts'

// What happened beside what was forecast, as the forecast holds now. Where nothing is forecast there is no row, so that a panel
// says that there is no forecast, and does not show what happened as if nothing had been expected.

/** Of the same contacts there may be forecasts by queue and by channel: those by queue are taken where there are any. */
const forecastRows = `FROM v_forecast_intervals AS rows
WHERE rows.held_until IS NULL AND rows.skill = '' AND $__timeFilter(rows.interval_start)
    AND (rows.queue = '') = (
        SELECT count() = 0 FROM forecast_intervals FINAL
        WHERE queue != '' AND skill = '' AND held_until IS NULL AND $__timeFilter(interval_start))
    ${chosen('rows', ['workspace', 'queue', 'channel'])}`
const happened = `FROM queue_intervals AS rows FINAL
WHERE $__timeFilter(rows.interval_start)
    ${chosen('rows', ['workspace', 'queue', 'channel'])}`

const expectedSql = `sum(rows.offered) AS expected,
        sumIf(rows.offered * rows.aht_ms, rows.aht_ms IS NOT NULL) / nullIf(sumIf(rows.offered, rows.aht_ms IS NOT NULL), 0) AS expected_aht`
const happenedSql = `sum(rows.offered_count) AS offered, count() AS seen,
        sum(rows.handle_wce_ms) / nullIf(sum(rows.handled_count), 0) AS aht`

/** Of time of which the hub has no rows nothing is known, which is not that nobody came. */
const offeredSql = 'if(happened.seen = 0, NULL, happened.offered)'

const forecastOffered = column(
  'Forecast',
  'forecast.expected',
  'average',
  'How many were forecast, by the reading that holds now; longer intervals spread evenly',
)
const offered = column('Offered', offeredSql, 'count', 'Contacts that came: offered_count')
const forecastAht = column(
  'Forecast',
  'forecast.expected_aht / 1000',
  'duration',
  'The handling time that was forecast, weighed by the contacts that were: Σ offered × aht_ms / Σ offered',
)
const aht = column(
  'Average handling time',
  'happened.aht / 1000',
  'duration',
  'Talk, hold and wrap-up of the contacts that ended: handle_wce_ms / handled_count',
)

export const offeredAgainstForecast = byInterval([forecastOffered, offered])
export const ahtAgainstForecast = byInterval([forecastAht, aht])

function byInterval(columns: readonly Column[]): Query {
  return {
    shape: 'series',
    columns,
    sql: `SELECT
    time,
${columns.map(({ label, sql }) => `    ${sql} AS ${quoted(label)}`).join(',\n')}
FROM (
    SELECT $__timeInterval(rows.interval_start) AS time,
        ${expectedSql}
    ${forecastRows}
    GROUP BY time
) AS forecast
LEFT JOIN (
    SELECT $__timeInterval(rows.interval_start) AS time,
        ${happenedSql}
    ${happened}
    GROUP BY time
) AS happened USING (time)
ORDER BY time`,
  }
}

const byQueueColumns: readonly Column[] = [
  forecastOffered,
  offered,
  column(
    'Off by',
    `(${offeredSql} - forecast.expected) / nullIf(forecast.expected, 0)`,
    'share',
    '(offered − forecast) / forecast of the chosen time: above nothing more came than was forecast',
  ),
  { ...forecastAht, label: 'Forecast handling time' },
  aht,
]

export const queuesAgainstForecast: Query = {
  shape: 'table',
  columns: [column('Queue', '', 'text'), ...byQueueColumns],
  sql: `SELECT
    if(forecast.queue = '', 'all', ${nameOr('forecast.queue', 'told')}) AS "Queue",
${byQueueColumns.map(({ label, sql }) => `    ${sql} AS ${quoted(label)}`).join(',\n')}
FROM (
    SELECT rows.queue AS queue,
        ${expectedSql}
    ${forecastRows}
    GROUP BY queue
) AS forecast
LEFT JOIN (
    SELECT rows.queue AS queue,
        ${happenedSql}
    ${happened}
    GROUP BY queue
) AS happened ON happened.queue = forecast.queue
LEFT JOIN ${names('queue')} AS told ON told.id = forecast.queue
ORDER BY "Forecast" DESC`,
}
