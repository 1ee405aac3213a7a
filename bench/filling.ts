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

/** So many rows are a matter of seconds: no statement takes longer than a client waits for an answer, however busy the machine. */
const rowsAtOnce = 1_000_000

/**
 * Fills tables, as they stand when the engine has merged them. In a database that is kept, what the same statement filled before
 * stays as it is, and what was broken off goes on.
 */
export async function fillTables(warehouse: Warehouse, fills: Fills): Promise<readonly Filled[]> {
  await warehouse.command(
    'CREATE TABLE IF NOT EXISTS bench_fills (name String, digest String, piece UInt32) ENGINE = MergeTree ORDER BY name',
  )
  for (const [table, fill] of Object.entries(fills)) await fillTable(warehouse, table, fill)
  return warehouse.query<Filled>(
    `SELECT table, toUInt64(sum(rows)) AS rows, toUInt64(sum(bytes_on_disk)) AS bytes FROM system.parts
     WHERE active AND database = currentDatabase() AND table IN {tables:Array(String)}
     GROUP BY table ORDER BY table`,
    { tables: Object.keys(fills) },
  )
}

async function fillTable(warehouse: Warehouse, table: string, fill: Fill): Promise<void> {
  const digest = createHash('sha256').update(JSON.stringify(fill)).digest('hex')
  const pieces = Math.ceil(fill.rows / rowsAtOnce)
  const done = await warehouse.query<{ piece: number }>(
    'SELECT piece FROM bench_fills WHERE name = {table:String} AND digest = {digest:String}',
    { table, digest },
  )
  if (done.length === 0) await warehouse.command(`TRUNCATE TABLE ${table}`)
  // The last piece is told when all are merged.
  if (done.length > pieces) return
  process.stderr.write(`  filling ${table}, ${fill.rows.toLocaleString('en-US')} rows …\n`)
  const tell = (piece: number) =>
    warehouse.command(`INSERT INTO bench_fills VALUES ('${table}', '${digest}', ${piece})`)
  for (let piece = done.length; piece < pieces; piece++) {
    const first = piece * rowsAtOnce
    const count = Math.min(rowsAtOnce, fill.rows - first)
    await warehouse.command(
      `INSERT INTO ${table} (${Object.keys(fill.columns).join(', ')})
       SELECT ${Object.values(fill.columns).join(', ')} FROM numbers(${first}, ${count})`,
    )
    await tell(piece)
  }
  const partitions = await warehouse.query<{ id: string }>(
    `SELECT DISTINCT partition_id AS id FROM system.parts
     WHERE active AND database = currentDatabase() AND table = {table:String}`,
    { table },
  )
  for (const { id } of partitions) {
    await warehouse.command(`OPTIMIZE TABLE ${table} PARTITION ID '${id}' FINAL`)
  }
  await tell(pieces)
}
