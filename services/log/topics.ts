import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'

/** Kept for ever, never compacted: the ledger, beside what could not be understood. */
export const topics = [
  'ledgerline.tasks',
  'ledgerline.workers',
  'ledgerline.conversations',
  'ledgerline.config',
  'ledgerline.dead-letters',
] as const

export type Topic = (typeof topics)[number]

/** A place in the ledger for one copy of an event. */
export interface Placement {
  readonly topic: Topic
  readonly key: string
  /** Every partition instead of the key's: for what all shards must know. */
  readonly everywhere: boolean
}

/**
 * Where an event stands in the ledger: under every entity whose rows it changes. A fold sees only its own entity, so an
 * event that concerns a task and a worker is appended under both.
 */
export function placementsOf(event: LedgerEvent): readonly Placement[] {
  switch (event.type) {
    case 'reservation.created':
    case 'reservation.accepted':
    case 'reservation.rejected':
    case 'reservation.timeout':
    case 'reservation.canceled':
    case 'reservation.rescinded':
    case 'reservation.failed':
    case 'reservation.hold':
    case 'reservation.unhold':
    case 'reservation.wrapup':
    case 'reservation.completed':
    case 'reservation.force-closed':
    case 'task.transfer-initiated':
    case 'task.transfer-completed':
    case 'task.transfer-failed':
    case 'task.transfer-attempt-failed':
    case 'task.transfer-canceled':
      return event.worker === null
        ? [keyed('ledgerline.tasks', event.task)]
        : [keyed('ledgerline.tasks', event.task), keyed('ledgerline.workers', event.worker)]
    case 'task.created':
    case 'task.updated':
    case 'task.wrapup':
    case 'task.completed':
    case 'task.canceled':
    case 'task.deleted':
    case 'task.system-deleted':
    case 'task-queue.entered':
    case 'task-queue.moved':
    case 'task-queue.timeout':
    case 'workflow.entered':
    case 'workflow.target-matched':
    case 'workflow.timeout':
    case 'workflow.skipped':
    case 'workflow.rejected':
      return [keyed('ledgerline.tasks', event.task)]
    case 'worker.created':
    case 'worker.activity.update':
    case 'worker.attributes.update':
    case 'worker.capacity.update':
    case 'worker.channel.availability.update':
    case 'worker.deleted':
      return [keyed('ledgerline.workers', event.worker)]
    // Which activity means what decides how a worker's time is counted, so every shard of workers must see it.
    case 'activity.created':
    case 'activity.updated':
    case 'activity.deleted':
      return [
        keyed('ledgerline.config', event.activity ?? event.id),
        everywhere('ledgerline.workers'),
      ]
    case 'definitions.set':
      return [
        keyed('ledgerline.config', event.workspace),
        everywhere('ledgerline.tasks'),
        everywhere('ledgerline.workers'),
      ]
    case 'clock.ticked':
    case 'source.gap':
      return [everywhere('ledgerline.tasks'), everywhere('ledgerline.workers')]
    case 'task-queue.created':
    case 'task-queue.deleted':
    case 'task-queue.expression.updated':
      return [keyed('ledgerline.config', event.queue ?? event.id)]
    case 'workflow.created':
    case 'workflow.updated':
    case 'workflow.deleted':
      return [keyed('ledgerline.config', event.workflow ?? event.id)]
    case 'task-channel.created':
    case 'task-channel.updated':
    case 'task-channel.deleted':
      return [keyed('ledgerline.config', event.channel ?? event.id)]
    case 'workspace.created':
    case 'workspace.updated':
    case 'workspace.deleted':
      return [keyed('ledgerline.config', event.workspace || event.id)]
    case 'unknown':
      return [placementOfUnknown(event)]
  }
}

/** A type that nobody knows yet goes where its ids say it belongs, so that it is found when somebody does. */
function placementOfUnknown(event: LedgerEvent): Placement {
  if (event.task !== null) return keyed('ledgerline.tasks', event.task)
  if (event.worker !== null) return keyed('ledgerline.workers', event.worker)
  return keyed('ledgerline.conversations', event.conversation ?? event.id)
}

function keyed(topic: Topic, key: string): Placement {
  return { topic, key, everywhere: false }
}

function everywhere(topic: Topic): Placement {
  return { topic, key: '', everywhere: true }
}
