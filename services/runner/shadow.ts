import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import type { EventLog } from '../log/log.ts'
import { dropDatabase } from '../warehouse/frozen.ts'
import { migrate } from '../warehouse/migrations.ts'
import { isSwapUnderWay, swapTables } from '../warehouse/swap.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'
import { createDerivedTables } from './derived-ids.ts'
import { fingerprintOf } from './fingerprint.ts'
import { knownMemoryFolder, memoryFolder } from './generation.ts'

/** Tables beside those in use, and what the shards that fill them remember. */
export interface Shadow {
  readonly tables: Warehouse
  /** For tables that are to stay as they were at one moment. */
  readonly frozen: Warehouse
  readonly memory: string
}

/**
 * The shadow that an earlier run has left, if today's code would have filled it so and it is whole; else a new one.
 * Whoever reads the ledger into it goes on where its shards remember to be. `contents` tells shadows apart that the same code
 * fills with other rows.
 */
export async function openShadow(
  warehouse: Warehouse,
  log: EventLog,
  stateFolder: string,
  contents: string = 'all',
): Promise<Shadow> {
  const { tables, frozen } = namesOf(warehouse)
  const fingerprint = `${fingerprintOf(log)} ${contents}`
  if (!(await fits(tables, fingerprint, stateFolder))) {
    await dropShadow(warehouse, stateFolder)
    await migrate(tables)
    await createDerivedTables(tables)
    await tables.command(shadowTable)
    await tables.insert('shadow_of', [{ fingerprint }])
  }
  return { tables, frozen, memory: await memoryFolder(tables, stateFolder) }
}

/** Throws the shadow away, and all that belongs to it; whatever its tables are by now. */
export async function dropShadow(warehouse: Warehouse, stateFolder: string): Promise<void> {
  const { tables, frozen } = namesOf(warehouse)
  await dropDatabase(frozen)
  // The memory goes first: a shadow without it is no longer gone on with.
  const memory = await knownMemoryFolder(tables, stateFolder)
  if (memory !== null) await rm(memory, { recursive: true, force: true })
  await dropDatabase(tables)
}

/** Whether an exchange of tables has begun of which nobody knows whether it has ended. */
export function hasSwapToMend(warehouse: Warehouse): Promise<boolean> {
  return isSwapUnderWay(namesOf(warehouse).tables)
}

/**
 * Ends an exchange of tables that a crash has cut off, and throws away what is left of it. Nobody may write meanwhile, and
 * whoever reads a shard's memory has to do so afterwards.
 */
export async function mendSwap(warehouse: Warehouse, stateFolder: string): Promise<void> {
  if (!(await hasSwapToMend(warehouse))) return
  const { tables } = namesOf(warehouse)
  await swapTables(warehouse, tables.database, [])
  await dropShadow(warehouse, stateFolder)
}

function namesOf(warehouse: Warehouse) {
  return {
    tables: warehouse.in(`${warehouse.database}_shadow`),
    frozen: warehouse.in(`${warehouse.database}_frozen`),
  }
}

async function fits(tables: Warehouse, fingerprint: string, stateFolder: string): Promise<boolean> {
  const [made] = await tables
    .in('system')
    .query(`SELECT name FROM tables WHERE database = {database:String} AND name = 'shadow_of'`, {
      database: tables.database,
    })
  if (made === undefined) return false
  const [known] = await tables.query<{ fingerprint: string }>('SELECT fingerprint FROM shadow_of')
  if (known?.fingerprint !== fingerprint) return false
  return existsSync(await memoryFolder(tables, stateFolder))
}

const shadowTable = `CREATE TABLE IF NOT EXISTS shadow_of
(
    fingerprint String COMMENT 'Of the code and the ledger that the rows follow from'
)
ENGINE = MergeTree
ORDER BY fingerprint
SETTINGS
    fsync_after_insert = 1,
    fsync_part_directory = 1
COMMENT 'What this shadow is of. Made last: a shadow without it is not whole.'`
