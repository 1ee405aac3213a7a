import { intervalMetrics, intervalTables, type IntervalTable } from '../metrics/catalogue.ts'
import type { Metric } from '../metrics/metric.ts'
import { metricsIn, rateFormula, rateSql, type Rate } from '../metrics/rate.ts'
import { rates, ratesFor } from '../metrics/rates.ts'
import { tables } from './tables.ts'

/**
 * The files of tables that are made of the catalogue of metrics. `npm run docs` writes them and a test compares. A file
 * that has run is never changed: when the catalogue makes another text, put a new number here and keep the old file.
 */
export function madeMigrations(): Readonly<Record<string, string>> {
  return {
    '0038_views_of_local_time.sql': [
      ...intervalTables.filter((table) => table !== 'adherence_intervals').map(localView),
      serviceLevelView(),
    ].join('\n'),
    '0045_adherence_in_local_time.sql': localView('adherence_intervals'),
  }
}

interface Column {
  readonly name: string
  readonly type: string
  readonly comment: string
  readonly sql: string
}

interface View {
  readonly name: string
  readonly about: string
  readonly oneRow: string
  /** The lines of the head on how to read it and whose a border is. */
  readonly reading: readonly [string, string]
  readonly columns: readonly Column[]
  readonly from: string
}

const borders = 'A moment on a border belongs to the interval that begins there.'

/** Base intervals with local time, names as they were, and rates. */
function localView(table: IntervalTable): string {
  const metrics: readonly Metric[] = intervalMetrics[table]
  const keys = keysOf(table)
  const named = keys.flatMap((key) => (isNamed(key) ? [key] : []))
  const columns = [
    zoneColumn,
    ...keys.flatMap((key) => [keyColumn(key), ...(isNamed(key) ? [nameColumn(key)] : [])]),
    ...timeColumns,
    ...metrics.map((metric) => metricColumn(metric, `rows.${metric.name}`)),
    ...ratesOf(metrics).map(rateColumn),
  ]
  return viewSql({
    name: localViewOf(table),
    about: `The rows of v_${table} in the local time of any zone, with names as they were and with rates`,
    oneRow: ['zone', ...keys, 'interval'].join(', '),
    reading: [
      'Needs no FINAL. Say WHERE zone = …, or each row comes once a zone; say when by interval_start, which finds rows fast.',
      `${borders} For longer periods add up counts and lengths, then divide: a rate of a row is of its interval alone.`,
    ],
    columns,
    from: [
      `v_${table} AS rows`,
      'INNER JOIN v_zone_days AS clocks ON clocks.day = toDate(rows.interval_start)',
      ...named.map(nameJoin),
    ].join('\n'),
  })
}

export function localViewOf(table: IntervalTable): string {
  return `v_${table}_local`
}

/** Every formula of the service level side by side, by local day. */
function serviceLevelView(): string {
  const formulas = rates.filter(({ name }) => name.startsWith('sl_'))
  const parts = new Set(formulas.flatMap((rate) => [...rate.numerator, ...rate.denominator]))
  const used = new Set(metricsIn([...parts]))
  const metrics = intervalMetrics.queue_intervals.filter(({ name }) => used.has(name))
  const keys = ['workspace', 'queue', 'channel', 'direction'] as const
  return viewSql({
    name: 'v_service_level',
    about: 'The service level of each queue by local day, by every formula that is in use',
    oneRow: ['zone', ...keys, 'local_date'].join(', '),
    reading: [
      'Needs no FINAL. Say WHERE zone = …, or each row comes once a zone.',
      'A day is a date of the zone. For longer periods add up the counts, then divide.',
    ],
    columns: [
      { ...zoneColumn, sql: 'rows.zone' },
      ...keys.map(keyColumn),
      {
        ...nameColumn('queue'),
        comment: 'What it was called as the day ended; empty if that was never told',
        sql: 'argMax(rows.queue_name, rows.interval_start)',
      },
      { ...localDate, sql: 'rows.local_date' },
      ...metrics.map((metric) => metricColumn(metric, `sum(rows.${metric.name})`)),
      ...formulas.map(rateColumn),
    ],
    from: `${localViewOf('queue_intervals')} AS rows\nGROUP BY zone, ${keys.join(', ')}, local_date`,
  })
}

function viewSql({ name, about, oneRow, reading, columns, from }: View): string {
  return `-- ${about}.
-- One row: ${oneRow}.
-- Written by: nobody, it is a view made by schemas/tables/view-sql.ts. Read by: dashboards, exports, analysts.
-- ${reading[0]}
-- ${reading[1]}
-- A rebuild shows the same rows.
CREATE OR REPLACE VIEW ${name}
(
${columns.map((column) => `    ${column.name} ${column.type} COMMENT ${quoted(column.comment)}`).join(',\n')}
)
AS SELECT
${columns.map((column) => `    ${column.sql} AS ${column.name}`).join(',\n')}
FROM ${from}
COMMENT ${quoted(`${about}. One row: ${oneRow}.`)};
`
}

