import type { IntervalTable } from '../../schemas/metrics/catalogue.ts'
import { tables } from '../../schemas/tables/tables.ts'
import { column, quoted, selected, type Column } from './column.ts'
import { chosen, type Choice } from './filters.ts'
import { nameOr, names, type Named } from './names.ts'
import type { Query } from './query.ts'

/** By what rows are told apart, beside time. */
export type By = 'queue' | 'agent' | 'channel' | 'activity'

export interface IntervalQuestion {
  readonly table: IntervalTable
  readonly columns: readonly Column[]
  /** A row for each; none: one row of all, or one a bucket. */
  readonly by?: By
  /** How the column of `by` is headed. */
  readonly as?: string
  /** Which choices bear on it; those for which the table has a column, if not told. */
  readonly choices?: readonly Choice[]
  /** More conditions, each beginning with AND. */
  readonly where?: string
  /** Of a table: by what its rows are ordered; by the first column, greatest first, if not told. */
  readonly order?: string
  /** How long before the chosen time: the same stretch of another week is shown at the chosen time. */
  readonly earlier?: string
}

const named: Readonly<Record<By, Named | null>> = {
  queue: 'queue',
  agent: 'worker',
  activity: 'activity',
  channel: null,
}

/** The metrics of an interval table over the chosen time, as a line each. */
export function overTime(question: IntervalQuestion): Query {
  const { columns, earlier, by } = question
  const start = earlier === undefined ? 'rows.interval_start' : `rows.interval_start + ${earlier}`
  const series = by === undefined ? [] : [dimension(question, by)]
  return {
    shape: 'series',
    columns,
    sql: [
      'SELECT',
      `    $__timeInterval(${start}) AS time,`,
      selected([...series, ...columns]),
      source(question),
      `GROUP BY time${groups(question)}`,
      'ORDER BY time',
    ].join('\n'),
  }
}

/** The same as a table: a row of all of the chosen time, or one for each of something. */
export function inTotal(question: IntervalQuestion): Query {
  const { columns, by } = question
  const first = by === undefined ? [] : [dimension(question, by)]
  const order = question.order ?? `${quoted(columns[0]?.label ?? '')} DESC`
  return {
    shape: 'table',
    columns: [...first, ...columns],
    sql: [
      'SELECT',
      selected([...first, ...columns]),
      source(question),
      ...(by === undefined
        ? ['HAVING count() > 0']
        : [`GROUP BY rows.${by}${nameGroup(by)}`, `ORDER BY ${order}`]),
    ].join('\n'),
  }
}

function dimension({ as }: IntervalQuestion, by: By): Column {
  const sql = named[by] === null ? `rows.${by}` : nameOr(`rows.${by}`, 'told')
  return column(as ?? heading[by], sql, 'text')
}

const heading: Readonly<Record<By, string>> = {
  queue: 'Queue',
  agent: 'Agent',
  channel: 'Channel',
  activity: 'Activity',
}

function groups({ by }: IntervalQuestion): string {
  return by === undefined ? '' : `, rows.${by}${nameGroup(by)}`
}

function nameGroup(by: By): string {
  return named[by] === null ? '' : ', told.name'
}

/** Tables rather than views: the sum over shards is part of the sum that is asked for. */
function source({ table, by, where, earlier, choices }: IntervalQuestion): string {
  const kind = by === undefined ? null : named[by]
  const time =
    earlier === undefined
      ? '$__timeFilter(rows.interval_start)'
      : `rows.interval_start >= $__fromTime - ${earlier} AND rows.interval_start <= $__toTime - ${earlier}`
  return [
    `FROM ${table} AS rows FINAL`,
    ...(kind === null ? [] : [`LEFT JOIN ${names(kind)} AS told ON told.id = rows.${by ?? ''}`]),
    `WHERE ${time}`,
    `    ${chosen('rows', choices ?? choicesOf(table))}`,
    ...(where === undefined ? [] : [`    ${where}`]),
  ].join('\n')
}

/** What the viewer has chosen bears on a table by the columns that it has. */
function choicesOf(table: IntervalTable): readonly Choice[] {
  const keys = new Set(tables[table].key)
  const own = (['workspace', 'queue', 'channel'] as const).filter((choice) => keys.has(choice))
  return keys.has('agent') ? [...own, 'team'] : own
}
