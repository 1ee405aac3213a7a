import { createHash } from 'node:crypto'
import type { Warehouse } from '../services/warehouse/warehouse.ts'

/** Rows of a table that are made up in the engine, since what they say does not matter to the clock. */
export interface Fill {
  readonly rows: number
  /** By column, an expression of the row's `number`. */
  readonly columns: Readonly<Record<string, string>>
}

export type Fills = Readonly<Record<string, Fill>>

export interface Filled {
  readonly table: string
  readonly rows: number
  readonly bytes: number
}

/**
 * Fills tables, as they stand when the engine has merged them. In a database that is kept, one that was filled by the same
 * statement before stays as it is.
 */
export async function fillTables(warehouse: Warehouse, fills: Fills): Promise<readonly Filled[]> {
  await warehouse.command(
    'CREATE TABLE IF NOT EXISTS bench_fills (name String, digest String) ENGINE = MergeTree ORDER BY name',
  )
  for (const [table, fill] of Object.entries(fills)) {
    const statement = statementOf(table, fill)
    const digest = createHash('sha256').update(statement).digest('hex')
    const done = await warehouse.query(
      'SELECT name FROM bench_fills WHERE name = {table:String} AND digest = {digest:String}',
      { table, digest },
    )
    if (done.length > 0) continue
    process.stderr.write(`  filling ${table}, ${fill.rows.toLocaleString('en-US')} rows …\n`)
    await warehouse.command(`TRUNCATE TABLE ${table}`)
    await warehouse.command(statement)
    await warehouse.command(`OPTIMIZE TABLE ${table} FINAL`)
    await warehouse.command(`INSERT INTO bench_fills VALUES ('${table}', '${digest}')`)
  }
  return warehouse.query<Filled>(
    `SELECT table, toUInt64(sum(rows)) AS rows, toUInt64(sum(bytes_on_disk)) AS bytes FROM system.parts
     WHERE active AND database = currentDatabase() AND table IN {tables:Array(String)}
     GROUP BY table ORDER BY table`,
    { tables: Object.keys(fills) },
  )
}

function statementOf(table: string, { rows, columns }: Fill): string {
  return `INSERT INTO ${table} (${Object.keys(columns).join(', ')})
SELECT ${Object.values(columns).join(', ')} FROM numbers(${rows})`
}
