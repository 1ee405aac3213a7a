import type { Instant, Span } from '../../schemas/events/instant.ts'
import { intervalMetrics, type IntervalTable } from '../../schemas/metrics/catalogue.ts'
import type { Metric } from '../../schemas/metrics/metric.ts'
import { dayMs, dayStart, intervalStart, quarterHourMs } from '../../services/time/interval.ts'
import {
  isoCalendar,
  localPeriods,
  periodKey,
  type Grain,
  type LocalPeriod,
} from '../../services/time/local-period.ts'
import { offsetSpans } from '../../services/time/zone.ts'
import type { PlainRow } from './fold-all.ts'

/** The rows of some keys over one local period: their base intervals, each with its rows; a row that is missing is zeros. */
export interface Period {
  readonly period: LocalPeriod
  readonly bases: readonly { readonly start: Instant; readonly rows: readonly PlainRow[] }[]
}

/** Base rows by local period, for a zone and a grain: the periods that have any, none of them cut. */
export function periodsOf(
  rows: readonly PlainRow[],
  zone: string,
  grain: Grain,
): readonly Period[] {
  const starts = rows.map((row) => Number(row['interval_start']))
  if (starts.length === 0) return []
  const span: Span = {
    from: dayStart(Math.min(...starts)) - 2 * dayMs,
    to: dayStart(Math.max(...starts)) + 3 * dayMs,
  }
  const byStart = grouped(rows, (row) => Number(row['interval_start']))
  const grid = { grain, calendar: isoCalendar }
  const bases = new Map<number, { start: Instant; rows: readonly PlainRow[] }[]>()
  for (const stretch of offsetSpans(zone, span, quarterHourMs)) {
    for (let start = stretch.from; start < stretch.to; start += quarterHourMs) {
      const key = periodKey(start, stretch, grid)
      const own = bases.get(key) ?? []
      bases.set(key, own)
      own.push({ start, rows: byStart.get(start) ?? [] })
    }
  }
  return localPeriods(span, { zone, ...grid, intervalMs: quarterHourMs })
    .map((period) => ({ period, bases: bases.get(period.key) ?? [] }))
    .filter((one) => one.bases.some((base) => base.rows.length > 0))
}

export function grouped<T, Key>(items: readonly T[], keyOf: (item: T) => Key): Map<Key, T[]> {
  const groups = new Map<Key, T[]>()
  for (const item of items) {
    const key = keyOf(item)
    const own = groups.get(key)
    if (own === undefined) groups.set(key, [item])
    else own.push(item)
  }
  return groups
}

/** One row of a period: section 5 of the dictionary, with the last of a period that is not over as U20 says. */
export function rolledUp(table: IntervalTable, { bases }: Period, asOf: Instant): PlainRow {
  const first = bases[0]?.start ?? 0
  const last = Math.min(bases.at(-1)?.start ?? 0, intervalStart(asOf - 1, quarterHourMs))
  const of = (start: Instant) => bases.find((base) => base.start === start)?.rows ?? []
  const parts = { all: bases.flatMap(({ rows }) => rows), first: of(first), last: of(last) }
  return Object.fromEntries(
    intervalMetrics[table].map((metric: Metric) => [metric.name, valueOf(metric, parts)]),
  )
}

function valueOf(
  { name, rollUp }: Metric,
  { all, first, last }: Readonly<Record<'all' | 'first' | 'last', readonly PlainRow[]>>,
): unknown {
  const values = (rows: readonly PlainRow[]) => rows.map((row) => Number(row[name] ?? 0))
  const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0)
  switch (rollUp) {
    case 'sum':
      return sum(values(all))
    case 'max':
      return Math.max(0, ...values(all))
    case 'first':
      return sum(values(first))
    case 'last':
      return sum(values(last))
    case 'last-max':
      return Math.max(0, ...values(last))
    case 'histogram':
      return addedUp(all.flatMap((row) => (Array.isArray(row[name]) ? [row[name]] : [])))
  }
}

function addedUp(histograms: readonly (readonly unknown[])[]): readonly number[] {
  const [first = []] = histograms
  return first.map((_, bucket) =>
    histograms.reduce((total, counts) => total + Number(counts[bucket] ?? 0), 0),
  )
}
