import { encodeNative, type ColumnTypes } from './native-encoding.ts'
import type { Row } from './warehouse.ts'

/** Rows as the body of an insert. */
export interface EncodedRows {
  readonly columns: readonly string[]
  readonly format: 'Native' | 'JSONCompactEachRow'
  readonly piece: Buffer
}

/** A piece is sent again as a whole if it fails, and makes at least one part of a table. */
const pieceBytesMax = 32 * 2 ** 20
const blockRowsMax = 8_192

/**
 * Rows in pieces that can be sent one by one, in ClickHouse's own format where the types are known and the values agree
 * with them. A row that lacks a column which another has gets that column's default.
 */
export function* encodeRows(
  rows: readonly Row[],
  types: ColumnTypes | null,
): Generator<EncodedRows> {
  const columns = columnsOf(rows)
  let blocks: Buffer[] = []
  let bytes = 0
  let format: EncodedRows['format'] = types === null ? 'JSONCompactEachRow' : 'Native'
  const piece = (): EncodedRows => ({ columns, format, piece: Buffer.concat(blocks) })
  for (let from = 0; from < rows.length; from += blockRowsMax) {
    const some = rows.slice(from, from + blockRowsMax)
    const native = format === 'Native' && types !== null ? encodeNative(some, columns, types) : null
    if (native === null && format === 'Native') {
      if (blocks.length > 0) yield piece()
      blocks = []
      bytes = 0
      format = 'JSONCompactEachRow'
    }
    const block = native ?? encodeJson(some, columns)
    blocks.push(block)
    bytes += block.length
    if (bytes < pieceBytesMax) continue
    yield piece()
    blocks = []
    bytes = 0
  }
  if (blocks.length > 0) yield piece()
}

/** One JSON array a row, in the order of the columns, each on a line of its own. */
function encodeJson(rows: readonly Row[], columns: readonly string[]): Buffer {
  const lines = rows.map((row) => JSON.stringify(columns.map((column) => row[column] ?? null)))
  return Buffer.from(`${lines.join('\n')}\n`)
}

function columnsOf(rows: readonly Row[]): readonly string[] {
  const columns = new Set<string>()
  let previous = -1
  for (const row of rows) {
    const names = Object.keys(row)
    // Rows of one table nearly always have the same columns; looking at each name of each row would cost more than the rest.
    if (names.length === previous && names.every((name) => columns.has(name))) continue
    for (const name of names) columns.add(name)
    previous = columns.size
  }
  return [...columns]
}
