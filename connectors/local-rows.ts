import type { Instant } from '../schemas/events/instant.ts'
import { intervalMetrics } from '../schemas/metrics/catalogue.ts'
import { offsetSpans } from '../services/time/zone.ts'
import type { QueueRow } from './queue-row.ts'

/** A row by the wall clock of a zone: `2026-03-08T01:30`. */
export interface LocalRow extends Omit<QueueRow, 'from'> {
  readonly local: string
}

/**
 * Rows by the wall clock of a zone, for a target that has no offsets: the hour that comes twice is one, with the sums of
 * both and the greater of maxima; the hour that never comes has no rows. In UTC nothing of that happens.
 */
export function localRows(
  rows: readonly QueueRow[],
  zone: string,
  intervalMs: number,
): readonly LocalRow[] {
  const labelOf = labels(rows, zone, intervalMs)
  const merged = new Map<string, LocalRow>()
  for (const { from, queue, values } of rows) {
    const local = labelOf(from)
    const key = `${local} ${queue.number}`
    const before = merged.get(key)
    merged.set(key, {
      local,
      queue,
      values: before === undefined ? values : sums(before.values, values),
    })
  }
  return [...merged.values()]
}

function labels(
  rows: readonly QueueRow[],
  zone: string,
  intervalMs: number,
): (at: Instant) => string {
  const starts = rows.map(({ from }) => from)
  const span = {
    from: starts.reduce((a, b) => Math.min(a, b), Infinity),
    to: starts.reduce((a, b) => Math.max(a, b), -Infinity) + intervalMs,
  }
  const spans = rows.length === 0 ? [] : offsetSpans(zone, span, intervalMs)
  return (at) => {
    const offsetMs = spans.find(({ from, to }) => from <= at && at < to)?.offsetMs ?? 0
    return new Date(at + offsetMs).toISOString().slice(0, 16)
  }
}

function sums(a: QueueRow['values'], b: QueueRow['values']): QueueRow['values'] {
  const names = new Set([...Object.keys(a), ...Object.keys(b)])
  return Object.fromEntries(
    [...names].map((name) => {
      const [one, other] = [a[name] ?? 0, b[name] ?? 0]
      return [name, maxima.has(name) ? Math.max(one, other) : one + other]
    }),
  )
}

const maxima: ReadonlySet<string> = new Set(
  intervalMetrics.queue_intervals.filter(({ rollUp }) => rollUp === 'max').map(({ name }) => name),
)
