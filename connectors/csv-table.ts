import { CsvError } from 'csv-parse'
import { parse } from 'csv-parse/sync'
import { z } from 'zod'
import type { FileFault } from './file-fault.ts'

/** By column what stands there, without blanks around it; empty where nothing does. */
export type Cells = Readonly<Record<string, string>>

export interface CsvRow {
  readonly line: number
  readonly cells: Cells
}

/** Reads a table whose header names these columns, in any order, each once; `needed` ones must be there. */
export function readCsvTable(
  text: string,
  needed: readonly string[],
  optional: readonly string[],
): { readonly rows: readonly CsvRow[] } | { readonly faults: readonly FileFault[] } {
  let records: readonly { readonly info: { readonly lines: number }; readonly record: string[] }[]
  try {
    records = recordsSchema.parse(
      parse(text, { bom: true, info: true, skip_empty_lines: true, trim: true }),
    )
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    const line = z.int().catch(1).parse(error['lines'])
    return { faults: [{ place: `line ${line}`, field: '', detail: csvDetail(error.code) }] }
  }
  const [header, ...rows] = records
  const columns = header?.record ?? []
  const faults = headerFaults(columns, needed, [...needed, ...optional])
  if (faults.length > 0) return { faults }
  return {
    rows: rows.map(({ info, record }) => ({
      line: info.lines,
      cells: Object.fromEntries(columns.map((column, index) => [column, record[index] ?? ''])),
    })),
  }
}

const recordsSchema = z.array(
  z.object({ info: z.object({ lines: z.int() }), record: z.array(z.string()) }),
)

function csvDetail(code: string): string {
  return code === 'CSV_RECORD_INCONSISTENT_FIELDS_LENGTH'
    ? 'has not as many fields as the header'
    : `is no CSV (${code})`
}

function headerFaults(
  columns: readonly string[],
  needed: readonly string[],
  known: readonly string[],
): readonly FileFault[] {
  const fault = (field: string, detail: string): FileFault => ({
    ...{ place: 'line 1', field, detail },
    choices: known,
  })
  return [
    ...needed
      .filter((name) => !columns.includes(name))
      .map((name) => fault(name, 'this column is missing')),
    ...columns
      .filter((name) => !known.includes(name))
      .map((name) => fault(name.slice(0, 60), 'there is no such column')),
    ...columns
      .filter((name, index) => columns.indexOf(name) !== index)
      .map((name) => fault(name.slice(0, 60), 'stands twice')),
  ]
}
