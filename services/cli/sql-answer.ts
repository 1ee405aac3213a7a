import { pipeline } from 'node:stream/promises'
import { CommandFailure } from './failure.ts'
import { askSql, textOf } from './sql-question.ts'
import type { SqlPlace } from './sql-place.ts'
import { showRows } from './sql-table.ts'
import type { Terminal } from './terminal.ts'

export const sqlFormats = ['table', 'csv', 'json', 'parquet'] as const
export type SqlFormat = (typeof sqlFormats)[number]

/** How answers are asked for and shown. */
export interface SqlManner {
  readonly format: SqlFormat
  readonly params: ReadonlyMap<string, string>
  readonly rowsMax: number | undefined
}

const tableFormat = 'TabSeparatedWithNamesAndTypes'
const engineFormats: Readonly<Record<SqlFormat, string>> = {
  table: tableFormat,
  csv: 'CSVWithNames',
  json: 'JSONEachRow',
  parquet: 'Parquet',
}

/** More than a person reads, and few enough to be laid out at once. */
const tableRowsMax = 1_000

/** Runs one statement and writes its answer to standard output. */
export async function answerSql(
  place: SqlPlace,
  sql: string,
  { format, params, rowsMax }: SqlManner,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<void> {
  const isTable = format === 'table'
  const most = rowsMax ?? (isTable ? tableRowsMax : undefined)
  const answer = await askSql(
    place,
    // One more than is shown tells whether there are more.
    { sql, params, format: engineFormats[format], rowsMax: isTable && most ? most + 1 : most },
    signal,
  )
  if (isTable && answer.format === tableFormat) {
    const { text, rows, isCut } = showRows(await textOf(answer.body), most ?? tableRowsMax)
    if (text !== '') terminal.out(text)
    if (isCut) terminal.err(`only the first ${rows} rows; --max-rows for more\n`)
    else if (terminal.input.isTerminal) terminal.err(`${rows} ${rows === 1 ? 'row' : 'rows'}\n`)
    return
  }
  if (terminal.output.isTerminal && isBinary.test(answer.format)) {
    answer.body.destroy()
    throw new CommandFailure(`${answer.format} is no text: send it to a file or a pipe`, 2)
  }
  await pipeline(answer.body, terminal.output.stream, { end: false })
}

const isBinary = /^(?:Parquet|Arrow|ORC|Native|RowBinary|Avro|MsgPack|BSON|Protobuf|CapnProto|Npy)/
