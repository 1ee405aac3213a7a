import { offsetSpans } from '../../services/time/zone.ts'
import type { IntervalBatch, IntervalRow } from '../interval-row.ts'
import type { WriteFault } from '../written.ts'
import { nameOf } from './columns.ts'
import type { IntervalForm } from './interval-form.ts'

/** Why a span cannot be written in a form at all; null: it can. */
export function spanFault(
  { intervalMinutes, zone }: IntervalForm,
  { span, intervalMs }: Pick<IntervalBatch, 'span' | 'intervalMs'>,
): string | null {
  const targetMs = intervalMinutes * 60_000
  if (targetMs % intervalMs !== 0) {
    return `intervals of ${intervalMinutes} minutes cannot be made of rows of ${intervalMs / 60_000}`
  }
  if (span.from >= span.to) return 'the span has no intervals'
  const stretches = offsetSpans(zone, { from: span.from, to: span.to + intervalMs }, intervalMs)
  const localOf = (at: number) => at + (stretches.findLast(({ from }) => from <= at)?.offsetMs ?? 0)
  const isWhole = [span.from, span.to].every(
    (at) => at % intervalMs === 0 && localOf(at) % targetMs === 0,
  )
  return isWhole
    ? null
    : `the span is not of whole intervals of ${intervalMinutes} minutes in ${zone}`
}

/** All that is wrong with rows before anything is made of them. */
export function* rowFaults(
  { rows: whose }: IntervalForm,
  { rows, span, intervalMs }: IntervalBatch,
): Generator<WriteFault> {
  const seen = new Set<string>()
  for (const [index, row] of rows.entries()) {
    const { from, queue, agent, values } = row
    if ((queue === null) !== (whose === 'agents') || (agent === null) !== (whose === 'queues')) {
      yield { index, detail: `it is no row of ${whose}` }
    }
    if (from % intervalMs !== 0 || from < span.from || from >= span.to) {
      yield { index, detail: `it does not begin on an interval of the span` }
    }
    const key = keyOf(row)
    if (seen.has(key)) {
      yield { index, detail: `there is another row of ${nameOf(row)} in this interval` }
    }
    seen.add(key)
    for (const [name, value] of Object.entries(values)) {
      if (!Number.isSafeInteger(value) || value < 0)
        yield { index, detail: `${name} is no whole number` }
    }
  }
}

function keyOf({ from, queue, agent }: IntervalRow): string {
  return JSON.stringify([from, queue?.id, queue?.channel, queue?.direction, agent?.id])
}
