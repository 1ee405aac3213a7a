import { ByteWriter } from './byte-writer.ts'
import { nativeColumn, type NativeColumn } from './native-columns.ts'
import type { Row } from './warehouse.ts'

/** The columns of a table, by name, with their types as ClickHouse words them. */
export type ColumnTypes = ReadonlyMap<string, string>

/** `table` may name its database. */
export const columnsQuery = `SELECT name, type FROM system.columns
  WHERE (database = currentDatabase() AND table = {table:String})
    OR concat(database, '.', table) = {table:String}`

/** What that query answers. */
export function columnTypesOf(rows: readonly unknown[]): ColumnTypes {
  return new Map(rows.flatMap((row) => (isColumn(row) ? [[row.name, row.type] as const] : [])))
}

function isColumn(row: unknown): row is { readonly name: string; readonly type: string } {
  return typeof row === 'object' && row !== null && 'name' in row && 'type' in row
}

/**
 * One block of ClickHouse's Native format: column by column, so that neither side looks at a name or a quotation mark a
 * value. Several times as fast as JSON on both. Null where a row says something else than the types do: JSON is then the
 * way, whose reader forgives more and names the fault.
 */
export function encodeNative(
  rows: readonly Row[],
  columns: readonly string[],
  types: ColumnTypes,
): Buffer | null {
  const writer = new ByteWriter(rows.length * columns.length * bytesOfValue)
  writer.varint(columns.length)
  writer.varint(rows.length)
  for (const name of columns) {
    const column = columnOf(types.get(name))
    if (column === null) return null
    writer.text(name)
    writer.text(column.type)
    if (!column.write(rows, name, writer)) return null
  }
  return writer.done()
}

/** About as many as there are on average; should they be more, the writer grows. */
const bytesOfValue = 24

const known = new Map<string, NativeColumn | null>()

function columnOf(type: string | undefined): NativeColumn | null {
  if (type === undefined) return null
  const found = known.get(type)
  if (found !== undefined) return found
  const column = nativeColumn(type)
  known.set(type, column)
  return column
}
