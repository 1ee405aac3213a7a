import { rm } from 'node:fs/promises'
import type { EventLog, Shard } from '../log/log.ts'
import { nameOf } from '../log/shards.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Logger } from '../runtime/logger.ts'
import { migrate } from '../warehouse/migrations.ts'
import { swapTables } from '../warehouse/swap.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'
import {
  checkTables,
  comparedTables,
  differences,
  type Difference,
  type TableCheck,
} from './compare.ts'
import { memoryFolder } from './generation.ts'
import { openReplay, type Replay, type ReplayProgress } from './replay.ts'
import type { Runner } from './runner.ts'
import { readRecords } from './shard-writer.ts'
import { readShards } from './shards.ts'

export interface RebuildOptions {
  readonly log: EventLog
  readonly warehouse: Warehouse
  readonly runner: Runner
  readonly stateFolder: string
  readonly clock: Clock
  readonly logger: Logger
  readonly onProgress: (progress: ReplayProgress) => void
}

export interface RebuildReport {
  readonly before: readonly TableCheck[]
  readonly after: readonly TableCheck[]
  readonly isSame: boolean
}

/**
 * Folds the whole ledger into new tables beside the ones in use, then puts them in their place. Readers see the old rows
 * until then; the live shards stand still only for the last records and the exchange.
 */
export async function rebuild(options: RebuildOptions): Promise<RebuildReport> {
  const { warehouse } = options
  return inShadow(options, async ({ shadow }) => {
    const before = await checkTables(warehouse)
    const after = await checkTables(shadow)
    await swapTables(warehouse, shadow.database, [...comparedTables, 'generation'])
    const isSame = JSON.stringify(before) === JSON.stringify(after)
    return { before, after, isSame }
  })
}

export interface LogCheck {
  readonly tables: readonly TableCheck[]
  readonly differences: readonly Difference[]
  /** Derived events that the ledger ought to hold and does not. */
  readonly missingDerived: readonly string[]
}

/** Folds the whole ledger into shadow tables, compares each row with the tables in use, and throws the shadow away. */
export async function verifyAgainstLog(options: RebuildOptions): Promise<LogCheck> {
  const { warehouse } = options
  return inShadow(options, async ({ shadow, replay }) => ({
    tables: await checkTables(warehouse),
    differences: await differences(warehouse, shadow),
    missingDerived: await missingOf(options, replay.derived),
  }))
}

interface Shadow {
  readonly shadow: Warehouse
  readonly replay: Replay
}

/** What `work` sees is both sides at the same place of the ledger, with the live one standing still. */
async function inShadow<T>(
  options: RebuildOptions,
  work: (shadow: Shadow) => Promise<T>,
): Promise<T> {
  const { log, warehouse, runner, stateFolder, clock, logger, onProgress } = options
  const shadow = warehouse.in(`${warehouse.database}_shadow`)
  await dropShadow(shadow)
  await migrate(shadow)
  const memory = {
    old: await memoryFolder(warehouse, stateFolder),
    new: await memoryFolder(shadow, stateFolder),
  }
  const replay = openReplay({
    ...{ log, clock, logger, onProgress },
    warehouse: shadow,
    stateFolder: memory.new,
  })
  let unused = memory.new
  try {
    await replay.readTo(liveOffsets(runner))
    const result = await runner.paused(async () => {
      await replay.readTo(liveOffsets(runner))
      const done = await work({ shadow, replay })
      return { done, inUse: await memoryFolder(warehouse, stateFolder) }
    })
    unused = result.inUse === memory.new ? memory.old : memory.new
    return result.done
  } finally {
    replay.close()
    await rm(unused, { recursive: true, force: true })
    await dropShadow(shadow)
  }
}

function liveOffsets(runner: Runner): (shard: Shard) => number {
  const offsets = new Map(runner.progress().map((shard) => [nameOf(shard), shard.nextOffset]))
  return (shard) => offsets.get(nameOf(shard)) ?? 0
}

async function dropShadow(shadow: Warehouse): Promise<void> {
  await shadow.in('system').command(`DROP DATABASE IF EXISTS ${shadow.database} SYNC`)
}

/** What the ledger does not hold: neither in the part that the tables are made of, nor beyond it. */
async function missingOf(
  { log, warehouse, runner }: RebuildOptions,
  derived: ReadonlySet<string>,
): Promise<readonly string[]> {
  if (derived.size === 0) return []
  const found = await warehouse.query<{ id: string }>(
    'SELECT DISTINCT id FROM events WHERE id IN {ids:Array(String)}',
    { ids: [...derived] },
  )
  const missing = new Set(derived)
  for (const { id } of found) missing.delete(id)
  if (missing.size === 0) return []
  const from = liveOffsets(runner)
  for (const shard of readShards(log)) {
    for await (const records of log.read(shard, from(shard), tailRecords)) {
      for (const { event } of readRecords(log.epoch(shard.topic), records).arrivals) {
        missing.delete(event.id)
      }
    }
  }
  return [...missing]
}

const tailRecords = 1_000