function keysOf(table: IntervalTable): readonly string[] {
  return tables[table].key.filter((key) => key !== 'interval_start' && key !== 'shard')
}

const keyComments: Readonly<Record<string, string>> = {
  workspace: 'The workspace that the row belongs to (WS…)',
  queue: 'The task queue (WQ…)',
  agent: 'The agent: the worker of the source (WK…)',
  activity: 'The activity that the agent had chosen (WA…)',
  channel: 'The task channel by its unique name: voice, chat, sms, …',
  direction: 'Who began it: inbound, outbound, callback, internal, or unknown',
}

function keyColumn(name: string): Column {
  const comment = keyComments[name]
  if (comment === undefined) throw new Error(`nobody says what the key ${name} is`)
  return { name, type: 'LowCardinality(String)', comment, sql: `rows.${name}` }
}

/** Keys that have names, with the view of names and the column there. */
const names = {
  queue: { view: 'queues', id: 'queue' },
  agent: { view: 'workers', id: 'worker' },
  activity: { view: 'activities', id: 'activity' },
} as const

function isNamed(key: string): key is keyof typeof names {
  return key in names
}

function nameColumn(key: keyof typeof names): Column {
  return {
    name: `${key}_name`,
    type: 'String',
    comment: 'What it was called as the interval ended; empty if that was never told',
    sql: `${key}_names.name`,
  }
}

/** Before the first name was told it is taken to have been the same, as the API does it. */
function nameJoin(key: keyof typeof names): string {
  const { view, id } = names[key]
  return `ASOF LEFT JOIN (
    SELECT workspace, ${id}, name,
        if(since = min(since) OVER (PARTITION BY workspace, ${id}), toDateTime64(0, 3, 'UTC'), since) AS since
    FROM ${view}
) AS ${key}_names
    ON ${key}_names.workspace = rows.workspace AND ${key}_names.${id} = rows.${key}
    AND ${key}_names.since < rows.interval_start + toIntervalMillisecond(${lengthSql})`
}

const lengthSql = 'assumeNotNull((SELECT length_ms FROM v_interval_length))'

const zoneColumn: Column = {
  name: 'zone',
  type: 'LowCardinality(String)',
  comment: 'The time zone of the local columns, by its IANA name; always say which',
  sql: 'clocks.zone',
}

const offsetSql = 'if(rows.interval_start < clocks.changes_at, clocks.before_ms, clocks.after_ms)'

const localDate: Column = {
  name: 'local_date',
  type: 'Date',
  comment: 'The date there',
  sql: 'toDate(local_time)',
}

const timeColumns: readonly Column[] = [
  {
    name: 'interval_start',
    type: `DateTime64(3, 'UTC')`,
    comment: 'Beginning of the interval, in UTC; the end is not included',
    sql: 'rows.interval_start',
  },
  {
    name: 'local_time',
    type: `DateTime64(3, 'UTC')`,
    comment:
      'What clocks show there as it begins, as if it were UTC; with utc_offset it is the only one of its name',
    sql: `rows.interval_start + toIntervalMillisecond(${offsetSql})`,
  },
  {
    name: 'utc_offset',
    type: 'String',
    comment: 'How far clocks there are from UTC, such as -05:00; tells the hour that comes twice',
    sql: `concat(if(${offsetSql} < 0, '-', '+'), leftPad(toString(intDiv(abs(${offsetSql}), 3600000)), 2, '0'), ':', leftPad(toString(intDiv(abs(${offsetSql}) % 3600000, 60000)), 2, '0'))`,
  },
  {
    name: 'local_start',
    type: 'String',
    comment: 'Beginning of the interval in local time with the offset, as the API writes it',
    sql: `concat(formatDateTime(local_time, '%Y-%m-%dT%H:%i:%S'), utc_offset)`,
  },
  localDate,
]

function metricColumn({ name, rollUp, description }: Metric, sql: string): Column {
  const type = rollUp === 'histogram' ? 'Array(UInt64)' : 'UInt64'
  return { name, type, comment: description, sql }
}

/** All rates whose parts these are. */
function ratesOf(metrics: readonly Metric[]): readonly Rate[] {
  const held = new Set(metrics.map(({ name }) => name))
  return ratesFor(held, held)
}

function rateColumn(rate: Rate): Column {
  return {
    name: rateColumnName(rate),
    type: 'Nullable(Float64)',
    comment: `${rate.description}: ${rateFormula(rate)}; NULL where there is nothing to divide by`,
    sql: rateSql(rate, lengthSql),
  }
}

/** Two attributions may have a rate of one name; by arrival it is then marked as its parts are. */
export function rateColumnName(rate: Rate): string {
  const isShared = rates.some((other) => other !== rate && other.name === rate.name)
  return isShared && rate.attribution === 'arrival' ? `cohort_${rate.name}` : rate.name
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll(`'`, `\\'`)}'`
}
