import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import {
  intervalMetrics,
  intervalTables,
  type IntervalTable,
} from '../../schemas/metrics/catalogue.ts'
import { placementsOf, type Topic } from '../../services/log/topics.ts'
import { together, type CellQuestion } from '../../services/projections/explanation.ts'
import type { LedgerReading } from '../../services/runner/ledger-reading.ts'
import { logEnd } from './arbitrary-log.ts'
import type { PlainRow } from './fold-all.ts'

// A log as explanations are held against it: read as the warehouse would have it, and without one of its events.

export type Tables = ReadonlyMap<string, readonly PlainRow[]>

export const intervalMs = 900_000

export const endOf = (log: readonly LedgerEvent[]) =>
  Math.max(logEnd, ...log.map(({ at }) => at + 1))
export const less = (log: readonly LedgerEvent[], id: string) =>
  log.filter((event) => event.id !== id)

export function under(log: readonly LedgerEvent[], topic: Topic, keys: readonly string[]) {
  const wanted = new Set(keys)
  return log.filter((event) =>
    placementsOf(event).some((place) => place.topic === topic && wanted.has(place.key)),
  )
}

/** The log as the warehouse would have it. */
export function readingOf(log: readonly LedgerEvent[]): LedgerReading {
  return {
    timelines: (topic, entities) => Promise.resolve(under(log, topic, entities)),
    lifecycles: (workers) =>
      Promise.resolve(
        under(log, 'ledgerline.workers', workers).filter(({ type }) =>
          ['worker.created', 'worker.deleted'].includes(type),
        ),
      ),
    shift: (worker) => Promise.resolve(under(log, 'ledgerline.workers', [worker])),
  }
}

/** What the tables say in the cell. */
export function valueIn(
  tables: Tables,
  { table, key, from, metric }: CellQuestion,
): readonly number[] {
  const rows = (tables.get(table) ?? []).filter(
    (row) =>
      row['interval_start'] === from &&
      Object.entries(key).every(([name, value]) => row[name] === value),
  )
  const values = rows.map((row) => [row[metric.name] ?? 0].flat().map(Number))
  return together(metric, values)
}

/** A number of a row that is not 0, asked for by all of the row's key or by some of it. */
export function someCell(
  tables: Tables,
  seed: number,
  among: readonly IntervalTable[] = intervalTables,
): CellQuestion | null {
  const cells = among.flatMap((table) =>
    (tables.get(table) ?? []).flatMap((row) => {
      const names = new Set<string>(intervalMetrics[table].map(({ name }) => name))
      const keys = Object.entries(row).filter(
        ([name]) => !names.has(name) && name !== 'interval_start',
      )
      return intervalMetrics[table]
        .filter(({ name }) => [row[name] ?? 0].flat().some((value) => value !== 0))
        .map((metric): CellQuestion => ({
          ...{ table, metric, from: Number(row['interval_start']) },
          key: Object.fromEntries(keys.slice(0, 1 + (seed % keys.length)).map(textual)),
        }))
    }),
  )
  return cells[seed % Math.max(1, cells.length)] ?? null
}

const textual = ([name, value]: readonly [string, unknown]) => [name, String(value)] as const
