import { quoteName } from './sql-tokens.ts'
import type { Warehouse } from './warehouse.ts'

/**
 * Puts the tables of a shadow database into the place of those of `warehouse`, which go into the shadow. Each table
 * changes at one instant, but not all at the same one. A crash in between is mended by calling again: the shadow remembers
 * which tables were its own, so the ones that have gone are not fetched back. For the same reason a shadow is swapped
 * once; drop it afterwards.
 */
export async function swapTables(
  warehouse: Warehouse,
  shadow: string,
  tables: readonly string[],
): Promise<void> {
  const planned = await planOf(warehouse.in(shadow), tables)
  for (const [name, uuid] of planned) {
    const there = await uuidsOf(warehouse.in(shadow), [name])
    if (there.get(name) !== uuid) continue
    const ours = `${quoteName(warehouse.database)}.${quoteName(name)}`
    await warehouse.command(`EXCHANGE TABLES ${quoteName(shadow)}.${quoteName(name)} AND ${ours}`)
  }
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
