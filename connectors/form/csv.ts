import type { Format } from './interval-form.ts'

export type Cell = string | number
export type Csv = Extract<Format, { kind: 'csv' }>

/** Lines as RFC 4180 has them, but for what the form says: separator, quotes, line ends, header. */
export function csvText(
  names: readonly string[],
  lines: readonly (readonly Cell[])[],
  { separator, header, quote, lineEnd, byteOrderMark }: Csv,
): string {
  const end = lineEnd === 'crlf' ? '\r\n' : '\n'
  const written = (cell: Cell) => {
    const text = String(cell)
    const isNeeded = text.includes(separator) || /["\r\n]|^\s|\s$/.test(text)
    const isQuoted = quote === 'always' || (quote === 'needed' && isNeeded)
    return isQuoted ? `"${text.replaceAll('"', '""')}"` : text
  }
  const all = header ? [names, ...lines] : lines
  const text = all.map((line) => line.map(written).join(separator) + end).join('')
  return byteOrderMark ? `\uFEFF${text}` : text
}
