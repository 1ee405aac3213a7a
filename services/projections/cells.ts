import type { Instant } from '../../schemas/events/instant.ts'
import { histogramBucket } from '../../schemas/metrics/metric.ts'
import { intervalStart } from '../time/interval.ts'

/** Metric → value; what is not there is 0. A bucket of a histogram is `name#bucket`. */
export type Values = Record<string, number>

/** One entity's part in a row of an interval table, by the row's key. */
export interface Cell {
  readonly key: Readonly<Record<string, string | number>>
  readonly values: Values
}

/** Collects the parts that one entity has in the rows of one table. What is of a moment counts in its interval. */
export interface Cells {
  readonly all: ReadonlyMap<string, Cell>
  readonly intervalMs: number
  add(at: Instant, dimensions: Dimensions, metric: string, amount: number): void
  most(at: Instant, dimensions: Dimensions, metric: string, amount: number): void
}

export type Dimensions = Readonly<Record<string, string>>

export function createCells(intervalMs: number): Cells {
  const all = new Map<string, Cell>()
  // One leg adds many amounts to the same place, one after the other.
  let last: Dimensions = {}
  let lastName = ''
  const valuesOf = (at: Instant, dimensions: Dimensions): Values => {
    const start = intervalStart(at, intervalMs)
    if (dimensions !== last) lastName = Object.values(dimensions).join('\n')
    last = dimensions
    const name = `${start}\n${lastName}`
    let cell = all.get(name)
    if (cell === undefined) {
      cell = { key: { ...dimensions, interval_start: start }, values: {} }
      all.set(name, cell)
    }
    return cell.values
  }
  return {
    all,
    intervalMs,
    add(at, dimensions, metric, amount) {
      if (amount === 0) return
      const values = valuesOf(at, dimensions)
      values[metric] = (values[metric] ?? 0) + amount
    },
    most(at, dimensions, metric, amount) {
      if (amount === 0) return
      const values = valuesOf(at, dimensions)
      values[metric] = Math.max(values[metric] ?? 0, amount)
    },
  }
}

/** The name under which a length counts in a histogram. */
export function bucketOf(histogram: string, lengthMs: number): string {
  return `${histogram}#${histogramBucket(lengthMs)}`
}
