import type { Span } from '../../schemas/events/instant.ts'
import type { IntervalTable } from '../../schemas/metrics/catalogue.ts'
import type { Metric } from '../../schemas/metrics/metric.ts'
import {
  firstPeriodMs,
  grainMs,
  isOfDays,
  type LocalPeriod,
  type Periods,
} from '../time/local-period.ts'
import { offsetSpans, type OffsetSpan } from '../time/zone.ts'

/** What is asked of one interval table. */
export interface Part {
  readonly table: IntervalTable
  readonly metrics: readonly Metric[]
  /** The base rows, in the place of the table's view. */
  readonly rows?: string
}

export interface IntervalQuestion extends Periods {
  /** With more than one, rows that are of the same key become one. */
  readonly parts: readonly Part[]
  /** The columns that, with the period, tell a row. */
  readonly keys: readonly string[]
  /** Columns that tell base rows apart and are added up over. */
  readonly over: readonly string[]
  /** The periods, each with the beginnings of its first and, as far as it has come, its last base interval. */
  readonly periods: readonly Pick<LocalPeriod, 'key' | 'first' | 'last'>[]
  readonly span: Span
  /** By column, the values of which a row must have one. */
  readonly filters: Readonly<Record<string, readonly string[] | undefined>>
  /** The period and the keys of the row after which to go on. */
  readonly after: readonly [period: number, ...keys: string[]] | null
  readonly limit: number
}

export interface Statement {
  readonly sql: string
  readonly params: Readonly<Record<string, unknown>>
}

/**
 * Base rows added up to local periods. The zone's offsets are written into the statement as numbers, so that one clock
 * tells local time here and in the labels: the warehouse may know other rules for zones than we do.
 */
export function intervalStatement(question: IntervalQuestion): Statement {
  const { keys, after, limit } = question
  const params: Record<string, unknown> = {
    ...{ from: question.span.from, to: question.span.to, limit },
    ...question.filters,
  }
  const columns = ['period', ...keys]
  const parts = question.parts.map((part) => partSql(part, question))
  const [first = '', ...others] = parts
  const joined = others.map(
    (part, index) => `FULL OUTER JOIN (${part}) AS part${index + 1} USING (${columns.join(', ')})`,
  )
  after?.forEach((value, index) => (params[`after${index}`] = value))
  const names = columns.map((_, index) => `{after${index}:${index === 0 ? 'Int64' : 'String'}}`)
  const beyond = after === null ? '' : `WHERE (${columns.join(', ')}) > (${names.join(', ')})`
  const metrics = question.parts.flatMap((part) => part.metrics.map(({ name }) => name))
  const sql = `SELECT ${[...columns, 'first_at', 'last_at', ...metrics].join(', ')}
FROM (${first}) AS part0 ${joined.join(' ')} ${beyond}
ORDER BY ${columns.join(', ')}
LIMIT {limit:UInt32}
SETTINGS ${settings}`
  return { sql, params }
}

function partSql(part: Part, question: IntervalQuestion): string {
  const own = ownSql(part, question)
  if (question.over.length === 0) return own
  const { metrics } = part
  const keys = ['period', ...question.keys].join(', ')
  return `
  SELECT ${keys}, ${borderSql('first', question)} AS first_at, ${borderSql('last', question)} AS last_at,
    ${metrics.map((metric) => `${acrossSql(metric)} AS ${metric.name}`).join(',\n    ')}
  FROM (${own}) AS each
  GROUP BY ${keys}`
}

/** Each key by itself: what is first or last is so for one queue, not for many. */
function ownSql({ table, metrics, rows }: Part, question: IntervalQuestion): string {
  const { zone, intervalMs, span, filters } = question
  const keys = [...question.keys, ...question.over]
  const wanted = Object.entries(filters)
    .filter(([, values]) => values !== undefined)
    .map(([column]) => `AND rows.${column} IN {${column}:Array(String)}`)
  const isFirst = table === question.parts[0]?.table
  const isBase = grainMs(question.grain) === intervalMs
  const base = rows === undefined ? baseRows(table, metrics, isBase) : `${rows} AS rows`
  return `
  SELECT
    ${periodSql(offsetSpans(zone, span, intervalMs), question, at)} AS period,
    ${keys.map((key) => `rows.${key} AS ${key}`).join(', ')},
    ${isFirst ? `min(${at}) AS first_at, max(${at}) AS last_at,` : ''}
    ${metrics.map((metric) => `${rollUpSql(metric, isBase)} AS ${metric.name}`).join(',\n    ')}
  FROM ${base}
  WHERE rows.interval_start >= fromUnixTimestamp64Milli({from:Int64})
    AND rows.interval_start < fromUnixTimestamp64Milli({to:Int64})
    ${wanted.join('\n    ')}
  GROUP BY period, ${keys.join(', ')}`
}

