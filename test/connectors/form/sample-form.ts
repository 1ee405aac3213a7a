import { parse } from 'csv-parse/sync'
import { z } from 'zod'
import { intervalFormSchema, type IntervalForm } from '../../../connectors/form/interval-form.ts'
import type { IntervalRow, QueueIdentity } from '../../../connectors/interval-row.ts'

export const quarter = 900_000
export const columns = [
  { name: 'Start', time: 'yyyy-MM-dd HH:mm' },
  { name: 'Queue', text: '{queue.name}' },
  { name: 'Answered', metric: 'answered_count' },
  { name: 'Talk', metric: 'talk_wce_ms' },
  { name: 'Longest', metric: 'wait_max_ms', unit: 'ms' },
  { name: 'Waiting', metric: 'waiting_eoi_count' },
]

export function form(own: Readonly<Record<string, unknown>> = {}): IntervalForm {
  return intervalFormSchema.parse({
    ...{ rows: 'queues', file: 'q_{from:yyyyMMddHHmm}.csv', format: { kind: 'csv' }, columns },
    ...own,
  })
}

export function queue(name: string, own: Partial<QueueIdentity> = {}): QueueIdentity {
  return { id: `WQ-${name}`, channel: 'voice', direction: 'inbound', number: null, name, ...own }
}

export function row(
  from: number,
  values: IntervalRow['values'],
  of: QueueIdentity = queue('A'),
): IntervalRow {
  return { from, queue: of, agent: null, values }
}

/** The lines of a file as objects by its header, read by a library of others. */
export function csvOf(text: string, own: object = {}): readonly Readonly<Record<string, string>>[] {
  return z.array(z.record(z.string(), z.string())).parse(parse(text, { columns: true, ...own }))
}
