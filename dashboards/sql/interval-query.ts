import type { IntervalTable } from '../../schemas/metrics/catalogue.ts'
import { tables } from '../../schemas/tables/tables.ts'
import { column, hiddenId, quoted, selected, type Column } from './column.ts'
import { dimensions, type By } from './dimensions.ts'
import { chosen, type Choice } from './filters.ts'
import type { Query } from './query.ts'

export interface IntervalQuestion {
  readonly table: IntervalTable
  readonly columns: readonly Column[]
  /** A row for each; none: one row of all, or one a bucket. */
  readonly by?: By
  /** How the column of `by` is headed. */
  readonly as?: string
  /** Of a table: the id stands beside the name in the hidden column `id`, for links. */
  readonly withId?: boolean
  /** Which choices bear on it; those for which the table has a column, if not told. */
  readonly choices?: readonly Choice[]
  /** More conditions, each beginning with AND. */
  readonly where?: string
  /** Of a table: by what its rows are ordered; by the first column, greatest first, if not told. */
  readonly order?: string
  /** How long before the chosen time: the same stretch of another week is shown at the chosen time. */
  readonly earlier?: string
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
  const last = question.withId === true && by !== undefined ? [hiddenId(dimensions[by].id)] : []
  const order = question.order ?? `${quoted(columns[0]?.label ?? '')} DESC`
  return {
    shape: 'table',
    columns: [...first, ...columns, ...last],
    sql: [
      'SELECT',
      selected([...first, ...columns, ...last]),
      source(question),
      ...(by === undefined
        ? ['HAVING count() > 0']
        : [`GROUP BY ${dimensions[by].groups}`, `ORDER BY ${order}`]),
    ].join('\n'),
  }
}

function dimension({ as }: IntervalQuestion, by: By): Column {
  const { heading, sql } = dimensions[by]
  return column(as ?? heading, sql, 'text')
}

function groups({ by }: IntervalQuestion): string {
  return by === undefined ? '' : `, ${dimensions[by].groups}`
}

/** Tables rather than views: the sum over shards is part of the sum that is asked for. */
function source({ table, by, where, earlier, choices }: IntervalQuestion): string {
  const joined = by === undefined ? null : dimensions[by].joined
  const time =
    earlier === undefined
      ? '$__timeFilter(rows.interval_start)'
      : `rows.interval_start >= $__fromTime - ${earlier} AND rows.interval_start <= $__toTime - ${earlier}`
  return [
    `FROM ${table} AS rows FINAL`,
    ...(joined === null ? [] : [joined]),
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
