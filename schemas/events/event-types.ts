/**
 * The names of everything that the ledger remembers. They are TaskRouter's names where TaskRouter has one
 * (TaskRouter Events reference); `reservation.hold` and the `clock`, `source`, `definitions` events are ours.
 */
export const taskEventTypes = [
  'task.created',
  'task.updated',
  'task.wrapup',
  'task.completed',
  'task.canceled',
  'task.deleted',
  'task.system-deleted',
  'task-queue.entered',
  'task-queue.moved',
  'task-queue.timeout',
  'workflow.entered',
  'workflow.target-matched',
  'workflow.timeout',
  'workflow.skipped',
  'workflow.rejected',
] as const

/** Events of a transfer concern the task and the worker who gives it. */
export const transferEventTypes = [
  'task.transfer-initiated',
  'task.transfer-completed',
  'task.transfer-failed',
  'task.transfer-attempt-failed',
  'task.transfer-canceled',
] as const

/** Events of a reservation concern a task and a worker, and stand in the ledger under both. */
export const reservationEventTypes = [
  'reservation.created',
  'reservation.accepted',
  'reservation.rejected',
  'reservation.timeout',
  'reservation.canceled',
  'reservation.rescinded',
  'reservation.failed',
  'reservation.hold',
  'reservation.unhold',
  'reservation.wrapup',
  'reservation.completed',
  'reservation.force-closed',
] as const

export const workerEventTypes = [
  'worker.created',
  'worker.activity.update',
  'worker.attributes.update',
  'worker.capacity.update',
  'worker.channel.availability.update',
  'worker.deleted',
] as const

/** What the customer has set up: names and definitions with their history. */
export const configEventTypes = [
  'activity.created',
  'activity.updated',
  'activity.deleted',
  'task-queue.created',
  'task-queue.deleted',
  'task-queue.expression.updated',
  'workflow.created',
  'workflow.updated',
  'workflow.deleted',
  'task-channel.created',
  'task-channel.updated',
  'task-channel.deleted',
  'workspace.created',
  'workspace.updated',
  'workspace.deleted',
  'definitions.set',
] as const

/** What the hub itself appends so that time, and nothing but the ledger, moves a row. */
export const hubEventTypes = ['clock.ticked', 'source.gap'] as const

/** A type that this version does not know: kept as it came, under its own name in `sourceType`. */
export const unknownEventTypes = ['unknown'] as const

export const eventTypes = [
  ...taskEventTypes,
  ...transferEventTypes,
  ...reservationEventTypes,
  ...workerEventTypes,
  ...configEventTypes,
  ...hubEventTypes,
  ...unknownEventTypes,
] as const

export type EventType = (typeof eventTypes)[number]
