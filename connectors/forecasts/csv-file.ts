import type { ForecastOf } from '../../schemas/events/forecast.ts'
import type { Instant } from '../../schemas/events/instant.ts'
import { readInstant } from '../../services/time/zone.ts'
import { readCsvTable, type Cells } from '../csv-table.ts'
import type { FileFault } from '../file-fault.ts'
import { forecastsOf, type ReadForecasts } from './forecast.ts'

// A forecast as CSV: a header line, an interval of a queue, channel or skill a line, in any order of lines and columns.

const needed = ['interval_start', 'offered'] as const
const ofWhat = ['queue', 'channel', 'skill'] as const
const optional = [...ofWhat, 'aht_seconds', 'staff'] as const

/** How long an interval may be, in minutes. */
export const intervalMinutes = [15, 30, 60] as const

const minuteMs = 60_000
const quarterHourMs = 15 * minuteMs

/**
 * Reads a forecast; times without an offset are local times of `zone`. Intervals are as long as is said, else as the least
 * distance between two of the same queue, channel and skill.
 */
export function readCsvForecasts(
  text: string,
  zone: string,
  minutes: number | null,
): ReadForecasts {
  const table = readCsvTable(text, needed, optional)
  if ('faults' in table) return { kind: 'refused', faults: table.faults }
  const faults: FileFault[] = []
  const rows: Row[] = []
  for (const { line, cells } of table.rows) {
    const place = `line ${line}`
    const read = readRow(cells, zone)
    if ('faults' in read) faults.push(...read.faults.map((fault) => ({ place, ...fault })))
    else rows.push({ ...read, place })
  }
  const length = minutes ?? leastMinutes(rows)
  if (faults.length === 0 && !intervalMinutes.some((known) => known === length)) {
    const detail =
      length === null
        ? 'no two intervals tell how long one is: say it'
        : `intervals are ${length} minutes apart, so nobody can tell how long one is: say it`
    faults.push({
      place: '',
      field: 'interval_minutes',
      detail,
      choices: intervalMinutes.map(String),
    })
  }
  if (faults.length > 0 || length === null) return { kind: 'refused', faults }
  return forecastsOf(
    rows.map(({ of, place, from, ...told }) => ({
      ...{ of, place, named: { place, field: 'queue' } },
      interval: { from, to: from + length * minuteMs, ...told },
    })),
  )
}

interface ReadRow {
  readonly of: ForecastOf
  readonly from: Instant
  readonly offered: number
  readonly ahtMs: number | null
  readonly staff: number | null
}

interface Row extends ReadRow {
  readonly place: string
}

function readRow(
  cells: Cells,
  zone: string,
): ReadRow | { readonly faults: readonly Omit<FileFault, 'place'>[] } {
  const faults: Omit<FileFault, 'place'>[] = []
  const number = (field: 'offered' | 'aht_seconds' | 'staff'): number | null => {
    const text = cells[field] ?? ''
    if (text === '') return null
    if (/^\d+(\.\d+)?$/.test(text)) return Number(text)
    faults.push({ field, detail: 'is no number of 0 or more, such as 12.5' })
    return null
  }
  const of = { queue: '', channel: '', skill: '' }
  for (const field of ofWhat) of[field] = cells[field] ?? ''
  if (ofWhat.every((field) => of[field] === '')) {
    faults.push({ field: 'queue', detail: 'neither queue nor channel nor skill is told' })
  }
  const start = cells['interval_start'] ?? ''
  const read = readInstant(start, zone)
  const from = read.kind === 'instant' ? read.at : 0
  if (read.kind === 'wrong') {
    faults.push({ field: 'interval_start', detail: start === '' ? 'is empty' : read.detail })
  } else if (from % quarterHourMs !== 0) {
    faults.push({ field: 'interval_start', detail: 'is on no quarter of an hour' })
  }
  const offered = number('offered')
  if (cells['offered'] === '') faults.push({ field: 'offered', detail: 'is empty' })
  const aht = number('aht_seconds')
  const staff = number('staff')
  if (faults.length > 0 || offered === null) return { faults }
  return { of, from, offered, ahtMs: aht === null ? null : Math.round(aht * 1000), staff }
}

function leastMinutes(rows: readonly Row[]): number | null {
  const starts = new Map<string, Instant[]>()
  for (const { of, from } of rows) {
    const name = JSON.stringify(of)
    starts.set(name, [...(starts.get(name) ?? []), from])
  }
  const distances = [...starts.values()].flatMap((own) => {
    const inTime = own.toSorted((a, b) => a - b)
    return inTime.slice(1).map((from, index) => from - (inTime[index] ?? from))
  })
  // An interval that stands twice is a fault of its own.
  const least = Math.min(...distances.filter((distance) => distance > 0))
  return Number.isFinite(least) ? least / minuteMs : null
}
