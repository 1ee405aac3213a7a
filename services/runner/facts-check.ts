import { intervalMetrics, intervalTables } from '../../schemas/metrics/catalogue.ts'
import { tickedTopics, type Topic } from '../log/topics.ts'
import { quarterHourMs } from '../time/interval.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'
import { bounded } from './bounded-statement.ts'
import { disagreements } from './facts-sql.ts'
import type { Runner } from './runner.ts'

export interface FactsCheck {
  /** How many cells of interval tables were worked out again. */
  readonly compared: number
  readonly differences: readonly FactDifference[]
}

export interface FactDifference {
  readonly table: string
  /** The row: its key columns and the start of its interval. */
  readonly key: string
  readonly metric: string
  readonly stored: number
  readonly recomputed: number
}

/**
 * Works the interval tables out again from the facts, in SQL, and names each cell that differs, up to 200 a table. Looks
 * at intervals up to which time had passed in every shard; it wants tables that stand still where `runner` says.
 */
export async function verifyAgainstFacts(
  warehouse: Warehouse,
  runner: Pick<Runner, 'progress'>,
  onTable: (done: number, total: number) => void = () => undefined,
): Promise<FactsCheck> {
  const folded = runner.progress().filter(({ topic }) => isTicked(topic))
  const cutoff = Math.min(...folded.map(({ openUntil }) => openUntil))
  const params = { cutoff, interval_ms: folded[0]?.intervalMs ?? quarterHourMs }
  const differences: FactDifference[] = []
  let compared = 0
  for (const [index, table] of intervalTables.entries()) {
    onTable(index, intervalTables.length)
    const [rows] = await warehouse.query<{ rows: number }>(
      `SELECT count() AS rows FROM ${table} FINAL
       WHERE toUnixTimestamp64Milli(interval_start) + {interval_ms:Int64} <= {cutoff:Int64} ${bounded}`,
      params,
    )
    compared += (rows?.rows ?? 0) * intervalMetrics[table].length
    differences.push(
      ...(await warehouse.query<FactDifference>(`${disagreements(table)} ${bounded}`, params)),
    )
  }
  onTable(intervalTables.length, intervalTables.length)
  return { compared, differences }
}

function isTicked(topic: Topic): boolean {
  return tickedTopics.some((ticked) => ticked === topic)
}
