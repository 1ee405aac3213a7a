import { z } from 'zod'
import type { Instant } from '../../schemas/events/instant.ts'
import { tickedTopics } from '../log/topics.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'
import type { TableProgress } from './routes.ts'

/** The time that all rows are as of at the least, by the shards that write them; null where it is not known. */
export function completeUpTo(progress: readonly TableProgress[]): Instant | null {
  const ticks = progress
    .filter(({ topic }) => tickedTopics.some((ticked) => ticked === topic))
    .map(({ tick }) => tick)
  return ticks.length === 0 || ticks.includes(0) ? null : Math.min(...ticks)
}

export interface TableTimeOptions {
  readonly warehouse: Warehouse
  /** Of the runner in this process; missing where another writes the tables. */
  readonly runnerProgress?: (() => readonly TableProgress[]) | undefined
}

/** The same, also where another process writes them. */
export function tablesAsOf(options: TableTimeOptions): Promise<Instant | null> {
  const { warehouse, runnerProgress } = options
  return runnerProgress === undefined
    ? ticksIn(warehouse)
    : Promise.resolve(completeUpTo(runnerProgress()))
}

/** Where another process folds: the last tick whose records are in the tables, less what partitions may lie apart. */
async function ticksIn(warehouse: Warehouse): Promise<Instant | null> {
  const rows = await warehouse.query(
    `SELECT topic, toUnixTimestamp64Milli(max(e.at)) AS tick FROM events AS e
     WHERE e.entity = '' AND e.type = 'clock.ticked' GROUP BY topic`,
  )
  const ticks = z.array(z.object({ topic: z.string(), tick: z.int() })).parse(rows)
  if (!tickedTopics.every((topic) => ticks.some((one) => one.topic === topic))) return null
  return Math.min(...ticks.map(({ tick }) => tick)) - partitionsApartMs
}

const partitionsApartMs = 120_000
