import type { IntervalTable } from '../../schemas/metrics/catalogue.ts'
import { intervalMetrics } from '../../schemas/metrics/catalogue.ts'
import type { Attribution, Metric } from '../../schemas/metrics/metric.ts'
import { partsOfRate, rateFormula, rateSql } from '../../schemas/metrics/rate.ts'
import { rates } from '../../schemas/metrics/rates.ts'
import type { Unit } from '../look/units.ts'

/** What a panel shows of a row: its heading, how it is had, and what people are told about it. */
export interface Column {
  readonly label: string
  readonly sql: string
  readonly unit: Unit
  /** Meaning and formula, in a sentence; empty where the heading says it all. */
  readonly meaning: string
  /** It is there for links, and not shown. */
  readonly isHidden?: boolean
}

/** The names of the metrics of a table that can be put together from several rows: sums and greatest values. */
export type Addable<Table extends IntervalTable> = Extract<
  (typeof intervalMetrics)[Table][number],
  { readonly rollUp: 'sum' | 'max' }
>['name']

/** A metric over all rows of a group; the catalogue says how several become one. Lengths are shown in seconds. */
export function metric<Table extends IntervalTable>(
  table: Table,
  name: Addable<Table>,
  label: string,
): Column {
  const { rollUp, unit, description, formula } = inCatalogue(table, name)
  const whole = `${rollUp === 'max' ? 'max' : 'sum'}(rows.${name})`
  return {
    label,
    sql: unit === 'ms' ? `${whole} / 1000` : whole,
    unit: unit === 'ms' ? 'duration' : 'count',
    meaning: `${description}: ${name} = ${formula}`,
  }
}

/** A rate of the catalogue over all rows of a group: the parts are added up, then divided. */
export function rate(name: string, label: string, attribution: Attribution | null = null): Column {
  const found = rates.find(
    (each) => each.name === name && (attribution ?? each.attribution) === each.attribution,
  )
  if (found === undefined) throw new Error(`${name} is no rate of the catalogue`)
  const parts = new Set(partsOfRate(found))
  // The bucket of a time series is as long as Grafana chose it.
  const ofRows = rateSql(found, '$__interval_s * 1000').replace(/[a-z]\w*/g, (word) =>
    parts.has(word) ? `sum(rows.${word})` : word,
  )
  return {
    label,
    sql: found.unit === 'ms' ? `${ofRows} / 1000` : ofRows,
    unit: found.unit === 'ms' ? 'duration' : found.unit === 'ratio' ? 'share' : 'average',
    meaning: `${found.description}: ${rateFormula(found)}`,
  }
}

/** Anything else. */
export function column(label: string, sql: string, unit: Unit, meaning = ''): Column {
  return { label, sql, unit, meaning }
}

/** The id of what a row is of, for links; nobody sees it. */
export function hiddenId(sql: string): Column {
  return { ...column('id', sql, 'text'), isHidden: true }
}

function inCatalogue(table: IntervalTable, name: string): Metric {
  const found = intervalMetrics[table].find((each) => each.name === name)
  if (found === undefined) throw new Error(`${name} is no metric of ${table}`)
  return found
}

/** The list of what is selected. */
export function selected(columns: readonly Column[]): string {
  return columns.map(({ label, sql }) => `    ${sql} AS ${quoted(label)}`).join(',\n')
}

/** A heading as a name in SQL. */
export function quoted(label: string): string {
  return `"${label.replaceAll('"', '""')}"`
}
