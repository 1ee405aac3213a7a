import { emitReservation } from './emit.ts'
import { integer } from './draws.ts'
import { later, type LegState, type World } from './world.ts'

/** What is said of an offer that is taken back; `silently`: nothing, the event is lost. */
export type Withdrawal = 'canceled' | 'silently' | 'set-up failed'

/** An offer is taken back before the agent has answered it. */
export function withdrawOffer(world: World, leg: LegState, how: Withdrawal = 'canceled'): void {
  if (leg.phase !== 'offered') return
  leg.version++
  leg.phase = 'ended'
  leave(leg)
  if (how !== 'silently') {
    leg.record.offerEnd = { at: world.now, outcome: 'canceled' }
    emitReservation(world, 'reservation.canceled', leg, {
      ...(leg.queue.definition.channel.uniqueName === 'voice' ? { reasonCode: 13223 } : {}),
      ...(leg.transfer === null ? {} : { transfer: leg.transfer.group }),
    })
  }
  wake(world, leg)
}

/** The leg is out of the way of both its task and its worker. */
export function leave(leg: LegState): void {
  leg.worker.offers.delete(leg)
  leg.worker.handles.delete(leg)
  leg.task.legs = leg.task.legs.filter((other) => other !== leg)
}

/** TaskRouter takes a moment to see that a worker is free. */
export function wake(world: World, leg: LegState): void {
  const { worker } = leg
  worker.idleSince = world.now
  later(world, integer(worker.random, 40, 350), () => world.rules.matchWorker(world, worker))
}