/**
 * What adds up over shards and time alike is read from the table itself; of what is first or last in time the shards' parts
 * must come together before, which the view does. In a period of one base interval nothing is before anything else.
 */
function baseRows(table: IntervalTable, metrics: readonly Metric[], isBase: boolean): string {
  const addsUp = metrics.every(({ rollUp }) => rollUp !== 'first' && !rollUp.startsWith('last'))
  return isBase || addsUp ? `${table} AS rows FINAL` : `v_${table} AS rows`
}

/** The beginning of a period's first or last base interval, written into the statement. */
function borderSql(border: 'first' | 'last', { periods }: IntervalQuestion): string {
  const list = (values: readonly number[]) => `[${values.map(String).join(', ')}]`
  const keys = list(periods.map(({ key }) => key))
  return `transform(period, ${keys}, ${list(periods.map((period) => period[border]))}, toInt64(0))`
}

/** How the values of several queues become one: stocks are added, but only those of the right moment. */
function acrossSql({ name, rollUp }: Metric): string {
  switch (rollUp) {
    case 'sum':
      return `sum(each.${name})`
    case 'max':
      return `max(each.${name})`
    case 'histogram':
      return `sumForEach(each.${name})`
    case 'first':
      return `sumIf(each.${name}, each.first_at = first_at)`
    case 'last':
      return `sumIf(each.${name}, each.last_at >= last_at)`
    case 'last-max':
      return `maxIf(each.${name}, each.last_at >= last_at)`
  }
}

/**
 * A row's month is part of its key, so that its versions are never in two partitions: each is merged by itself, and one that
 * is merged already is only read. What is asked for is told by keys too, so of other rows nothing else need be read.
 */
const settings =
  'do_not_merge_across_partitions_select_final = 1, optimize_move_to_prewhere_if_final = 1'

/** A base row's beginning, in milliseconds. */
const at = 'toUnixTimestamp64Milli(rows.interval_start)'

/** SQL of the key of the period that an instant `at`, in milliseconds, belongs to: as `periodKey` in services/time counts. */
export function periodSql(
  stretches: readonly OffsetSpan[],
  grid: Pick<Periods, 'grain' | 'calendar'>,
  at: string,
): string {
  const ms = grainMs(grid.grain)
  const offset = byStretch(stretches, at, ({ offsetMs }) => String(offsetMs))
  if (isOfDays(grid.grain)) return `intDiv(${at} + (${offset}) - ${firstPeriodMs(grid)}, ${ms})`
  const from = byStretch(stretches, at, (stretch) => String(stretch.from))
  return `greatest(${from}, ${at} - (${at} + (${offset})) % ${ms})`
}

/** SQL of what holds in the stretch that an instant `at`, in milliseconds, lies in. */
export function byStretch(
  stretches: readonly OffsetSpan[],
  at: string,
  value: (stretch: OffsetSpan) => string,
): string {
  const last = stretches.at(-1)
  const cases = stretches.slice(0, -1).map((stretch) => `${at} < ${stretch.to}, ${value(stretch)}`)
  const otherwise = last === undefined ? '0' : value(last)
  return cases.length === 0 ? otherwise : `multiIf(${cases.join(', ')}, ${otherwise})`
}

/**
 * How the base rows of a period become one value. A first or last value is of the first or last row that there is; in a
 * period of one base interval, of all its shards.
 */
function rollUpSql({ name, rollUp }: Metric, isBase: boolean): string {
  switch (rollUp) {
    case 'sum':
      return `sum(rows.${name})`
    case 'max':
      return `max(rows.${name})`
    case 'histogram':
      return `sumForEach(rows.${name})`
    case 'first':
      return isBase ? `sum(rows.${name})` : `argMin(rows.${name}, ${at})`
    case 'last':
      return isBase ? `sum(rows.${name})` : `argMax(rows.${name}, ${at})`
    case 'last-max':
      return isBase ? `max(rows.${name})` : `argMax(rows.${name}, ${at})`
  }
}
