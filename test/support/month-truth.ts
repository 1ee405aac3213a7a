import type { Instant, Span } from '../../schemas/events/instant.ts'
import { intervalMetrics, intervalTables } from '../../schemas/metrics/catalogue.ts'
import type { Simulation } from '../../services/simulator/model/simulation.ts'
import { expectedRows } from '../../services/simulator/truth/expected-rows.ts'
import type { TruthParameters } from '../../services/simulator/truth/parameters.ts'
import type { Warehouse } from '../../services/warehouse/warehouse.ts'
import { isShared, nameRows, summedOverShards, tableRows } from './table-rows.ts'

const dayMs = 86_400_000
const examplesMax = 20

export interface TruthCheck {
  readonly rows: Readonly<Record<string, number>>
  /** Cells of rows that either has. */
  readonly cells: number
  /** Rows that only one of the two has, as it has them: some of them. */
  readonly differences: readonly string[]
}

/**
 * The interval tables beside the simulator's own answer, in all intervals that begin in a span, a day at a time: a month of
 * rows does not fit into memory twice.
 */
export async function truthByDay(
  warehouse: Warehouse,
  { chronicle }: Simulation,
  { from, to }: Span,
  asOf: Instant,
  parameters: TruthParameters,
): Promise<TruthCheck> {
  const counts: Record<string, number> = {}
  const differences: string[] = []
  let cells = 0
  // Before the first day nothing may be told either.
  for (let day = from - dayMs; day < to; day += dayMs) {
    const window = { from: day, to: Math.min(to, day + dayMs) }
    const truth = expectedRows(chronicle, asOf, { parameters, window })
    for (const table of intervalTables) {
      const stored = await tableRows(warehouse, table, window)
      const whole = isShared(table) ? summedOverShards(table, stored) : stored
      const found = nameRows(whole, ['workspace', 'shard'])
      const expected = nameRows(
        truth[table].map((row) => ({ ...row })),
        ['workspace'],
      )
      counts[table] = (counts[table] ?? 0) + expected.length
      cells += expected.length * intervalMetrics[table].length
      differences.push(
        ...without(found, expected).map((row) => `${table}: only stored: ${row}`),
        ...without(expected, found).map((row) => `${table}: only expected: ${row}`),
      )
    }
  }
  return { rows: counts, cells, differences: differences.sort().slice(0, examplesMax) }
}

function without(rows: readonly string[], others: readonly string[]): readonly string[] {
  const known = new Set(others)
  return rows.filter((row) => !known.has(row))
}
