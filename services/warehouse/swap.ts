import { quoteName } from './sql-tokens.ts'
import type { Warehouse } from './warehouse.ts'

/**
 * Puts the tables of a shadow database into the place of those of `warehouse`, which go into the shadow. A crash in between
 * is mended by calling again: the shadow remembers which tables were its own, so the ones that have gone are not fetched
 * back. For the same reason a shadow is swapped once; drop it afterwards.
 *
 * ClickHouse can exchange one pair of tables at one instant, and nothing more: several pairs in a statement go one after
 * the other, RENAME DATABASE leaves a moment without any, and views would each have to be changed too. So all pairs are
 * one statement, which a server does within milliseconds, and which the embedded engine lets nothing else run beside: there
 * every query sees all of the old tables, or all of the new.
 */
export async function swapTables(
  warehouse: Warehouse,
  shadow: string,
  tables: readonly string[],
): Promise<void> {
  const planned = await planOf(warehouse.in(shadow), tables)
  for (let attempt = 1; ; attempt++) {
    const there = await uuidsOf(warehouse.in(shadow), [...planned.keys()])
    const left = [...planned].filter(([name, uuid]) => there.get(name) === uuid)
    if (left.length === 0) return
    const pairs = left.map(
      ([name]) =>
        `${quoteName(shadow)}.${quoteName(name)} AND ${quoteName(warehouse.database)}.${quoteName(name)}`,
    )
    try {
      await warehouse.command(`EXCHANGE TABLES ${pairs.join(', ')}`)
    } catch (error) {
      // How many were exchanged nobody knows: looked at again, what is left of them is.
      if (attempt === attemptsMax) throw error
    }
  }
}

const attemptsMax = 3

/** Whether a swap of this shadow has begun; it may also have ended. */
export async function isSwapUnderWay(shadow: Warehouse): Promise<boolean> {
  const [made] = await shadow
    .in('system')
    .query(`SELECT name FROM tables WHERE database = {database:String} AND name = 'swap_plan'`, {
      database: shadow.database,
    })
  if (made === undefined) return false
  return (await shadow.query('SELECT name FROM swap_plan LIMIT 1')).length > 0
}

/** Which table the shadow had under each name when the swap began. */
async function planOf(
  shadow: Warehouse,
  tables: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  await shadow.command(planTable)
  const known = await shadow.query<{ name: string; uuid: string }>(
    'SELECT name, uuid FROM swap_plan FINAL',
  )
  if (known.length > 0) return new Map(known.map(({ name, uuid }) => [name, uuid]))
  const uuids = await uuidsOf(shadow, tables)
  const missing = tables.filter((name) => !uuids.has(name))
  if (missing.length > 0) throw new Error(`not in the shadow: ${missing.join(', ')}`)
  await shadow.insert(
    'swap_plan',
    [...uuids].map(([name, uuid]) => ({ name, uuid })),
  )
  return uuids
}

async function uuidsOf(
  warehouse: Warehouse,
  tables: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await warehouse.query<{ name: string; uuid: string }>(
    `SELECT name, toString(uuid) AS uuid FROM system.tables
     WHERE database = currentDatabase() AND has({tables:Array(String)}, name)`,
    { tables },
  )
  return new Map(rows.map(({ name, uuid }) => [name, uuid]))
}

const planTable = `CREATE TABLE IF NOT EXISTS swap_plan
(
    name String COMMENT 'A table that is to be swapped',
    uuid String COMMENT 'The one that this database had under the name before'
)
ENGINE = ReplacingMergeTree
ORDER BY name
SETTINGS
    fsync_after_insert = 1,
    fsync_part_directory = 1
COMMENT 'Which tables of this shadow are to take the place of others.'`
