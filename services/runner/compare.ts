import { eventColumns, sightingColumns, tables } from '../../schemas/tables/tables.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'

export interface TableCheck {
  readonly table: string
  readonly rows: number
  /** Of all rows and all columns that say something; the same for the same rows in any order. */
  readonly checksum: string
}

export interface Difference {
  readonly table: string
  readonly kind: 'only here' | 'only there'
  readonly row: string
}

const compared: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(
    Object.entries(tables).map(([name, { key, columns }]) => [name, [...key, ...columns]]),
  ),
  // By which road a copy came is a matter of which came first; what it says is in the other columns.
  events: eventColumns,
  dimension_sightings: sightingColumns,
}

export const comparedTables: readonly string[] = Object.keys(compared)

/** Count and checksum of each table, as it reads with FINAL, without the columns that say when rows were written. */
export async function checkTables(warehouse: Warehouse): Promise<readonly TableCheck[]> {
  const checks: TableCheck[] = []
  for (const [table, columns] of Object.entries(compared)) {
    const [found] = await warehouse.query<{ rows: number; checksum: string }>(
      `SELECT count() AS rows, toString(sum(cityHash64(tuple(${columns.join(', ')})))) AS checksum FROM ${table} FINAL`,
    )
    checks.push({ table, rows: found?.rows ?? 0, checksum: found?.checksum ?? '0' })
  }
  return checks
}

const examplesMax = 20

/** Up to 20 rows of each table that only one of the two has. */
export async function differences(
  here: Warehouse,
  there: Warehouse,
): Promise<readonly Difference[]> {
  const found: Difference[] = []
  const [ofHere, ofThere] = [await checkTables(here), await checkTables(there)]
  for (const [index, { table, rows, checksum }] of ofHere.entries()) {
    const other = ofThere[index]
    if (other?.rows === rows && other.checksum === checksum) continue
    found.push(
      ...(await onlyIn(here, there, table, 'only here')),
      ...(await onlyIn(there, here, table, 'only there')),
    )
  }
  return found
}

async function onlyIn(
  one: Warehouse,
  other: Warehouse,
  table: string,
  kind: Difference['kind'],
): Promise<readonly Difference[]> {
  const columns = (compared[table] ?? []).join(', ')
  const rows = await one.query<{ row: string }>(
    `SELECT toString(tuple(*)) AS row FROM (
       SELECT ${columns} FROM ${one.database}.${table} FINAL
       EXCEPT SELECT ${columns} FROM ${other.database}.${table} FINAL)
     ORDER BY row LIMIT ${examplesMax}`,
  )
  return rows.map(({ row }) => ({ table, kind, row }))
}
