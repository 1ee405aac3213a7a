import { blankEvent, type NeutralEvent } from '../../../schemas/events/blank-event.ts'
import type { LedgerEvent } from '../../../schemas/events/ledger-event.ts'
import { flagOf, idOf, integerOf, jsonTextOf, textOf, type Parameters } from './parameters.ts'
import { contactFacts } from './task-attributes.ts'
import type { TaskRouterType } from './taskrouter-types.ts'
import { offerOf, transferOf } from './transfer.ts'

/** What does not depend on what the event is about. */
export type Origin = Pick<
  LedgerEvent,
  'id' | 'source' | 'road' | 'at' | 'receivedAt' | 'sourceType' | 'payload'
>

/** The event that the parameters tell, every field of it; `null` is a type that nobody knows. */
export function neutralEvent(
  parameters: Parameters,
  known: TaskRouterType | null,
  origin: Origin,
): NeutralEvent {
  const event = plainEvent(parameters, known, origin)
  switch (known?.group) {
    case undefined:
      return event
    case 'task':
      return Object.assign(event, queueFields(parameters, known.type))
    case 'transfer':
      event.reason ??= textOf(parameters, 'transfer_failed_reason')
      return Object.assign(event, transferOf(parameters))
    case 'reservation':
      event.entityVersion = integerOf(parameters, 'reservation_version')
      event.reason ??= textOf(parameters, 'reservation_reason_code')
      return Object.assign(event, offerOf(parameters, known.type))
    case 'worker':
      return Object.assign(event, workerFields(parameters))
    case 'config':
      return Object.assign(event, configFields(parameters, known.type))
  }
}

function plainEvent(
  parameters: Parameters,
  known: TaskRouterType | null,
  { id, source, road, at, receivedAt, sourceType, payload }: Origin,
): NeutralEvent {
  const event = blankEvent({ type: known?.type ?? 'unknown', id, source, road, at, receivedAt })
  event.sourceType = sourceType
  event.payload = payload
  event.account = textOf(parameters, 'account_sid') ?? ''
  event.workspace = textOf(parameters, 'workspace_sid') ?? ''
  event.task = idOf(parameters, 'task_sid')
  event.reservation = idOf(parameters, 'reservation_sid')
  event.worker = idOf(parameters, 'worker_sid')
  event.queue = idOf(parameters, 'task_queue_sid')
  event.workflow = idOf(parameters, 'workflow_sid')
  event.activity = idOf(parameters, 'worker_activity_sid')
  event.workerName = textOf(parameters, 'worker_name')
  event.queueName = textOf(parameters, 'task_queue_name')
  event.workflowName = textOf(parameters, 'workflow_name')
  event.activityName = textOf(parameters, 'worker_activity_name')
  event.channel = textOf(parameters, 'task_channel_unique_name')
  event.reason =
    textOf(parameters, 'task_canceled_reason') ??
    textOf(parameters, 'task_completed_reason') ??
    textOf(parameters, 'reason')
  return known?.group === 'worker' || known?.group === 'config'
    ? event
    : Object.assign(event, taskFields(parameters))
}

/** On reservation events too: what the task's attributes say is copied there, so that the worker's side knows it. */
function taskFields(parameters: Parameters): Fields {
  const attributes = jsonTextOf(parameters, 'task_attributes')
  return {
    attributes,
    priority: integerOf(parameters, 'task_priority'),
    entityVersion: integerOf(parameters, 'task_version'),
    status: textOf(parameters, 'task_assignment_status'),
    ...contactFacts(attributes),
  }
}

type Fields = Partial<NeutralEvent>

function queueFields(parameters: Parameters, type: string): Fields {
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

function workerFields(parameters: Parameters): Fields {
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
function configFields(parameters: Parameters, type: string): Fields {
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
