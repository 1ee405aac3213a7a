import { cancelTask } from './cancel.ts'
import { integer } from './draws.ts'
import { later, type TaskState, type World } from './world.ts'

/** The caller leaves the queue and will be called: later, with a task of its own that knows its parent. */
export function requestCallback(world: World, task: TaskState): void {
  const requestedAt = world.now
  cancelTask(world, task, 'callback_requested', 'diverted')
  later(world, integer(task.random, 120_000, 1_500_000), () =>
    world.rules.openContact(world, {
      origin: task.origin,
      direction: 'callback',
      priority: 30,
      requestedAt,
      party: { customer: task.party.customer },
      attributes: { parentTask: task.record.sid },
    }),
  )
}
