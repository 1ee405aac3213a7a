import type { TransferRecord } from './chronicle.ts'
import { chance, integer, pick } from './draws.ts'
import { change, emitTask } from './emit.ts'
import type { TransferGroup } from './event.ts'
import { endTalk } from './handling.ts'
import { isFree } from './matching.ts'
import { makeOffer, type Answer } from './offers.ts'
import { watchTransferPatience } from './patience.ts'
import { isWaiting, joinQueue, leaveLine, openVisit, setQueue, closeVisit } from './visits.ts'
import { withdrawOffer } from './withdraw.ts'
import {
  later,
  type LegState,
  type QueueState,
  type TransferState,
  type WorkerState,
  type World,
} from './world.ts'

/**
 * The agent sends the call to another queue. Cold: he wraps up at once. Warm: he stays with the caller until somebody has
 * answered, or thinks better of it. The customer's new wait begins with the transfer itself.
 */
export function startQueueTransfer(world: World, leg: LegState, mode: 'WARM' | 'COLD'): void {
  const target = otherQueue(world, leg)
  if (target === undefined || leg.worker.deleted) {
    endTalk(world, leg)
    return
  }
  if (leg.phase !== 'talking') return
  const { task } = leg
  const previous = leg.task.group.queue
  const transfer = initiate(world, leg, { type: 'QUEUE', mode, to: target.definition.sid }, target)
  openVisit(world, task, target, 'transfer')
  emitTransfer(world, transfer, 'task.transfer-initiated')
  task.inTransit = true
  if (mode === 'COLD') later(world, integer(task.random, 30, 70), () => endTalk(world, leg))
  later(world, integer(task.random, 80, 120), () => {
    task.inTransit = false
    joinQueue(world, task, target, {
      transfer: transfer.group,
      previousQueue: {
        sid: previous?.sid ?? '',
        name: previous?.name ?? '',
        priority: null,
        reason: 'transfer',
      },
    })
    if (mode === 'COLD') watchTransferPatience(world, task)
    else watchGiver(world, transfer)
  })
}

/** The agent calls in a colleague by name; he may take it, refuse it, or not be fast enough. */
export function startWorkerTransfer(world: World, leg: LegState): void {
  const colleague = freeColleague(world, leg)
  if (colleague === undefined || leg.worker.deleted) {
    endTalk(world, leg)
    return
  }
  if (leg.phase !== 'talking') return
  const { task } = leg
  const { random } = task
  const target = { type: 'WORKER', mode: 'WARM', to: colleague.agent.sid } as const
  const transfer = initiate(world, leg, target, null)
  emitTransfer(world, transfer, 'task.transfer-initiated')
  const draw = random.next()
  const afterMs = integer(random, 2_500, 9_000)
  const answer: Answer = { afterMs, outcome: draw < 0.15 ? 'rejected' : 'accepted' }
  later(world, integer(random, 100, 400), () => {
    const queue = task.queue
    if (queue === null || !isFree(colleague, leg.queue)) {
      cancelTransfer(world, transfer)
      return
    }
    makeOffer(world, task, colleague, queue, { direct: true, answer })
    if (draw > 0.9) later(world, afterMs - 1_000, () => cancelTransfer(world, transfer))
  })
}

/** Somebody has answered: a moment later TaskRouter says so; who gave it warmly leaves after some words. */
export function completeTransfer(world: World, leg: LegState): void {
  const { transfer, task } = leg
  if (transfer === null) return
  later(world, integer(task.random, 5, 15), () => {
    emitTransfer(world, transfer, 'task.transfer-completed')
    note(world, transfer, 'completed')
  })
  if (transfer.group.mode === 'COLD') return
  later(world, integer(task.random, 6_000, 40_000), () => endTalk(world, transfer.giver))
}

