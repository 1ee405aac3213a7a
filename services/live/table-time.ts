import { z } from 'zod'
import type { Instant } from '../../schemas/events/instant.ts'
import type { EventLog } from '../log/log.ts'
import { nameOf, shardsOf } from '../log/shards.ts'
import { tickedTopics } from '../log/topics.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'
import type { TableProgress } from './routes.ts'

export interface TableTimeOptions {
  readonly log: Pick<EventLog, 'partitions'>
  readonly warehouse: Warehouse
  /** Of the runner in this process; missing where another writes the tables. */
  readonly runnerProgress?: (() => readonly TableProgress[]) | undefined
}

/**
 * The time that all rows are as of at the least, whoever writes them: where the slowest shard is. Null where that is not known, as
 * of one that has written nothing yet.
 */
export async function tablesAsOf(options: TableTimeOptions): Promise<Instant | null> {
  const { log, warehouse, runnerProgress } = options
  const all = shardsOf(tickedTopics, (topic) => log.partitions(topic)).map(nameOf)
  const own = new Map(runnerProgress?.().map((shard) => [nameOf(shard), shard.tick]))
  // A runner that shares the shards with others knows nothing of theirs.
  const known = all.every((shard) => own.has(shard)) ? own : await ticksIn(warehouse)
  const ticks = all.map((shard) => known.get(shard) ?? 0)
  return ticks.includes(0) ? null : Math.min(...ticks)
}

async function ticksIn(warehouse: Warehouse): Promise<ReadonlyMap<string, Instant>> {
  const rows = await warehouse.query(
    `SELECT topic, partition, toUnixTimestamp64Milli(ticked_at) AS tick FROM shard_ticks FINAL
     WHERE topic IN {topics:Array(String)}`,
    { topics: tickedTopics },
  )
  return new Map(
    z
      .array(tickRow)
      .parse(rows)
      .map((row) => [nameOf(row), row.tick]),
  )
}

const tickRow = z.object({ topic: z.enum(tickedTopics), partition: z.int(), tick: z.int() })
