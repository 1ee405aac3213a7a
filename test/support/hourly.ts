import type { z } from 'zod'
import { intervalMetrics, type IntervalTable } from '../../schemas/metrics/catalogue.ts'
import { definitionsSchema } from '../../schemas/events/definitions.ts'
import {
  nothingKnown,
  withDefinitions,
  type Knowledge,
} from '../../services/projections/definitions.ts'
import { intervalStart } from '../../services/time/interval.ts'
import type { PlainRow } from './fold-all.ts'

const hourMs = 3_600_000

/** What a ledger knows whose intervals are this long, and nothing else but what is told. */
export function intervalsOfMinutes(
  intervalMinutes: 5 | 15 | 30,
  told: z.input<typeof definitionsSchema> = {},
): Knowledge {
  const of = definitionsSchema.parse({ ...told, intervalMinutes })
  return withDefinitions(nothingKnown, [{ from: 0, id: 'length', of }])
}

/**
 * The rows of an interval table by the hour, each metric put together as the catalogue says; one line a value that is not 0.
 * How one person's time is divided among his queues differs by milliseconds with the borders that cut it, so that is
 * told by agent.
 */
export function hourly(
  table: IntervalTable,
  rows: readonly PlainRow[],
  intervalMs: number,
  asOf: number,
): readonly string[] {
  const metrics = intervalMetrics[table]
  const names = new Set<string>(metrics.map(({ name }) => name))
  const hours = new Map<string, number>()
  for (const row of rows) {
    const start = Number(row['interval_start'])
    const hour = intervalStart(start, hourMs)
    const last = Math.min(hour + hourMs - intervalMs, intervalStart(asOf - 1, intervalMs))
    const key = Object.entries(row).filter(
      ([name]) => !names.has(name) && name !== 'interval_start',
    )
    for (const { name, rollUp } of metrics) {
      const own = name === 'focus_tti_ms' ? row['agent'] : key
      for (const [bucket, value] of numbersOf(row[name]).entries()) {
        const at = JSON.stringify([hour, own, name, bucket])
        const before = hours.get(at) ?? 0
        if (rollUp === 'max') hours.set(at, Math.max(before, value))
        else if (rollUp === 'sum' || rollUp === 'histogram') hours.set(at, before + value)
        else if (start === (rollUp === 'first' ? hour : last)) hours.set(at, value)
      }
    }
  }
  return [...hours]
    .filter(([, value]) => value !== 0)
    .map(([at, value]) => `${at} ${value}`)
    .sort()
}

function numbersOf(value: unknown): readonly number[] {
  if (Array.isArray(value)) return value.map(Number)
  return [Number(value ?? 0)]
}
