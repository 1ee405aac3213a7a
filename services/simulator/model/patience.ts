import { cancelTask, deleteTask } from './cancel.ts'
import { requestCallback } from './callbacks.ts'
import { chance, exponential, integer, logNormal } from './draws.ts'
import { snapped } from './moments.ts'
import { isWaiting } from './visits.ts'
import { later, type TaskState, type World } from './world.ts'

/**
 * What may end a wait before somebody answers: the customer, a callback, a supervisor, the time to live. Only the one that
 * would come first is kept in mind, or every contact of the last hours would be.
 */
export function watchPatience(world: World, task: TaskState): void {
  const { behaviour } = world
  const { traits } = task.origin.definition
  const random = task.random.split('patience')
  const ends: End[] = [
    {
      afterMs: traits.timeToLiveMs,
      action: () => cancelTask(world, task, 'Task TTL Exceeded', 'canceled'),
    },
  ]
  if (traits.patienceMs !== null && task.record.direction === 'inbound') {
    const limit = patienceOf(traits.patienceMs, task)
    const at = snapped(world.now + limit, random, behaviour.snap)
    const action = (): void => cancelTask(world, task, reasonOf(task), 'abandoned')
    ends.push({ afterMs: at - world.now, action })
    if (traits.callbacks && chance(random, behaviour.callback)) {
      const afterMs = integer(random, 25_000, 90_000)
      ends.push({ afterMs, action: () => requestCallback(world, task) })
    }
  }
  if (chance(random, behaviour.deletedTask)) {
    const afterMs = integer(random, 1_000, 60_000)
    ends.push({ afterMs, action: () => deleteTask(world, task) })
  }
  const first = ends.reduce((one, other) => (other.afterMs < one.afterMs ? other : one))
  whileWaiting(world, task, first.afterMs, first.action)
}

interface End {
  readonly afterMs: number
  readonly action: () => void
}

/** In a transfer the customer waits again, and may again give up. */
export function watchTransferPatience(world: World, task: TaskState): void {
  const patience = patienceOf(task.origin.definition.traits.patienceMs ?? 300_000, task)
  const transfer = task.transfer
  whileWaiting(world, task, patience, () => {
    if (task.transfer === transfer) cancelTask(world, task, reasonOf(task), 'abandoned')
  })
}

function whileWaiting(world: World, task: TaskState, delayMs: number, action: () => void): void {
  const visitsBefore = task.transfersCount
  later(world, delayMs, check)

  function check(): void {
    if (task.inTransit) {
      later(world, 50, check)
      return
    }
    if (isWaiting(task) && task.transfersCount === visitsBefore) action()
  }
}

/** Some hang up at once, having changed their mind; the others have a limit. */
function patienceOf(meanMs: number, task: TaskState): number {
  const random = task.random.split('limit', task.transfersCount)
  return chance(random, 0.02) ? exponential(random, 3_000) : logNormal(random, meanMs, 1)
}

function reasonOf(task: TaskState): string {
  return task.record.channel === 'voice' ? 'hangup' : 'Customer left the chat'
}
