import { CsvError } from 'csv-parse'
import { parse } from 'csv-parse/sync'
import { z } from 'zod'
import { plannedSegmentSchema } from '../../schemas/events/schedule.ts'
import { readInstant } from '../../services/time/zone.ts'
import { plansOf, type PlanFault, type ReadPlans, type ToldSegment } from './plan.ts'

// A plan as CSV: a header line, one segment a line, in any order of columns.

const needed = ['agent', 'start', 'end', 'code'] as const
const optional = [
  ...['name', 'schedule_date', 'tracked', 'paid', 'productive', 'time_off', 'overtime'],
] as const
const known: readonly string[] = [...needed, ...optional]

type Cells = Readonly<Record<string, string>>

/** Reads a plan; times without an offset are local times of `zone`. */
export function readCsvPlans(text: string, zone: string): ReadPlans {
  const table = tableOf(text)
  if ('faults' in table) return { kind: 'refused', faults: table.faults }
  const faults: PlanFault[] = []
  const told: ToldSegment[] = []
  for (const { line, cells } of table.rows) {
    const read = readRow(cells, zone)
    if ('told' in read) told.push(read.told)
    else faults.push(...read.faults.map((fault) => ({ place: `line ${line}`, ...fault })))
  }
  return faults.length > 0
    ? { kind: 'refused', faults }
    : { kind: 'understood', plans: plansOf(told) }
}

interface Table {
  readonly rows: readonly { readonly line: number; readonly cells: Cells }[]
}

function tableOf(text: string): Table | { readonly faults: readonly PlanFault[] } {
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
  const faults = headerFaults(columns)
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

function headerFaults(columns: readonly string[]): readonly PlanFault[] {
  const fault = (field: string, detail: string): PlanFault => ({
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

type RowFault = Omit<PlanFault, 'place'>

function readRow(
  cells: Cells,
  zone: string,
): { readonly told: ToldSegment } | { readonly faults: readonly RowFault[] } {
  const faults: RowFault[] = []
  const textOf = (field: (typeof needed)[number]) => {
    const text = cells[field] ?? ''
    if (text === '') faults.push({ field, detail: 'is empty' })
    return text
  }
  const instant = (field: 'start' | 'end') => {
    const text = textOf(field)
    if (text === '') return 0
    const read = readInstant(text, zone)
    if (read.kind === 'instant') return read.at
    faults.push({ field, detail: read.detail })
    return 0
  }
  const flag = <T>(field: (typeof optional)[number], otherwise: T): boolean | T => {
    const text = cells[field] ?? ''
    if (text === '') return otherwise
    const value = flags.get(text.toLowerCase())
    if (value !== undefined) return value
    faults.push({ field, detail: 'is neither yes nor no', choices: [...flags.keys()] })
    return otherwise
  }
  const agent = textOf('agent')
  const [from, to] = [instant('start'), instant('end')]
  if (faults.length === 0 && to <= from) faults.push({ field: 'end', detail: 'is not after start' })
  const timeOff = flag('time_off', false)
  const segment = {
    ...{ from, to, code: textOf('code'), name: cells['name'] ?? '', timeOff },
    // Nobody keeps to time off.
    tracked: flag('tracked', !timeOff),
    ...{ paid: flag('paid', null), productive: flag('productive', null) },
    overtime: flag('overtime', false),
  }
  const date = dateOf(cells)
  if (!date.success)
    faults.push({ field: 'schedule_date', detail: 'is no date, such as 2026-03-02' })
  if (faults.length > 0 || !date.success) return { faults }
  return { told: { agent, segment: plannedSegmentSchema.parse({ ...segment, date: date.data }) } }
}

const flags: ReadonlyMap<string, boolean> = new Map([
  ...(['yes', 'true', '1'] as const).map((text) => [text, true] as const),
  ...(['no', 'false', '0'] as const).map((text) => [text, false] as const),
])

function dateOf(cells: Cells) {
  const text = cells['schedule_date'] ?? ''
  return z.iso
    .date()
    .nullable()
    .safeParse(text === '' ? null : text)
}
