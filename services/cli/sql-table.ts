/** Rows in ClickHouse's TabSeparatedWithNamesAndTypes, as a person reads them. */
export interface ShownRows {
  /** Empty if there is no column. */
  readonly text: string
  readonly rows: number
  /** There were more rows than were to be shown. */
  readonly isCut: boolean
}

/**
 * Columns side by side, numbers to the right. Cells stay escaped as they came: what a customer has written must not be able
 * to move the cursor of whoever reads it.
 */
export function showRows(tsv: string, rowsMax: number): ShownRows {
  const [names, types = [], ...rows] = tsv
    .split('\n')
    .slice(0, -1)
    .map((line) => line.split('\t').map(plain))
  if (names === undefined) return { text: '', rows: 0, isCut: false }
  const shown = rows.slice(0, rowsMax)
  const widths = names.map((name, column) =>
    Math.max(...[name, ...shown.map((row) => row[column] ?? '')].map(widthOf)),
  )
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => {
        const gap = ' '.repeat((widths[column] ?? 0) - widthOf(cell))
        return isNumber.test(types[column] ?? '') ? gap + cell : cell + gap
      })
      .join('  ')
      .trimEnd()
  const rule = widths.map((width) => '-'.repeat(width)).join('  ')
  const text = [line(names), rule, ...shown.map(line)].join('\n')
  return { text, rows: shown.length, isCut: rows.length > rowsMax }
}

const isNumber = /^(?:Nullable\(|LowCardinality\()*(?:U?Int\d+|B?Float\d+|Decimal)/

/** Most control characters come as they are; only the commonest are escaped by ClickHouse. */
function plain(cell: string): string {
  if (cell === '\\N') return 'NULL'
  return (
    cell
      .replaceAll("\\'", "'")
      // eslint-disable-next-line no-control-regex -- they are what is looked for
      .replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, (sign) => {
        return `\\x${sign.charCodeAt(0).toString(16).padStart(2, '0')}`
      })
  )
}

/** In characters as a terminal counts most of them. */
function widthOf(text: string): number {
  return Array.from(text).length
}
