import type { Instant } from '../../schemas/events/instant.ts'
import { intervalMetrics, type IntervalTable } from '../../schemas/metrics/catalogue.ts'
import { histogramBoundsMs } from '../../schemas/metrics/metric.ts'
import type { OwnRow } from './projection.ts'

/** The record of the ledger that changed what was out. */
export interface Cause {
  readonly id: string
  readonly type: string
  readonly at: Instant
  /** Its place in the ledger. */
  readonly position: number
  /** When the ledger had it: never before what stands before it. */
  readonly recordedAt: Instant
}

/** A row that was out and is now another. */
export interface Restated {
  readonly table: IntervalTable
  /** As in its table, the shard included. */
  readonly key: OwnRow['key']
  readonly standing: 'final' | 'delivered'
  readonly cause: Cause
  /** Null: there was no row, or there is none any more. */
  readonly old: OwnRow['values'] | null
  readonly now: OwnRow['values'] | null
}

/** One row of `restatements` for each column that changed. A row that is not there has zeros. */
export function restatements(restated: Restated): readonly OwnRow[] {
  const { table, key, standing, cause } = restated
  return intervalMetrics[table].flatMap(({ name, rollUp }): readonly OwnRow[] => {
    const isHistogram = rollUp === 'histogram'
    const [old, now] = [restated.old?.[name], restated.now?.[name]]
    const values = isHistogram
      ? { old_hist: bucketsOf(old), new_hist: bucketsOf(now) }
      : { old_value: Number(old ?? 0), new_value: Number(now ?? 0) }
    if (isUnchanged(values)) return []
    return [
      {
        table: 'restatements',
        key: {
          table_name: table,
          ...noKey,
          ...key,
          column_name: name,
          position: cause.position,
        },
        values: {
          ...{ old_value: 0, new_value: 0, old_hist: [], new_hist: [] },
          ...values,
          standing,
          cause_id: cause.id,
          cause_type: cause.type,
          caused_at: cause.at,
          recorded_at: cause.recordedAt,
        },
      },
    ]
  })
}

/** Every interval table's key, for those that a table does not have. */
const noKey = {
  workspace: '',
  queue: '',
  agent: '',
  activity: '',
  channel: '',
  direction: '',
} as const

function bucketsOf(value: unknown): readonly number[] {
  return Array.isArray(value)
    ? value.map(Number)
    : new Array<number>(histogramBoundsMs.length + 1).fill(0)
}

function isUnchanged(values: Readonly<Record<string, unknown>>): boolean {
  const [old, now] = Object.values(values)
  return JSON.stringify(old) === JSON.stringify(now)
}
