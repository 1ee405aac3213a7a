import type { CustomEventData } from '../../../schemas/inbound/custom-events.ts'
import { toInstant } from './event-time.ts'
import type { Told } from './told.ts'

/**
 * What a custom channel's event tells, in the ledger's words; what is not said is `null`. The members are named one by one,
 * because an object that is filled by names made from others is many times as slow to make and to read.
 */
export function toldByChannel(
  { type, id, at }: Pick<Told, 'type' | 'id' | 'at'>,
  data: CustomEventData,
): Told {
  return {
    type,
    id,
    at,
    workspace: data.workspace,
    account: data.account ?? '',
    subjects: data.subjects ?? [],
    sequence: data.sequence ?? null,
    task: data.task ?? null,
    reservation: data.reservation ?? null,
    worker: data.worker ?? null,
    queue: data.queue ?? null,
    workflow: data.workflow ?? null,
    conversation: data.conversation ?? null,
    activity: data.activity ?? null,
    previousActivity: data.previous_activity ?? null,
    workerName: data.worker_name ?? null,
    queueName: data.queue_name ?? null,
    workflowName: data.workflow_name ?? null,
    activityName: data.activity_name ?? null,
    previousActivityName: data.previous_activity_name ?? null,
    channel: data.channel ?? null,
    direction: data.direction ?? null,
    activityAvailable: data.activity_available ?? null,
    timeInPreviousActivityMs: data.time_in_previous_activity_ms ?? null,
    channelAvailable: data.channel_available ?? null,
    capacity: data.capacity ?? null,
    priority: data.priority ?? null,
    entityVersion: data.entity_version ?? null,
    status: data.status ?? null,
    reason: data.reason ?? null,
    expression: data.expression ?? null,
    entry: data.entry ?? null,
    direct: data.direct ?? null,
    parentTask: data.parent_task ?? null,
    continuesTask: data.continues_task ?? null,
    requestedAt: toInstant(data.requested_at),
    transfer: data.transfer ?? null,
    transferMode: data.transfer_mode ?? null,
    toQueue: data.to_queue ?? null,
    toWorker: data.to_worker ?? null,
    call: data.call ?? null,
    parentCall: data.parent_call ?? null,
    conference: data.conference ?? null,
    customerCall: data.customer_call ?? null,
    message: data.message ?? null,
    participant: data.participant ?? null,
    author: data.author ?? null,
    identity: data.identity ?? null,
    address: data.address ?? null,
    proxyAddress: data.proxy_address ?? null,
    label: data.label ?? null,
    flow: data.flow ?? null,
    execution: data.execution ?? null,
    step: data.step ?? null,
    nextStep: data.next_step ?? null,
    durationMs: data.duration_ms ?? null,
    attributes: textOf(data.attributes),
  }
}

/** JSON as text, whichever of the two it came as. */
function textOf(attributes: CustomEventData['attributes']): string | null {
  return typeof attributes === 'object' && attributes !== null
    ? JSON.stringify(attributes)
    : (attributes ?? null)
}
