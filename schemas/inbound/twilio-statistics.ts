import { z } from 'zod'

const count = z.int().min(0).nullable()
/** Seconds. */
const duration = z.looseObject({ total: z.number().min(0) }).nullable()

/** The numbers of a TaskQueue's CumulativeStatistics that are compared with ours; any of them may be null. */
export const queueStatisticsSchema = z.looseObject({
  start_time: z.iso.datetime({ offset: true }),
  end_time: z.iso.datetime({ offset: true }),
  reservations_created: count,
  reservations_accepted: count,
  reservations_rejected: count,
  reservations_timed_out: count,
  reservations_canceled: count,
  reservations_rescinded: count,
  tasks_entered: count,
  tasks_moved: count,
  tasks_canceled: count,
  wait_duration_in_queue_until_accepted: duration,
  wait_duration_until_accepted: duration,
  wait_duration_until_canceled: duration,
})

export type QueueStatistics = z.infer<typeof queueStatisticsSchema>
