import type { Instant } from '../../schemas/events/instant.ts'
import {
  intervalMetrics,
  isIntervalTable,
  type IntervalTable,
} from '../../schemas/metrics/catalogue.ts'
import type { Metric } from '../../schemas/metrics/metric.ts'
import { withHistograms } from './row-sums.ts'
import type { Contribution } from './projection.ts'

/** One number of an interval table. Of a histogram it is the buckets. */
export interface CellQuestion {
  readonly table: IntervalTable
  /** What of the row's key is asked for, such as `queue`; over what is not named here is added up. */
  readonly key: Readonly<Record<string, string>>
  /** The beginning of the interval. */
  readonly from: Instant
  readonly metric: Metric
}

/** A number, or the numbers of a histogram's buckets; nothing at all is 0. */
export type CellValue = readonly number[]

/** A contact or an agent with all that tells of it, which can be folded again as if one event had never been. */
export interface Refoldable {
  readonly entity: string
  /** Of the events that a source has told. */
  readonly eventIds: ReadonlySet<string>
  /** What the entity comes to; null: with all its events. */
  contribution(without: string | null): Contribution
}

export interface Explanation {
  /** What all of them come to in the cell together. */
  readonly value: CellValue
  /** Those that are in the cell, each with its part in it, the greatest first. */
  readonly shares: readonly { readonly entity: string; readonly share: CellValue }[]
  /** The events of those without one of which the value is another. */
  readonly eventIds: ReadonlySet<string>
}

/**
 * The events behind a cell: of the contacts and agents that are in it, those without which alone it would say something
 * else. What follows from an event goes with it. Two events that tell the same are behind it neither, for the other remains.
 */
export function explainCell(entities: readonly Refoldable[], cell: CellQuestion): Explanation {
  const shares = entities.map((one) => ({ one, share: shareOf(one.contribution(null), cell) }))
  const value = together(
    cell.metric,
    shares.map(({ share }) => share),
  )
  const inIt = shares.filter(({ share }) => !isNothing(share))
  const eventIds = new Set<string>()
  for (const id of new Set(inIt.flatMap(({ one }) => [...one.eventIds]))) {
    const without = shares.map(({ one, share }) =>
      one.eventIds.has(id) ? shareOf(one.contribution(id), cell) : share,
    )
    if (!isSame(together(cell.metric, without), value)) eventIds.add(id)
  }
  return {
    value,
    shares: inIt
      .map(({ one, share }) => ({ entity: one.entity, share }))
      .sort((a, b) => total(b.share) - total(a.share) || (a.entity < b.entity ? -1 : 1)),
    eventIds,
  }
}

/** A cell that an entity has a part in, with the part as it is and as it would be without an event. */
export interface TouchedCell {
  readonly table: IntervalTable
  readonly key: Readonly<Record<string, string | number>>
  readonly metric: Metric
  readonly share: CellValue
  readonly without: CellValue
}

/** The cells of all interval tables in which an entity's part would be another without an event. */
export function cellsTouched(one: Refoldable, eventId: string): readonly TouchedCell[] {
  const [now, then] = [one.contribution(null), one.contribution(eventId)].map(intervalRows)
  const touched: TouchedCell[] = []
  for (const name of new Set([...(now?.keys() ?? []), ...(then?.keys() ?? [])])) {
    const [row, other] = [now?.get(name), then?.get(name)]
    const { table, key } = row ?? other ?? {}
    if (table === undefined || key === undefined) continue
    for (const metric of intervalMetrics[table]) {
      const share = toValue(row?.values[metric.name])
      const without = toValue(other?.values[metric.name])
      if (!isSame(share, without)) touched.push({ table, key, metric, share, without })
    }
  }
  return touched
}

interface IntervalRow {
  readonly table: IntervalTable
  readonly key: Readonly<Record<string, string | number>>
  readonly values: Readonly<Record<string, unknown>>
}

/** By the row's name: what an entity has in interval tables, be the rows its own or shared with others. */
function intervalRows({ rows, cells }: Contribution): ReadonlyMap<string, IntervalRow> {
  const all = new Map<string, IntervalRow>()
  for (const [name, { table, key, values }] of rows) {
    if (isIntervalTable(table)) all.set(name, { table, key, values })
  }
  for (const [name, { table, key, values }] of cells) {
    all.set(name, { table, key, values: withHistograms(values) })
  }
  return all
}

function shareOf(contribution: Contribution, cell: CellQuestion): CellValue {
  const values: CellValue[] = []
  for (const { table, key, values: columns } of intervalRows(contribution).values()) {
    if (table !== cell.table || key['interval_start'] !== cell.from) continue
    if (Object.entries(cell.key).some(([name, wanted]) => key[name] !== wanted)) continue
    values.push(toValue(columns[cell.metric.name]))
  }
  return together(cell.metric, values)
}

/** How the parts of several rows or entities become one value of a base interval: only a maximum is not added up. */
export function together({ rollUp }: Metric, values: readonly CellValue[]): CellValue {
  const isMaximum = rollUp === 'max' || rollUp === 'last-max'
  const length = Math.max(1, ...values.map((value) => value.length))
  return Array.from({ length }, (_, bucket) => {
    const each = values.map((value) => value[bucket] ?? 0)
    return isMaximum ? Math.max(0, ...each) : each.reduce((sum, part) => sum + part, 0)
  })
}

function toValue(column: unknown): CellValue {
  return Array.isArray(column) ? column.map(Number) : [Number(column ?? 0)]
}

function isSame(a: CellValue, b: CellValue): boolean {
  const length = Math.max(a.length, b.length)
  return Array.from({ length }).every((_, bucket) => (a[bucket] ?? 0) === (b[bucket] ?? 0))
}

function isNothing(value: CellValue): boolean {
  return value.every((part) => part === 0)
}

function total(value: CellValue): number {
  return value.reduce((sum, part) => sum + part, 0)
}
