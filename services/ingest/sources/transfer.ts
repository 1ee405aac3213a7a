import type { LedgerEvent } from '../../../schemas/events/ledger-event.ts'
import { idOf, textOf, type Parameters } from './parameters.ts'

type TransferFields = Pick<LedgerEvent, 'transfer' | 'transferMode' | 'toQueue' | 'toWorker'>
type Giver = Pick<LedgerEvent, 'reservation' | 'worker' | 'queue' | 'queueName'>

/** A transfer as an event of its own tells it: who gives, from which queue, to whom. */
export function transferOf(parameters: Parameters): TransferFields & Giver {
  const fields = fieldsOf(parameters)
  return Object.assign(fields, giversQueue(parameters, fields.toQueue), {
    reservation:
      idOf(parameters, 'transfer_initiating_reservation_sid') ??
      idOf(parameters, 'reservation_sid'),
    worker: idOf(parameters, 'transfer_initiating_worker_sid') ?? idOf(parameters, 'worker_sid'),
  })
}

/**
 * The transfer that a reservation was made for, and whether it was made for one worker by name. TaskRouter puts the
 * task's current transfer on every reservation of the task, so it is believed only before the acceptance, and never on
 * the giver's own: an earlier leg that completes while a later transfer runs is no part of it.
 */
export function offerOf(
  parameters: Parameters,
  type: string,
): Partial<TransferFields> & Pick<LedgerEvent, 'direct'> {
  const worker = textOf(parameters, 'worker_sid')
  const fields = fieldsOf(parameters)
  if (beganInTransfer(parameters, type, fields)) {
    return Object.assign(fields, { direct: isNamed(fields.toWorker, worker) })
  }
  return { direct: isNamed(textOf(parameters, 'task_routing_target'), worker) }
}

function fieldsOf(parameters: Parameters): TransferFields {
  const to = idOf(parameters, 'transfer_to')
  return {
    transfer: textOf(parameters, 'task_transfer_sid'),
    transferMode: textOf(parameters, 'transfer_mode')?.toLowerCase() ?? null,
    toQueue: to?.startsWith('WQ') ? to : null,
    toWorker: to?.startsWith('WK') ? to : null,
  }
}

const untilAcceptance = new Set([
  'reservation.created',
  'reservation.accepted',
  'reservation.rejected',
  'reservation.timeout',
  'reservation.canceled',
  'reservation.rescinded',
  'reservation.failed',
])

function beganInTransfer(parameters: Parameters, type: string, fields: TransferFields): boolean {
  if (fields.transfer === null && fields.toQueue === null && fields.toWorker === null) return false
  const giver = textOf(parameters, 'transfer_initiating_reservation_sid')
  return untilAcceptance.has(type) && textOf(parameters, 'reservation_sid') !== giver
}

function isNamed(target: string | null, worker: string | null): boolean {
  return target?.startsWith('WK') === true && (worker === null || worker === target)
}

/**
 * TaskRouter sends the queue that the task is in now. Once the task has moved to the transfer's target that is no longer
 * the giver's, which then only the fold knows, from the giver's reservation.
 */
function giversQueue(
  parameters: Parameters,
  toQueue: string | null,
): Pick<Giver, 'queue' | 'queueName'> {
  const queue = idOf(parameters, 'task_queue_sid')
  if (queue === null || queue !== toQueue) {
    return { queue, queueName: textOf(parameters, 'task_queue_name') }
  }
  return {
    queue: idOf(parameters, 'previous_task_queue_sid'),
    queueName: textOf(parameters, 'previous_task_queue_name'),
  }
}
