import type { TransferGroup } from './event.ts'
import { chance, integer, logNormal } from './draws.ts'
import { end } from './cancel.ts'
import { change, emitReservation, emitTask } from './emit.ts'
import { snapped } from './moments.ts'
import { enterQueue, isWaiting } from './visits.ts'
import { leave, wake } from './withdraw.ts'
import { later, type LegState, type World } from './world.ts'

/** Talk ends for this agent: wrap-up begins, or there is none. */
export function endTalk(world: World, leg: LegState): void {
  if (leg.phase !== 'talking') return
  const { task, worker } = leg
  const { behaviour } = world
  const random = task.random.split('wrap-up', leg.record.reservation)
  if (chance(random, behaviour.noWrapUp)) {
    complete(world, leg)
    return
  }
  leg.phase = 'wrapping'
  world.rules.talkEnded(world, leg, false)
  const isLast = isLastLeg(leg)
  if (isLast) change(task, { status: 'wrapping' })
  if (!leg.isSilent) {
    leg.version++
    leg.record.wrapupAt = world.now
    emitReservation(world, 'reservation.wrapup', leg, {
      description: `Reservation ${leg.record.reservation} moved to wrapup`,
      ...asGiver(leg),
    })
  }
  if (isLast) {
    later(world, integer(random, 0, 6), () => {
      if (leg.phase === 'wrapping') emitTask(world, 'task.wrapup', task)
    })
  }
  if (chance(random, behaviour.emptyWrapUp)) {
    complete(world, leg)
    return
  }
  world.rules.beganWrapUp(world, worker)
  const length = logNormal(random, leg.queue.definition.traits.wrapMs, 0.7)
  const at = snapped(world.now + length, random, behaviour.snap)
  later(world, at - world.now, () => complete(world, leg))
}

/** The agent is done with it. The task ends with its last leg, some milliseconds before or after it. */
export function complete(world: World, leg: LegState): void {
  if (leg.phase === 'ended') return
  const { task } = leg
  const isLast = isLastLeg(leg)
  const random = task.random.split('end', leg.record.reservation)
  const isReversed = isLast && chance(random, world.behaviour.reversedEnds)
  const isMissing = isLast && chance(random, world.behaviour.missingEnd)
  const wasTalking = leg.phase === 'talking'
  leg.phase = 'ended'
  if (wasTalking) world.rules.talkEnded(world, leg, false)
  if (isLast) {
    change(task, { status: 'completed', completedReason: 'completed' })
    task.inTransit = true
  }
  if (isReversed) endTask(world, leg)
  later(world, isReversed ? integer(random, 1, 8) : 0, () => {
    if (isMissing || leg.isSilent) endSilently(world, leg)
    else endLeg(world, leg)
  })
  if (isLast && !isReversed) later(world, integer(random, 0, 12), () => endTask(world, leg))
}

/** An accepted call falls through, seconds later, and waits again in its queue. */
export function fallBack(world: World, leg: LegState): void {
  const { task } = leg
  if (leg.phase !== 'talking') return
  if (task.queue === null || leg.worker.deleted) {
    endTalk(world, leg)
    return
  }
  leg.phase = 'ended'
  task.refusedBy = leg.worker
  world.rules.talkEnded(world, leg, true)
  endLeg(world, leg)
  enterQueue(world, task, task.queue, 'requeued')
}

function endLeg(world: World, leg: LegState): void {
  leave(leg)
  leg.version++
  leg.record.completedAt = world.now
  emitReservation(world, 'reservation.completed', leg, asGiver(leg))
  endSilently(world, leg)
}

function endSilently(world: World, leg: LegState): void {
  leave(leg)
  wake(world, leg)
  world.rules.becameFree(world, leg.worker)
}

function endTask(world: World, { task }: LegState): void {
  emitTask(world, 'task.completed', task)
  end(world, task)
}

/** Nobody else has it in hand, and it waits for nobody. */
function isLastLeg(leg: LegState): boolean {
  const { task } = leg
  const others = task.legs.filter((other) => other !== leg && other.phase !== 'ended')
  return !task.ended && !isWaiting(task) && others.length === 0
}

/** The events of the leg that gave the task away bear the transfer. */
function asGiver(leg: LegState): { transfer?: TransferGroup } {
  const transfer = leg.task.transfer
  return transfer?.giver === leg ? { transfer: transfer.group } : {}
}