/** An offer that was made for a transfer came to nothing: in a queue the next one is tried, a colleague is the end. */
export function transferOfferLost(world: World, transfer: TransferState): void {
  if (transfer.toQueue !== null) {
    emitTransfer(world, transfer, 'task.transfer-attempt-failed')
    return
  }
  later(world, 10, () => {
    const { giver } = transfer
    emitTransfer(world, transfer, 'task.transfer-failed')
    note(world, transfer, 'failed')
    world.rules.transferTakenBack(world, transfer)
    giver.task.transfer = null
    goOn(world, giver)
  })
}

/** Until somebody answers, the giver may take the transfer back. */
function watchGiver(world: World, transfer: TransferState): void {
  const { random } = transfer.giver.task
  const patience = chance(random, 0.15)
    ? integer(random, 4_000, 15_000)
    : integer(random, 60_000, 150_000)
  later(world, patience, () => cancelTransfer(world, transfer))
}

function cancelTransfer(world: World, transfer: TransferState): void {
  const { giver, toQueue } = transfer
  const { task } = giver
  if (task.transfer !== transfer || transfer.group.status !== 'initiated') return
  if (toQueue !== null && !isWaiting(task)) return
  transfer.group = { ...transfer.group, status: 'canceled' }
  if (toQueue !== null) leaveLine(task)
  for (const offer of [...task.legs]) withdrawOffer(world, offer)
  change(task, { status: 'assigned' })
  if (toQueue !== null) setQueue(world, task, transfer.fromQueue ?? giver.queue)
  emitTransfer(world, transfer, 'task.transfer-canceled')
  note(world, transfer, 'failed')
  world.rules.transferTakenBack(world, transfer)
  if (toQueue !== null) closeVisit(world, task, 'canceled')
  task.transfer = null
  goOn(world, giver)
}

/** The giver goes on with the contact alone. */
function goOn(world: World, giver: LegState): void {
  later(world, integer(giver.task.random, 10_000, 90_000), () => endTalk(world, giver))
}

function initiate(
  world: World,
  giver: LegState,
  target: Pick<TransferGroup, 'type' | 'mode' | 'to'>,
  toQueue: QueueState | null,
): TransferState {
  const { task } = giver
  const group: TransferGroup = {
    sid: world.sids.transfer(),
    ...target,
    status: 'initiated',
    startedAt: world.now,
    initiatingWorker: giver.worker.agent.sid,
    initiatingReservation: giver.record.reservation,
    failedReason: null,
  }
  const transfer = { group, giver, fromQueue: task.queue, toQueue }
  task.transfer = transfer
  task.transfersCount++
  change(task, { status: 'transferring' })
  note(world, transfer, 'initiated')
  world.rules.transferBegan(world, transfer)
  return transfer
}

function emitTransfer(
  world: World,
  transfer: TransferState,
  type: Parameters<typeof emitTask>[1],
): void {
  emitTask(world, type, transfer.giver.task, {
    description: `Transfer ${transfer.group.sid} ${transfer.group.status} for Task ${transfer.giver.task.group.sid}`,
    transfer: transfer.group,
  })
}

function note(world: World, transfer: TransferState, kind: TransferRecord['kind']): void {
  world.chronicle.transfers.push({ leg: transfer.giver.record, at: world.now, kind })
}

function otherQueue(world: World, leg: LegState): QueueState | undefined {
  const channel = leg.queue.definition.channel
  const others = [...world.queues.values()].filter(
    (queue) =>
      queue.definition.channel === channel &&
      queue !== leg.queue &&
      queue !== leg.task.queue &&
      queue.members.length > 0,
  )
  return pick(leg.task.random, others)
}

/** Some colleague who could take it now. A few are thought of, not all of fifteen thousand. */
function freeColleague(world: World, leg: LegState): WorkerState | undefined {
  for (let attempt = 0; attempt < 60; attempt++) {
    const worker = pick(leg.task.random, world.workers)
    if (worker === undefined || worker === leg.worker || worker.offers.size > 0) continue
    if (isFree(worker, leg.queue)) return worker
  }
  return undefined
}
