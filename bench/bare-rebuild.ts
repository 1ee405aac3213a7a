import type { EventLog } from '../services/log/log.ts'
import { readShards } from '../services/runner/shards.ts'
import type { Warehouse } from '../services/warehouse/warehouse.ts'
import { inLanes } from './lanes.ts'
import type { Insert } from './timed-replay.ts'

/** As a replay reads: so many records at once, of so many shards at the same time. */
const readRecords = 10_000
const shardsAtOnce = 4

export interface BareRebuild {
  readonly ms: number
  readonly records: number
}

/**
 * The bare limit of a rebuild: the same records read and not even decoded, and at the same time the same rows inserted by
 * calls as large, one under way for each table, as a replay does it.
 */
export async function bareRebuild(
  log: EventLog,
  warehouse: Warehouse,
  inserts: readonly Insert[],
): Promise<BareRebuild> {
  const tables = [...new Set(inserts.map(({ table }) => table))]
  const began = performance.now()
  const [records] = await Promise.all([
    readAll(log),
    ...tables.map((name) =>
      insertAll(
        warehouse,
        inserts.filter(({ table }) => table === name),
      ),
    ),
  ])
  return { ms: performance.now() - began, records }
}

async function readAll(log: EventLog): Promise<number> {
  let records = 0
  await inLanes(shardsAtOnce, readShards(log), async (shard) => {
    for await (const batch of log.read(shard, 0, readRecords)) records += batch.length
  })
  return records
}

async function insertAll(warehouse: Warehouse, calls: readonly Insert[]): Promise<void> {
  for (const { table, rows } of calls) await warehouse.insert(table, rows)
}
