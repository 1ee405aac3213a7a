import { makeOffer } from './offers.ts'
import { isWaiting } from './visits.ts'
import { loadOf, type QueueState, type TaskState, type WorkerState, type World } from './world.ts'

/** Offers the queue's waiting tasks to workers who can take them, until no worker is left. */
export function matchQueue(world: World, queue: QueueState): void {
  for (const task of [...queue.waiting]) {
    while (wantsOffer(task, queue)) {
      const worker = bestWorker(task, queue)
      if (worker === undefined) break
      makeOffer(world, task, worker, queue)
    }
    // Who may not be offered this task may be offered the next; but if all are busy, the rest need not ask.
    if (wantsOffer(task, queue) && !queue.members.some((worker) => isFree(worker, queue))) return
  }
}

/** A worker has become free: the queue whose first task goes first asks first. */
export function matchWorker(world: World, worker: WorkerState): void {
  const queues = worker.queues.filter((queue) => queue.waiting.length > 0)
  for (const queue of queues.sort(byFirstTask)) matchQueue(world, queue)
}

/** Longest idle first, as TaskRouter's optimised routing does it. */
function bestWorker(task: TaskState, queue: QueueState): WorkerState | undefined {
  let best: WorkerState | undefined
  for (const worker of queue.members) {
    if (!isFree(worker, queue) || worker === task.refusedBy) continue
    if (task.legs.some((leg) => leg.worker === worker)) continue
    if (best === undefined || worker.idleSince < best.idleSince) best = worker
  }
  return best
}

/** In an available activity, with room on the channel, and not rung on it already. */
export function isFree(worker: WorkerState, queue: QueueState): boolean {
  if (worker.deleted || !worker.activity.available) return false
  if (worker.closed.has(queue.definition.channel.uniqueName)) return false
  if (worker.offers.size + worker.handles.size === 0) return capacityOf(worker, queue) > 0
  const channel = queue.definition.channel.uniqueName
  if (loadOf(worker, channel) >= capacityOf(worker, queue)) return false
  for (const leg of worker.offers) {
    if (leg.queue.definition.channel.uniqueName === channel) return false
  }
  return true
}

function capacityOf(worker: WorkerState, queue: QueueState): number {
  return worker.agent.capacity[queue.definition.channel.uniqueName]
}

function wantsOffer(task: TaskState, queue: QueueState): boolean {
  if (!isWaiting(task) || task.inTransit || task.queue !== queue || task.stepIsDue) return false
  const ringing = task.legs.filter((leg) => leg.phase === 'offered' && !leg.direct).length
  return ringing < queue.definition.maxReservedWorkers
}

function byFirstTask(one: QueueState, other: QueueState): number {
  const [first, second] = [one.waiting[0], other.waiting[0]]
  if (first === undefined || second === undefined) return 0
  if (first.group.priority !== second.group.priority) {
    return second.group.priority - first.group.priority
  }
  return first.group.createdAt - second.group.createdAt
}
