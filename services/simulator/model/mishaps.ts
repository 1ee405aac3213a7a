import type { Instant } from '../../../schemas/events/instant.ts'
import { chance, integer } from './draws.ts'
import { emitWorker } from './emit.ts'
import { later, type WorkerState, type World } from './world.ts'
import { withdrawOffer } from './withdraw.ts'

/** What administrators do to workers in the middle of a day. */
export function watchAdministrators(world: World, worker: WorkerState, after: Instant): void {
  const random = worker.random.split('administration', after)
  const at = after + integer(random, 3_600_000, 23 * 3_600_000)
  world.agenda.add(at, () => {
    if (worker.deleted) return
    const draw = random.next() * 1000
    const { deletedWorker, administration } = world.behaviour
    if (draw < deletedWorker) deleteWhenBusy(world, worker)
    else if (draw < deletedWorker + administration / 2) relocate(world, worker)
    else if (draw < deletedWorker + administration)
      switchChannel(world, worker, random.next() < 0.5)
    watchAdministrators(world, worker, after + 24 * 3_600_000)
  })
}

/** A worker is deleted in the middle of a contact: whatever is said of it later, for him it is over. */
function deleteWhenBusy(world: World, worker: WorkerState, attempts = 0): void {
  const isTalking = [...worker.handles].some((leg) => leg.phase === 'talking')
  // Not in the millisecond of another of his events, whose order nobody could tell.
  if (!isTalking || worker.activitySince === world.now) {
    if (attempts < 300) later(world, 60_007, () => deleteWhenBusy(world, worker, attempts + 1))
    return
  }
  worker.deleted = true
  if (worker.span !== null) worker.span.to = world.now
  world.chronicle.deletions.set(worker.agent.sid, world.now)
  emitWorker(world, 'worker.deleted', worker, {
    description: `Worker ${worker.agent.name} deleted`,
  })
  const isSilent = chance(worker.random, 0.5)
  for (const leg of worker.handles) leg.isSilent = isSilent
  later(world, 5, () => {
    for (const leg of [...worker.offers]) {
      withdrawOffer(world, leg)
      world.rules.offerLost(world, leg)
    }
  })
}

function relocate(world: World, worker: WorkerState): void {
  worker.group = {
    ...worker.group,
    attributes: worker.agent.attributes.replace('"location":', '"location_before":'),
    version: worker.group.version + 1,
  }
  emitWorker(world, 'worker.attributes.update', worker, {
    description: `Worker ${worker.agent.name} attributes updated`,
  })
}

/** Switches a channel off or on, and leaves the capacity as it is. */
function switchChannel(world: World, worker: WorkerState, available: boolean): void {
  const { channel } = worker.agent.home
  const name = channel.uniqueName
  if (available) worker.closed.delete(name)
  else worker.closed.add(name)
  emitWorker(world, 'worker.channel.availability.update', worker, {
    description: `Worker ${worker.agent.name} channel ${name} availability updated`,
    workerChannel: {
      channelSid: channel.sid,
      channel: name,
      capacity: worker.agent.capacity[name],
      previousCapacity: worker.agent.capacity[name],
      available,
      taskCount: worker.handles.size,
    },
  })
  if (available) later(world, 100, () => world.rules.matchWorker(world, worker))
}
