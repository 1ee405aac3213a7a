import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { Warehouse } from '../warehouse/warehouse.ts'

/**
 * The folder in which shards remember what they have put into these very tables. Tables that were made anew, or that a
 * rebuild has put in the place of others, have another one; so a memory is never taken for that of other tables.
 */
export async function memoryFolder(warehouse: Warehouse, stateFolder: string): Promise<string> {
  return join(stateFolder, await generationOf(warehouse))
}

async function generationOf(warehouse: Warehouse): Promise<string> {
  const known = await warehouse.query<{ id: string }>('SELECT id FROM generation FINAL')
  const [first] = known
  if (first !== undefined) return first.id
  const id = randomUUID()
  await warehouse.insert('generation', [{ one: 1, id }])
  return id
}
