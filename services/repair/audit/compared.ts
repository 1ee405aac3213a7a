import type { EventType } from '../../../schemas/events/event-types.ts'

/** Which of TaskRouter's numbers are beside which of ours: the dictionary's `Ref` columns, as data. */
export interface ComparedCount {
  readonly field: CountField
  /** The event that TaskRouter counts. */
  readonly type: EventType
  /** Ours, added up. */
  readonly columns: readonly OurColumn[]
  /** How ours may differ from the number of those events, and by which rule. */
  readonly weCount: 'more' | 'less' | 'either'
  readonly definition: string
}

export type CountField =
  | `reservations_${'created' | 'accepted' | 'rejected' | 'timed_out' | 'canceled' | 'rescinded'}`
  | `tasks_${'entered' | 'moved' | 'canceled'}`

export const ourColumns = [
  'offers_created_count',
  'offers_accepted_count',
  'offers_rejected_count',
  'offers_timed_out_count',
  'offers_canceled_count',
  'offers_rescinded_count',
  'offered_count',
  'flowed_out_moved_count',
  'flowed_out_diverted_count',
  'flowed_out_canceled_count',
  'abandoned_count',
  'wait_answered_ms',
  'wait_abandoned_ms',
] as const
export type OurColumn = (typeof ourColumns)[number]

const firstEnd = 'of several ends of one offer we count the first alone'

export const comparedCounts: readonly ComparedCount[] = [
  {
    field: 'reservations_created',
    type: 'reservation.created',
    columns: ['offers_created_count'],
    weCount: 'more',
    definition: 'we count an offer of which only a later step is known',
  },
  {
    field: 'reservations_accepted',
    type: 'reservation.accepted',
    columns: ['offers_accepted_count'],
    weCount: 'more',
    definition: 'we count an acceptance of which only a later step is known',
  },
  {
    field: 'reservations_rejected',
    type: 'reservation.rejected',
    columns: ['offers_rejected_count'],
    weCount: 'less',
    definition: firstEnd,
  },
  {
    field: 'reservations_timed_out',
    type: 'reservation.timeout',
    columns: ['offers_timed_out_count'],
    weCount: 'less',
    definition: firstEnd,
  },
  {
    field: 'reservations_canceled',
    type: 'reservation.canceled',
    columns: ['offers_canceled_count'],
    weCount: 'either',
    definition: `we count as canceled an offer that the end of its task or worker has ended; ${firstEnd}`,
  },
  {
    field: 'reservations_rescinded',
    type: 'reservation.rescinded',
    columns: ['offers_rescinded_count'],
    weCount: 'less',
    definition: firstEnd,
  },
  {
    field: 'tasks_entered',
    type: 'task-queue.entered',
    columns: ['offered_count'],
    weCount: 'either',
    definition:
      'we count stays: a transfer to the queue begins one, and entering the queue that the task is in, or has just left, goes on with one',
  },
  {
    field: 'tasks_moved',
    type: 'task-queue.moved',
    columns: ['flowed_out_moved_count'],
    weCount: 'either',
    definition:
      'we count stays that a move has ended: not one that a time-out ended in the same moment, but one that was ended by entering another queue',
  },
  {
    field: 'tasks_canceled',
    type: 'task.canceled',
    columns: ['abandoned_count', 'flowed_out_diverted_count', 'flowed_out_canceled_count'],
    weCount: 'either',
    definition:
      'we count stays that ended so, also with a task that was deleted, skipped or completed without an answer; not a task that was in no queue any more',
  },
]

/** Sums of waits. Theirs have whole seconds. */
export const comparedWaits = [
  {
    field: 'wait_duration_in_queue_until_accepted',
    column: 'wait_answered_ms',
    of: 'reservations_accepted',
    from: 'entry',
  },
  {
    field: 'wait_duration_until_accepted',
    column: 'wait_answered_ms',
    of: 'reservations_accepted',
    from: 'creation',
  },
  {
    field: 'wait_duration_until_canceled',
    column: 'wait_abandoned_ms',
    of: 'tasks_canceled',
    from: 'creation',
  },
] as const satisfies readonly {
  field: string
  column: OurColumn
  of: CountField
  from: 'entry' | 'creation'
}[]
