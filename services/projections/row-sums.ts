import type { Instant } from '../../schemas/events/instant.ts'
import { intervalMetrics, type IntervalTable } from '../../schemas/metrics/catalogue.ts'
import { histogramBoundsMs } from '../../schemas/metrics/metric.ts'
import type { Values } from './cells.ts'
import type { Contribution, OwnRow, SharedCell } from './projection.ts'

/** A row that many entities make together. */
export interface RowSum {
  readonly table: IntervalTable
  readonly key: SharedCell['key']
  readonly sums: Map<string, number>
  /** Of each maximum all the values that compete for it, ascending: one that is taken back uncovers the next. */
  readonly maxima: Map<string, number[]>
}

/** The rows of a shard as the sums of its entities' parts. */
export interface RowSums {
  /** Takes an entity's old part back and puts the new one in. Answers the names of the rows that it touched. */
  change(before: Contribution['cells'], after: Contribution['cells']): readonly string[]
  get(name: string): RowSum | undefined
  /** Drops rows of intervals that began before an instant, but for some; they are recalled when they are wanted. */
  forgetBefore(at: Instant, except: ReadonlySet<string>): void
  /** Every row as it stands in the table; rows of zeros are none. */
  all(): Iterable<OwnRow>
}

const maximaOf = new Map<string, ReadonlySet<string>>(
  Object.entries(intervalMetrics).map(([table, metrics]) => [
    table,
    new Set<string>(
      metrics
        .filter(({ rollUp }) => rollUp === 'max' || rollUp === 'last-max')
        .map(({ name }) => name),
    ),
  ]),
)

/** `recall` brings back a row that is kept elsewhere; null: there is none. */
export function createRowSums(recall: (name: string) => RowSum | null = () => null): RowSums {
  const rows = new Map<string, RowSum>()
  const known = (name: string): RowSum | undefined => {
    const here = rows.get(name)
    if (here !== undefined) return here
    const kept = recall(name)
    if (kept !== null) rows.set(name, kept)
    return kept ?? undefined
  }
  const rowOf = (name: string, cell: SharedCell): RowSum => {
    const before = known(name)
    if (before !== undefined) return before
    const row: RowSum = { table: cell.table, key: cell.key, sums: new Map(), maxima: new Map() }
    rows.set(name, row)
    return row
  }
  return {
    change(before, after) {
      const touched = new Set<string>()
      for (const [name, cell] of after) {
        if (isSame(before.get(name)?.values, cell.values)) continue
        touched.add(name)
        const row = rowOf(name, cell)
        for (const [metric, amount] of Object.entries(cell.values)) put(row, metric, amount)
      }
      for (const [name, cell] of before) {
        if (isSame(after.get(name)?.values, cell.values)) continue
        touched.add(name)
        const row = rowOf(name, cell)
        for (const [metric, amount] of Object.entries(cell.values)) take(row, metric, amount)
      }
      return [...touched]
    },
    get: known,
    forgetBefore(at, except) {
      for (const [name, row] of rows) {
        if (Number(row.key['interval_start']) < at && !except.has(name)) rows.delete(name)
      }
    },
    *all() {
      for (const row of rows.values()) {
        const values = valuesOf(row)
        if (values !== null) yield { table: row.table, key: row.key, values }
      }
    },
  }
}

function put(row: RowSum, metric: string, amount: number): void {
  if (maximaOf.get(row.table)?.has(metric) !== true) {
    row.sums.set(metric, (row.sums.get(metric) ?? 0) + amount)
    return
  }
  const values = row.maxima.get(metric) ?? []
  values.splice(placeOf(values, amount), 0, amount)
  row.maxima.set(metric, values)
}

function take(row: RowSum, metric: string, amount: number): void {
  if (maximaOf.get(row.table)?.has(metric) !== true) {
    const rest = (row.sums.get(metric) ?? 0) - amount
    if (rest === 0) row.sums.delete(metric)
    else row.sums.set(metric, rest)
    return
  }
  const values = row.maxima.get(metric) ?? []
  const place = placeOf(values, amount)
  if (values[place] !== amount) {
    throw new Error(`a part of ${metric} is taken back that was never there`)
  }
  values.splice(place, 1)
  if (values.length === 0) row.maxima.delete(metric)
}

/** The first place whose value is not below the amount. */
function placeOf(values: readonly number[], amount: number): number {
  let low = 0
  let high = values.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((values[middle] ?? 0) < amount) low = middle + 1
    else high = middle
  }
  return low
}

/** The row's metrics as the table has them; null if there is nothing in it. */
export function valuesOf(row: RowSum): OwnRow['values'] | null {
  const flat: Values = Object.fromEntries(row.sums)
  for (const [metric, values] of row.maxima) flat[metric] = values.at(-1) ?? 0
  return Object.keys(flat).length === 0 ? null : withHistograms(flat)
}

/** Buckets, kept as `name#bucket` while they are added up, become arrays; a histogram without values is all zeros. */
export function withHistograms(values: Values): OwnRow['values'] {
  const columns: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(values)) {
    const mark = name.indexOf('#')
    if (mark < 0) {
      columns[name] = value
      continue
    }
    const buckets = (columns[name.slice(0, mark)] ??= new Array<number>(
      histogramBoundsMs.length + 1,
    ).fill(0))
    if (Array.isArray(buckets)) buckets[Number(name.slice(mark + 1))] = value
  }
  return columns
}

function isSame(a: Values | undefined, b: Values | undefined): boolean {
  if (a === undefined || b === undefined) return false
  const names = Object.keys(a)
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name])
}
