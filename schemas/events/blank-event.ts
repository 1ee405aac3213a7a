import type { LedgerEvent } from './ledger-event.ts'

/** An event whose ids may still be missing. */
export type NeutralEvent = Pick<LedgerEvent, keyof LedgerEvent>

/** What is known of an event before anything that it tells has been read. */
export type Envelope = Pick<NeutralEvent, 'type' | 'id' | 'source' | 'road' | 'at' | 'receivedAt'>

/**
 * An event with every field at nothing, for its source to fill in: what the source tells is assigned to it, so that all
 * events have the same members in the same order.
 */
export function blankEvent({ type, id, source, road, at, receivedAt }: Envelope): NeutralEvent {
  return {
    type,
    id,
    source,
    road,
    at,
    receivedAt,
    sequence: null,
    account: '',
    workspace: '',
    subjects: [],
    sealedKey: null,
    sealed: null,
    sourceType: null,
    task: null,
    reservation: null,
    worker: null,
    queue: null,
    workflow: null,
    conversation: null,
    activity: null,
    previousActivity: null,
    workerName: null,
    queueName: null,
    workflowName: null,
    activityName: null,
    previousActivityName: null,
    channel: null,
    direction: null,
    activityAvailable: null,
    timeInPreviousActivityMs: null,
    channelAvailable: null,
    capacity: null,
    priority: null,
    entityVersion: null,
    status: null,
    reason: null,
    expression: null,
    entry: null,
    direct: null,
    parentTask: null,
    continuesTask: null,
    requestedAt: null,
    transfer: null,
    transferMode: null,
    toQueue: null,
    toWorker: null,
    cause: null,
    gapFrom: null,
    gapTo: null,
    call: null,
    parentCall: null,
    conference: null,
    customerCall: null,
    message: null,
    participant: null,
    author: null,
    identity: null,
    address: null,
    proxyAddress: null,
    label: null,
    flow: null,
    execution: null,
    step: null,
    nextStep: null,
    durationMs: null,
    attributes: null,
    payload: null,
  }
}
