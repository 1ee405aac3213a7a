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

/**
 * Puts the partitions before one, by their names, into the tables of another database, in the place of what these have of
 * them; by links, too. Tables that are not partitioned have none.
 */
export async function linkPartitionsBefore(
  warehouse: Warehouse,
  other: Warehouse,
  tables: readonly string[],
  before: string,
): Promise<void> {
  for (const table of tables) {
    const found = await warehouse.query<{ partition: string }>(
      `SELECT DISTINCT partition_id AS partition FROM system.parts
       WHERE active AND database = {database:String} AND table = {table:String}
         AND partition_id < {before:String} ORDER BY partition`,
      { database: warehouse.database, table, before },
    )
    const ours = `${quoteName(warehouse.database)}.${quoteName(table)}`
    for (const { partition } of found) {
      const id = `PARTITION ID '${partition}'`
      await other.command(`ALTER TABLE ${quoteName(table)} REPLACE ${id} FROM ${ours}`)
    }
  }
}

/**
 * Which of these tables lie in another order on the disk than those of the same name in another database: an earlier version
 * may have laid them so, and their parts cannot be linked.
 */
export async function tablesInOtherOrder(
  warehouse: Warehouse,
  other: Warehouse,
  tables: readonly string[],
): Promise<readonly string[]> {
  const orders = async ({ database }: Warehouse) =>
    new Map(
      (
        await warehouse.query<{ name: string; sorting_key: string }>(
          `SELECT name, sorting_key FROM system.tables
           WHERE database = {database:String} AND has({tables:Array(String)}, name)`,
          { database, tables },
        )
      ).map(({ name, sorting_key }) => [name, sorting_key]),
    )
  const [ours, theirs] = [await orders(warehouse), await orders(other)]
  return tables.filter((table) => ours.get(table) !== theirs.get(table))
}

export async function dropDatabase(warehouse: Warehouse): Promise<void> {
  // `system` is the database that is always there.
  const name = quoteName(warehouse.database)
  await warehouse.in('system').command(`DROP DATABASE IF EXISTS ${name} SYNC`)
}
