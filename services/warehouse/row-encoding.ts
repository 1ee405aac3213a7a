import type { Row } from './warehouse.ts'

/** Rows as the body of an insert. */
export interface EncodedRows {
  readonly columns: readonly string[]
  /** One JSON array a row, in the order of `columns`, each on a line of its own. */
  readonly piece: Buffer
}

/** A piece is sent again as a whole if it fails, and is parsed in memory on the other side. */
const pieceCharactersMax = 16 * 2 ** 20

/** A row that lacks a column which another has gets that column's default. */
export function* encodeRows(rows: readonly Row[]): Generator<EncodedRows> {
  const columns = columnsOf(rows)
  let lines: string[] = []
  let characters = 0
  for (const row of rows) {
    const line = JSON.stringify(columns.map((column) => row[column] ?? null))
    lines.push(line)
    characters += line.length
    if (characters >= pieceCharactersMax) {
      yield { columns, piece: Buffer.from(lines.join('\n')) }
      lines = []
      characters = 0
    }
  }
  if (lines.length > 0) yield { columns, piece: Buffer.from(lines.join('\n')) }
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
