import type { Instant } from '../../../schemas/events/instant.ts'
import { none } from './chronicle.ts'
import { createTask } from './contacts.ts'
import { end } from './cancel.ts'
import { chance, exponential, integer } from './draws.ts'
import { change, emit, emitTask } from './emit.ts'
import { isFree } from './matching.ts'
import { makeOffer } from './offers.ts'
import { setQueue } from './visits.ts'
import { later, type QueueState, type TaskState, type WorkerState, type World } from './world.ts'

/** An agent with a telephone calls somebody from time to time, and all the time in a campaign. */
export function startDialling(world: World, worker: WorkerState, until: Instant): void {
  const queue = worker.queues.find((one) => one.definition.channel.uniqueName === 'voice')
  const perHour = world.behaviour.outboundPerHour
  if (queue === undefined || perHour <= 0) return
  const random = worker.random.split('dialling', world.now)
  const dialNext = (): void => {
    const isCampaign = worker.activity.name === 'Outbound Campaign'
    const pause = exponential(random, isCampaign ? 25_000 : 3_600_000 / perHour)
    // Looks again soon: a campaign may have begun meanwhile.
    later(world, Math.min(pause, 300_000), () => {
      if (world.now >= until || worker.deleted || !worker.onShift) return
      if (pause <= 300_000 && isFree(worker, queue) && worker.handles.size === 0) {
        dial(world, worker, queue)
      }
      dialNext()
    })
  }
  dialNext()
}

/** A task for this worker alone: it is routed to him by name and opens no visit. */
function dial(world: World, worker: WorkerState, queue: QueueState): void {
  const task = createTask(world, {
    origin: queue,
    direction: 'outbound',
    routingTarget: worker.agent.sid,
  })
  const isLost = chance(task.random, world.behaviour.outboundFails)
  setQueue(world, task, queue)
  later(world, isLost ? 20_000 : integer(task.random, 60, 180), () => {
    if (isLost || !isFree(worker, queue)) {
      fail(world, task, queue)
      return
    }
    const afterMs = integer(task.random, 250, 900)
    makeOffer(world, task, worker, queue, {
      direct: true,
      answer: { afterMs, outcome: 'accepted' },
    })
  })
}

/** The agent could not be had: a reservation fails that was never created, and TaskRouter names no worker. */
function fail(world: World, task: TaskState, queue: QueueState): void {
  const reservation = world.sids.reservation()
  world.chronicle.legs.push({
    reservation,
    task: task.record,
    agent: null,
    queue: queue.definition.sid,
    offeredAt: world.now,
    offerEnd: { at: world.now, outcome: 'failed' },
    wrapupAt: null,
    completedAt: null,
    holds: none,
  })
  const canceledReason = 'RoutingTarget SLA for Reservation creation was not met'
  change(task, { status: 'canceled', canceledReason })
  emit(world, 'reservation.failed', reservation, {
    description: 'Reservation failed',
    task: task.group,
    reservation: { sid: reservation },
  })
  later(world, integer(task.random, 1, 8), () => {
    emitTask(world, 'task.canceled', task, { description: `Task ${task.group.sid} canceled` })
    end(world, task)
  })
}
