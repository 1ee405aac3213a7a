import { z } from 'zod'
import { plannedSegmentSchema } from '../../schemas/events/schedule.ts'
import { readInstant } from '../../services/time/zone.ts'
import { readCsvTable, type Cells } from '../csv-table.ts'
import type { FileFault } from '../file-fault.ts'
import { plansOf, type AgentPlan, type ReadPlans } from './plan.ts'

// A plan as CSV: a header line, one segment a line, in any order of columns.

const needed = ['agent', 'start', 'end', 'code'] as const
const optional = [
  ...['name', 'schedule_date', 'tracked', 'paid', 'productive', 'time_off', 'overtime'],
] as const

/** Reads a plan; times without an offset are local times of `zone`. */
export function readCsvPlans(text: string, zone: string): ReadPlans {
  const table = readCsvTable(text, needed, optional)
  if ('faults' in table) return { kind: 'refused', faults: table.faults }
  const faults: FileFault[] = []
  const told: AgentPlan[] = []
  for (const { line, cells } of table.rows) {
    const read = readRow(cells, zone)
    const place = `line ${line}`
    if ('told' in read) told.push({ ...read.told, named: { place, field: 'agent' } })
    else faults.push(...read.faults.map((fault) => ({ place, ...fault })))
  }
  return faults.length > 0
    ? { kind: 'refused', faults }
    : { kind: 'understood', plans: plansOf(told) }
}

type RowFault = Omit<FileFault, 'place'>

function readRow(
  cells: Cells,
  zone: string,
): { readonly told: Omit<AgentPlan, 'named'> } | { readonly faults: readonly RowFault[] } {
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
  const segments = [plannedSegmentSchema.parse({ ...segment, date: date.data })]
  return { told: { agent, segments } }
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
