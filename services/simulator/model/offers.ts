import { none, type LegRecord, type Outcome } from './chronicle.ts'
import { chance, integer, logNormal } from './draws.ts'
import { change, emitReservation } from './emit.ts'
import { closeVisit } from './visits.ts'
import { leave, wake, withdrawOffer } from './withdraw.ts'
import {
  later,
  type LegState,
  type QueueState,
  type TaskState,
  type TransferState,
  type WorkerState,
  type World,
} from './world.ts'

export interface OfferOptions {
  readonly direct?: boolean
  /** What the agent will do; otherwise chance decides. */
  readonly answer?: Answer
}

export interface Answer {
  readonly afterMs: number
  readonly outcome: Exclude<Outcome, 'rescinded' | 'failed'>
}

/** TaskRouter reserves a worker for a task: it rings. */
export function makeOffer(
  world: World,
  task: TaskState,
  worker: WorkerState,
  queue: QueueState,
  options: OfferOptions = {},
): LegState {
  const record: LegRecord = {
    reservation: world.sids.reservation(),
    task: task.record,
    agent: worker.agent.sid,
    queue: queue.definition.sid,
    offeredAt: world.now,
    offerEnd: null,
    wrapupAt: null,
    completedAt: null,
    holds: none,
  }
  const answer = options.answer ?? drawAnswer(world, task, worker, queue)
  const leg: LegState = {
    record,
    task,
    worker,
    queue,
    direct: options.direct ?? false,
    transfer: task.transfer,
    phase: 'offered',
    version: 0,
    isSilent: false,
    answerAt: world.now + answer.afterMs,
  }
  world.chronicle.legs.push(record)
  task.legs.push(leg)
  worker.offers.add(leg)
  change(task, { status: 'reserved' })
  emitReservation(world, 'reservation.created', leg, {
    description: `Task ${task.group.sid} assigned to Worker ${worker.agent.name} with Reservation ${record.reservation}`,
    ...transferOf(leg),
  })
  later(world, answer.afterMs, () => answerOffer(world, leg, answer.outcome))
  return leg
}

function answerOffer(world: World, leg: LegState, outcome: Answer['outcome']): void {
  if (leg.phase !== 'offered') return
  if (leg.task.inTransit || leg.worker.deleted) {
    later(world, 20, () => answerOffer(world, leg, outcome))
    return
  }
  if (outcome === 'accepted') {
    accept(world, leg)
    return
  }
  const { task } = leg
  if (outcome === 'canceled') {
    restore(task, leg)
    withdrawOffer(world, leg, 'set-up failed')
  } else {
    refuse(world, leg, outcome)
  }
  world.rules.offerLost(world, leg)
}

/** The agent takes the task; whoever else was rung is told that somebody was faster. */
function accept(world: World, leg: LegState): void {
  const { task, worker } = leg
  endOffer(world, leg, 'accepted')
  leg.phase = 'talking'
  worker.handles.add(leg)
  task.refusedBy = null
  task.stepIsDue = false
  change(task, { status: 'assigned' })
  const { transfer } = leg
  if (transfer !== null) transfer.group = { ...transfer.group, status: 'complete' }
  if (!leg.direct) closeVisit(world, task, 'answered', leg.record)
  emitReservation(world, 'reservation.accepted', leg, transferOf(leg))
  for (const other of task.legs) {
    if (other === leg || other.phase !== 'offered') continue
    // It rings some milliseconds longer, but it can no longer be answered.
    other.phase = 'ended'
    later(world, integer(task.random, 0, 4), () => rescind(world, other))
  }
  world.rules.beginHandle(world, leg)
}

function rescind(world: World, leg: LegState): void {
  endOffer(world, leg, 'rescinded')
  leave(leg)
  emitReservation(world, 'reservation.rescinded', leg, {
    description: 'Reservation rescinded, another worker accepted',
  })
  wake(world, leg)
}

function refuse(world: World, leg: LegState, outcome: 'rejected' | 'timeout'): void {
  const { task, worker } = leg
  endOffer(world, leg, outcome)
  leave(leg)
  restore(task, leg)
  passOver(world, task, worker)
  const { transfer } = leg
  if (transfer !== null && transfer.toQueue === null) {
    const failedReason = `Transfer failed because the reservation was ${outcome === 'timeout' ? 'not answered' : outcome}`
    transfer.group = { ...transfer.group, status: 'failed', failedReason }
  }
  emitReservation(world, `reservation.${outcome}`, leg, {
    ...(outcome === 'timeout' ? { reEvaluatedReason: 'reservation_timeout' } : {}),
    ...transferOf(leg),
  })
  wake(world, leg)
}

/** Others are asked first for a while, so that the task does not come straight back. */
function passOver(world: World, task: TaskState, worker: WorkerState): void {
  task.refusedBy = worker
  later(world, 15_000, () => {
    if (task.refusedBy !== worker) return
    task.refusedBy = null
    if (task.queue !== null) world.rules.matchQueue(world, task.queue)
  })
}

function endOffer(world: World, leg: LegState, outcome: Outcome): void {
  leg.worker.offers.delete(leg)
  leg.phase = 'ended'
  leg.version++
  leg.record.offerEnd = { at: world.now, outcome }
}

/** What the task is again when an offer has come to nothing. */
function restore(task: TaskState, leg: LegState): void {
  const others = task.legs.filter((other) => other !== leg)
  if (others.some((other) => other.phase === 'offered')) return
  const isHandled = others.some((other) => other.phase === 'talking')
  change(task, { status: isHandled ? 'assigned' : 'pending' })
}

export function transferOf(leg: LegState): { transfer?: TransferState['group'] } {
  return leg.transfer === null ? {} : { transfer: leg.transfer.group }
}

/** What the agent is going to do with the offer. */
function drawAnswer(world: World, task: TaskState, worker: WorkerState, queue: QueueState): Answer {
  const { behaviour } = world
  const { traits, channel } = queue.definition
  const random = task.random.split('answer', task.group.version)
  const timeout = traits.reservationTimeoutMs
  const ring = logNormal(random, traits.ringMs, 0.5) + 400 * worker.handles.size
  const isCall = channel.uniqueName === 'voice'
  const draw = random.next()
  if (draw < behaviour.ringOut)
    return { afterMs: timeout + integer(random, 0, 20), outcome: 'timeout' }
  if (draw < behaviour.ringOut + behaviour.reject) return { afterMs: ring, outcome: 'rejected' }
  if (isCall && chance(random, behaviour.setUpFails)) return { afterMs: ring, outcome: 'canceled' }
  if (chance(random, behaviour.sameMoment / 10)) return { afterMs: 0, outcome: 'accepted' }
  return { afterMs: Math.min(ring, timeout - 500), outcome: 'accepted' }
}
