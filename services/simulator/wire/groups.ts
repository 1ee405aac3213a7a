import type {
  FilterGroup,
  PreviousActivityGroup,
  PreviousQueueGroup,
  ReservationGroup,
  SimulatedEvent,
  TaskQueueGroup,
  TransferGroup,
  WorkerChannelGroup,
  WorkerGroup,
} from '../model/event.ts'
import type { Parameter } from './parameters.ts'

// The parameter groups of the reference, section 1.4: one function a group, and nothing for a group that is not there.

export function taskParameters({ type, at, task }: SimulatedEvent): readonly Parameter[] {
  if (task === undefined) return []
  const created = { moment: task.createdAt }
  return [
    ['task_sid', task.sid],
    ['task_attributes', task.attributes],
    ['task_age', Math.floor((at - task.createdAt) / 1000)],
    ['task_priority', task.priority],
    ['task_assignment_status', task.status],
    ['task_date_created', created],
    ['task_virtual_start_time', created],
    ['task_version', task.version],
    ['task_ignore_capacity', task.ignoreCapacity],
    ['task_channel_sid', task.channelSid],
    ['task_channel_unique_name', task.channel],
    ...(showsQueue(type) ? queueParameters(task.queue) : []),
    ['workflow_sid', task.workflowSid],
    ['workflow_name', task.workflowName],
    ...reasonParameters('task_canceled_reason', task.canceledReason),
    ...reasonParameters('task_completed_reason', task.completedReason),
    ...optional('task_routing_target', task.routingTarget),
  ]
}

/** A task that has just been created, or is in its workflow, is in no queue that TaskRouter would name. */
function showsQueue(type: SimulatedEvent['type']): boolean {
  return type !== 'task.created' && !type.startsWith('workflow.')
}

function queueParameters(queue: TaskQueueGroup | null): readonly Parameter[] {
  if (queue === null) return []
  return [
    ['task_queue_sid', queue.sid],
    ['task_queue_name', queue.name],
    ['task_queue_entered_date', { moment: queue.enteredAt }],
    ['task_queue_target_expression', queue.expression],
  ]
}

function reasonParameters(name: string, reason: string | null): readonly Parameter[] {
  if (reason === null) return []
  return [
    [name, reason],
    ['reason', reason],
  ]
}

export function filterParameters(filter: FilterGroup | undefined): readonly Parameter[] {
  if (filter === undefined) return []
  return [
    ['workflow_filter_name', filter.name],
    ['workflow_filter_expression', filter.expression],
    ['workflow_filter_target_name', filter.target],
  ]
}

export function workerParameters(worker: WorkerGroup | undefined): readonly Parameter[] {
  if (worker === undefined) return []
  return [
    ['worker_sid', worker.sid],
    ['worker_name', worker.name],
    ['worker_attributes', worker.attributes],
    ['worker_activity_sid', worker.activitySid],
    ['worker_activity_name', worker.activityName],
    ['worker_version', worker.version],
  ]
}

export function activityParameters(
  previous: PreviousActivityGroup | undefined,
): readonly Parameter[] {
  if (previous === undefined) return []
  return [
    ['worker_previous_activity_sid', previous.sid],
    ['worker_previous_activity_name', previous.name],
    ['worker_time_in_previous_activity', Math.floor(previous.timeMs / 1000)],
    ['worker_time_in_previous_activity_ms', previous.timeMs],
  ]
}

export function reservationParameters(
  reservation: ReservationGroup | undefined,
): readonly Parameter[] {
  if (reservation === undefined) return []
  return [
    ['reservation_sid', reservation.sid],
    ...optional('reservation_version', reservation.version),
    ...optional('worker_channel_capacity', reservation.capacity),
    ...optional('worker_channel_consumed_capacity', reservation.consumed),
    ...optional('reservation_reason_code', reservation.reasonCode),
    ...optional('task_re_evaluated_reason', reservation.reEvaluatedReason),
  ]
}

export function transferParameters(transfer: TransferGroup | undefined): readonly Parameter[] {
  if (transfer === undefined) return []
  return [
    ['task_transfer_sid', transfer.sid],
    ['transfer_type', transfer.type],
    ['transfer_mode', transfer.mode],
    ['transfer_to', transfer.to],
    ['transfer_status', transfer.status],
    ['transfer_started', { moment: transfer.startedAt }],
    ['transfer_initiating_worker_sid', transfer.initiatingWorker],
    ['transfer_initiating_reservation_sid', transfer.initiatingReservation],
    ...optional('transfer_failed_reason', transfer.failedReason),
  ]
}

export function previousQueueParameters(
  previous: PreviousQueueGroup | undefined,
): readonly Parameter[] {
  if (previous === undefined) return []
  return [
    ['previous_task_queue_sid', previous.sid],
    ['previous_task_queue_name', previous.name],
    ...optional('previous_task_priority', previous.priority),
    ['target_changed_reason', previous.reason],
  ]
}

export function workerChannelParameters(
  channel: WorkerChannelGroup | undefined,
): readonly Parameter[] {
  if (channel === undefined) return []
  const free = Math.max(0, channel.capacity - channel.taskCount)
  return [
    ['task_channel_sid', channel.channelSid],
    ['task_channel_unique_name', channel.channel],
    ['worker_channel_capacity', channel.capacity],
    ['worker_channel_previous_capacity', channel.previousCapacity],
    ['worker_channel_available', channel.available ? 1 : 0],
    [
      'worker_channel_available_capacity',
      channel.capacity === 0 ? 0 : Math.floor((100 * free) / channel.capacity),
    ],
    ['worker_channel_task_count', channel.taskCount],
  ]
}

function optional(name: string, value: string | number | null | undefined): readonly Parameter[] {
  return value === null || value === undefined ? [] : [[name, value]]
}
