import { quoteName } from './sql-tokens.ts'
import type { Warehouse } from './warehouse.ts'

/**
 * Tables as they are at this moment, in a database of their own, however the first ones change from now on. The engine
 * links their parts instead of copying them: it takes moments and no room, until the first ones have merged theirs.
 * What that database held before is gone.
 */
export async function freezeTables(
  warehouse: Warehouse,
  frozen: Warehouse,
  tables: readonly string[],
): Promise<void> {
  await dropDatabase(frozen)
  await frozen.in('system').command(`CREATE DATABASE ${quoteName(frozen.database)}`)
  for (const table of tables) {
    const ours = `${quoteName(warehouse.database)}.${quoteName(table)}`
    await frozen.command(`CREATE TABLE ${quoteName(table)} AS ${ours}`)
    await frozen.command(`ALTER TABLE ${quoteName(table)} ATTACH PARTITION ALL FROM ${ours}`)
  }
}

export async function dropDatabase(warehouse: Warehouse): Promise<void> {
  // `system` is the database that is always there.
  const name = quoteName(warehouse.database)
  await warehouse.in('system').command(`DROP DATABASE IF EXISTS ${name} SYNC`)
}
