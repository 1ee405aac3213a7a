import { cancelTask, deleteTask } from './cancel.ts'
import { requestCallback } from './callbacks.ts'
import { chance, exponential, integer, logNormal } from './draws.ts'
import { snapped } from './moments.ts'
import { isWaiting } from './visits.ts'
import { later, type TaskState, type World } from './world.ts'

/** Everything that may end a wait before somebody answers: the customer, a callback, a supervisor, the time to live. */
export function watchPatience(world: World, task: TaskState): void {
  const { traits } = task.origin.definition
  const random = task.random.split('patience')
  if (traits.patienceMs !== null && task.record.direction === 'inbound') {
    const giveUp = patienceOf(traits.patienceMs, task)
    const at = snapped(world.now + giveUp, random, world.behaviour.snap)
    whileWaiting(world, task, at - world.now, () =>
      cancelTask(world, task, reasonOf(task), 'abandoned'),
    )
    if (traits.callbacks && chance(random, world.behaviour.callback)) {
      whileWaiting(world, task, integer(random, 25_000, 90_000), () => requestCallback(world, task))
    }
  }
  if (chance(random, world.behaviour.deletedTask)) {
    whileWaiting(world, task, integer(random, 1_000, 60_000), () => deleteTask(world, task))
  }
  whileWaiting(world, task, traits.timeToLiveMs, () =>
    cancelTask(world, task, 'Task TTL Exceeded', 'canceled'),
  )
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
