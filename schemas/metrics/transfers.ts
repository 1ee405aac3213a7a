import { atItsMoment } from './differences.ts'
import type { Metric } from './metric.ts'

/** Transfers, for the side that gives. */
export const transfers = [
  {
    name: 'transfers_initiated_count',
    attribution: 'event',
    rollUp: 'sum',
    unit: 'count',
    description: 'Transfers begun; they count for the queue of the giving reservation',
    formula: 'count of task.transfer-initiated',
    edges: 'For the queue of the reservation that gives',
    differs: atItsMoment,
  },
  {
    name: 'transferred_out_count',
    attribution: 'event',
    rollUp: 'sum',
    unit: 'count',
    description: 'Transfers completed',
    formula: 'count of task.transfer-completed',
    edges: 'For the queue of the reservation that gives',
    differs: { ...atItsMoment, genesys: 'About nTransferred', connect: 'Contacts transferred out' },
  },
  {
    name: 'transfers_failed_count',
    attribution: 'event',
    rollUp: 'sum',
    unit: 'count',
    description:
      'Transfers failed or canceled; a failed attempt that is followed by another is none',
    formula: 'count of task.transfer-failed and .transfer-canceled',
    edges: 'A failed attempt is none: another follows',
    differs: atItsMoment,
  },
] as const satisfies readonly Metric[]
