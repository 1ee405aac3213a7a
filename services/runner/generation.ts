import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { Warehouse } from '../warehouse/warehouse.ts'

/**
 * The folder in which shards remember what they have put into these very tables. Tables that were made anew, or that a
 * rebuild has put in the place of others, have another one; so a memory is never taken for that of other tables.
 */
export async function memoryFolder(warehouse: Warehouse, stateFolder: string): Promise<string> {
  const known = await knownMemoryFolder(warehouse, stateFolder)
  if (known !== null) return known
  const id = randomUUID()
  await warehouse.insert('generation', [{ one: 1, id }])
  return join(stateFolder, id)
}

/** The same; null where these tables have none, or are not there. */
export async function knownMemoryFolder(
  warehouse: Warehouse,
  stateFolder: string,
): Promise<string | null> {
  const [made] = await warehouse
    .in('system')
    .query(`SELECT name FROM tables WHERE database = {database:String} AND name = 'generation'`, {
      database: warehouse.database,
    })
  if (made === undefined) return null
  const [known] = await warehouse.query<{ id: string }>('SELECT id FROM generation FINAL')
  return known === undefined ? null : join(stateFolder, known.id)
}
