import { emptyFields, type LedgerEvent } from '../../../schemas/events/ledger-event.ts'
import { flagOf, idOf, integerOf, jsonTextOf, textOf, type Parameters } from './parameters.ts'
import { contactFacts } from './task-attributes.ts'
import type { TaskRouterType } from './taskrouter-types.ts'
import { offerOf, transferOf } from './transfer.ts'

export type Fields = Omit<
  LedgerEvent,
  'type' | 'id' | 'source' | 'road' | 'at' | 'receivedAt' | 'payload' | 'sourceType'
>

/** The neutral fields that every TaskRouter event has, and those that its group adds. `null`: an unknown type. */
export function fieldsOf(parameters: Parameters, known: TaskRouterType | null): Fields {
  const plain = plainFields(parameters)
  switch (known?.group) {
    case undefined:
      return { ...plain, ...taskFields(parameters) }
    case 'task':
      return { ...plain, ...taskFields(parameters), ...queueFields(parameters, known.type) }
    case 'transfer':
      return {
        ...plain,
        ...taskFields(parameters),
        ...transferOf(parameters),
        reason: plain.reason ?? textOf(parameters, 'transfer_failed_reason'),
      }
    case 'reservation':
      return {
        ...plain,
        ...taskFields(parameters),
        ...offerOf(parameters, known.type),
        entityVersion: integerOf(parameters, 'reservation_version'),
        reason: plain.reason ?? textOf(parameters, 'reservation_reason_code'),
      }
    case 'worker':
      return { ...plain, ...workerFields(parameters) }
    case 'config':
      return { ...plain, ...configFields(parameters, known.type) }
  }
}

function plainFields(parameters: Parameters): Fields {
  return {
    ...emptyFields,
    subjects: [],
    account: textOf(parameters, 'account_sid') ?? '',
    workspace: textOf(parameters, 'workspace_sid') ?? '',
    task: idOf(parameters, 'task_sid'),
    reservation: idOf(parameters, 'reservation_sid'),
    worker: idOf(parameters, 'worker_sid'),
    queue: idOf(parameters, 'task_queue_sid'),
    workflow: idOf(parameters, 'workflow_sid'),
    activity: idOf(parameters, 'worker_activity_sid'),
    workerName: textOf(parameters, 'worker_name'),
    queueName: textOf(parameters, 'task_queue_name'),
    workflowName: textOf(parameters, 'workflow_name'),
    activityName: textOf(parameters, 'worker_activity_name'),
    channel: textOf(parameters, 'task_channel_unique_name'),
    reason:
      textOf(parameters, 'task_canceled_reason') ??
      textOf(parameters, 'task_completed_reason') ??
      textOf(parameters, 'reason'),
  }
}

type TaskFields = Pick<
  LedgerEvent,
  | 'attributes'
  | 'entityVersion'
  | 'priority'
  | 'status'
  | 'direction'
  | 'conversation'
  | 'parentTask'
  | 'continuesTask'
  | 'requestedAt'
  | 'subjects'
>

/** On reservation events too: what the task's attributes say is copied there, so that the worker's side knows it. */
function taskFields(parameters: Parameters): TaskFields {
  const attributes = jsonTextOf(parameters, 'task_attributes')
  return {
    ...contactFacts(attributes),
    attributes,
    entityVersion: integerOf(parameters, 'task_version'),
    priority: integerOf(parameters, 'task_priority'),
    status: textOf(parameters, 'task_assignment_status'),
  }
}

function queueFields(parameters: Parameters, type: string): Partial<Fields> {
  if (type === 'task-queue.entered') {
    return {
      expression: textOf(parameters, 'task_queue_target_expression'),
      reason: textOf(parameters, 'target_changed_reason'),
      entry: isEntryByTransfer(parameters) ? 'transfer' : null,
    }
  }
  if (type === 'task-queue.timeout') {
    return { expression: textOf(parameters, 'task_queue_target_expression') }
  }
  if (type === 'task-queue.moved') {
    // TaskRouter names the queue that is entered; the ledger's queue is the one that is left (U11).
    return {
      queue: idOf(parameters, 'previous_task_queue_sid'),
      queueName: textOf(parameters, 'previous_task_queue_name'),
      toQueue: idOf(parameters, 'task_queue_sid'),
      reason: textOf(parameters, 'target_changed_reason'),
    }
  }
  return {}
}

/** The task's transfer stays on its later visits too, so the visit must be of the transfer's target, and it must run. */
function isEntryByTransfer(parameters: Parameters): boolean {
  const target = textOf(parameters, 'transfer_to')
  return (
    target !== null &&
    target === textOf(parameters, 'task_queue_sid') &&
    textOf(parameters, 'transfer_status')?.toLowerCase() === 'initiated'
  )
}

function workerFields(parameters: Parameters): Partial<Fields> {
  return {
    attributes: jsonTextOf(parameters, 'worker_attributes'),
    entityVersion: integerOf(parameters, 'worker_version'),
    previousActivity: idOf(parameters, 'worker_previous_activity_sid'),
    previousActivityName: textOf(parameters, 'worker_previous_activity_name'),
    timeInPreviousActivityMs: timeInPreviousActivity(parameters),
    capacity: integerOf(parameters, 'worker_channel_capacity'),
    channelAvailable: flagOf(parameters, 'worker_channel_available'),
  }
}

/** Whole seconds before schema version 2 and January 2018, milliseconds since. */
function timeInPreviousActivity(parameters: Parameters): number | null {
  const ms = integerOf(parameters, 'worker_time_in_previous_activity_ms')
  const seconds = integerOf(parameters, 'worker_time_in_previous_activity')
  const time = ms ?? (seconds === null ? null : seconds * 1000)
  return time !== null && time >= 0 ? time : null
}

/** An event that does not name what it is about in its own words names it as its resource. */
function configFields(parameters: Parameters, type: string): Partial<Fields> {
  const resource = idOf(parameters, 'resource_sid')
  if (type.startsWith('activity.')) {
    return {
      activity: idOf(parameters, 'activity_sid') ?? resource,
      activityName: textOf(parameters, 'activity_name'),
      activityAvailable: flagOf(parameters, 'activity_available'),
    }
  }
  if (type.startsWith('task-queue.')) {
    return {
      queue: idOf(parameters, 'task_queue_sid') ?? resource,
      expression: textOf(parameters, 'task_queue_target_expression'),
    }
  }
  if (type.startsWith('workflow.'))
    return { workflow: idOf(parameters, 'workflow_sid') ?? resource }
  return {}
}
