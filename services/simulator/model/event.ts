import type { Instant } from '../../../schemas/events/instant.ts'

/** The events that the simulated TaskRouter sends, under TaskRouter's names. */
export type TaskRouterEventType =
  | 'workspace.created'
  | 'activity.created'
  | 'task-channel.created'
  | 'task-queue.created'
  | 'workflow.created'
  | 'worker.created'
  | 'worker.activity.update'
  | 'worker.attributes.update'
  | 'worker.capacity.update'
  | 'worker.channel.availability.update'
  | 'worker.deleted'
  | 'task.created'
  | 'task.updated'
  | 'task.wrapup'
  | 'task.completed'
  | 'task.canceled'
  | 'task.deleted'
  | 'task.system-deleted'
  | 'task.transfer-initiated'
  | 'task.transfer-attempt-failed'
  | 'task.transfer-failed'
  | 'task.transfer-canceled'
  | 'task.transfer-completed'
  | 'workflow.entered'
  | 'workflow.target-matched'
  | 'workflow.timeout'
  | 'workflow.skipped'
  | 'task-queue.entered'
  | 'task-queue.timeout'
  | 'task-queue.moved'
  | 'reservation.created'
  | 'reservation.accepted'
  | 'reservation.rejected'
  | 'reservation.timeout'
  | 'reservation.canceled'
  | 'reservation.rescinded'
  | 'reservation.failed'
  | 'reservation.wrapup'
  | 'reservation.completed'

/**
 * One thing that happened, as TaskRouter would report it, before it is written in either of the two wire formats. The
 * groups are those of the parameter dictionary; they are snapshots, shared between events that nothing lies between.
 */
export interface SimulatedEvent {
  /** `EV…`: the same on every road, and in every repetition. */
  readonly sid: string
  readonly type: TaskRouterEventType
  readonly at: Instant
  readonly resourceSid: string
  readonly description: string
  readonly task?: TaskGroup
  readonly worker?: WorkerGroup
  readonly reservation?: ReservationGroup
  readonly transfer?: TransferGroup
  readonly previousActivity?: PreviousActivityGroup
  readonly previousQueue?: PreviousQueueGroup
  readonly filter?: FilterGroup
  readonly workerChannel?: WorkerChannelGroup
  /** What a definition event defines: names and values as TaskRouter calls them, in snake_case. */
  readonly definition?: Readonly<Record<string, string | boolean>>
}

export type TaskStatus =
  'pending' | 'reserved' | 'assigned' | 'wrapping' | 'completed' | 'canceled' | 'transferring'

export interface TaskGroup {
  readonly sid: string
  readonly attributes: string
  readonly createdAt: Instant
  readonly priority: number
  readonly status: TaskStatus
  readonly version: number
  readonly ignoreCapacity: boolean
  readonly channelSid: string
  readonly channel: string
  readonly workflowSid: string
  readonly workflowName: string
  readonly queue: TaskQueueGroup | null
  readonly canceledReason: string | null
  readonly completedReason: string | null
  readonly routingTarget: string | null
}

/** The queue in which the task is now, also on events of a reservation that was made in another. */
export interface TaskQueueGroup {
  readonly sid: string
  readonly name: string
  readonly expression: string
  readonly enteredAt: Instant
}

export interface WorkerGroup {
  readonly sid: string
  readonly name: string
  readonly attributes: string
  readonly activitySid: string
  readonly activityName: string
  readonly version: number
}

export interface ReservationGroup {
  readonly sid: string
  /** These three are absent where TaskRouter names no worker. */
  readonly version?: number
  readonly capacity?: number
  readonly consumed?: number
  /** A Twilio error code, on what the set-up of a call canceled. */
  readonly reasonCode?: number
  readonly reEvaluatedReason?: string
}

export interface TransferGroup {
  readonly sid: string
  readonly type: 'WORKER' | 'QUEUE'
  readonly mode: 'WARM' | 'COLD'
  readonly to: string
  readonly status: 'initiated' | 'complete' | 'failed' | 'canceled'
  readonly startedAt: Instant
  readonly initiatingWorker: string
  readonly initiatingReservation: string
  readonly failedReason: string | null
}

export interface PreviousActivityGroup {
  readonly sid: string
  readonly name: string
  readonly timeMs: number
}

export interface PreviousQueueGroup {
  readonly sid: string
  readonly name: string
  readonly priority: number | null
  readonly reason: string
}

export interface FilterGroup {
  readonly name: string
  readonly expression: string
  readonly target: string
}

export interface WorkerChannelGroup {
  readonly channelSid: string
  readonly channel: string
  readonly capacity: number
  readonly previousCapacity: number
  readonly available: boolean
  readonly taskCount: number
}
