import { z } from 'zod'
import {
  conditionSchema,
  readBySchema,
  unlessEmpty,
  type ConfigurationReading,
} from './workflow-configuration.ts'

/** A queue as TaskRouter's REST resource tells it. */
export type QueueDefinition = z.infer<typeof queueDefinition>

/** Reads one TaskQueue of TaskRouter's REST API, or names every fault in it. */
export function readQueueDefinition(value: unknown): ConfigurationReading<QueueDefinition> {
  return readBySchema(queueDefinition, value)
}

const queueDefinition = z
  .looseObject({
    sid: z.string().min(1),
    friendly_name: z.string().default(''),
    /** Not given: everybody. Empty: “Tasks will wait in the TaskQueue until they are deleted or moved”. */
    target_workers: unlessEmpty(conditionSchema('queue')).prefault('1==1'),
    max_reserved_workers: z.number().int().min(1).max(50).default(1),
    task_order: z.enum(['FIFO', 'LIFO']).default('FIFO'),
    assignment_activity_sid: z.string().nullish(),
    reservation_activity_sid: z.string().nullish(),
  })
  .transform((queue) => ({
    sid: queue.sid,
    friendlyName: queue.friendly_name,
    /** Null: nobody is in it. */
    targetWorkers: queue.target_workers,
    maxReservedWorkers: queue.max_reserved_workers,
    taskOrder: queue.task_order,
    assignmentActivity: queue.assignment_activity_sid ?? null,
    reservationActivity: queue.reservation_activity_sid ?? null,
  }))
