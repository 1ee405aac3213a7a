import type { Disposition } from './chronicle.ts'
import { chance, integer } from './draws.ts'
import { change, emitTask } from './emit.ts'
import { withdrawOffer } from './withdraw.ts'
import { closeVisit } from './visits.ts'
import { later, type TaskState, type World } from './world.ts'

/**
 * The task is canceled while it waits. Offers that ring are taken back first, a few milliseconds before the task's own
 * event; now and then their end is lost, and the task's is all there is.
 */
export function cancelTask(
  world: World,
  task: TaskState,
  reason: string,
  disposition: Disposition,
): void {
  const pause = markCanceled(world, task, reason)
  later(world, pause, () => {
    emitTask(world, 'task.canceled', task, {
      description: reason.startsWith('Task') ? reason : `Task ${task.group.sid} canceled`,
    })
    closeVisit(world, task, disposition)
    end(world, task)
    if (reason === 'Task TTL Exceeded') {
      later(world, 300, () =>
        emitTask(world, 'task.system-deleted', task, {
          description: `Task ${task.group.sid} deleted by the system`,
        }),
      )
    }
  })
}

/** The workflow ends without an answer: its own event closes the visit, the task's follows. */
export function endOfWorkflow(
  world: World,
  task: TaskState,
  how: 'workflow.timeout' | 'workflow.skipped',
): void {
  const isTimeout = how === 'workflow.timeout'
  const reason = isTimeout ? 'Task canceled on Workflow timeout' : 'Task canceled by workflow skip'
  if (isTimeout && chance(task.random, 0.5)) {
    emitTask(world, 'task-queue.timeout', task, {
      description: `Task ${task.group.sid} timed out in TaskQueue ${task.group.queue?.name ?? ''}`,
    })
  }
  const pause = markCanceled(world, task, reason)
  emitTask(world, how, task, {
    description: `Task ${task.group.sid} ${isTimeout ? 'timed' : 'skipped'} out of workflow`,
  })
  closeVisit(world, task, isTimeout ? 'timeout' : 'canceled')
  later(world, pause, () => {
    emitTask(world, 'task.canceled', task, { description: reason })
    end(world, task)
  })
}

/** A supervisor deletes a task that waits. */
export function deleteTask(world: World, task: TaskState): void {
  for (const leg of [...task.legs]) withdrawOffer(world, leg)
  emitTask(world, 'task.deleted', task, { description: `Task ${task.group.sid} deleted` })
  closeVisit(world, task, 'canceled')
  end(world, task)
}

export function end(world: World, task: TaskState): void {
  task.ended = true
  task.inTransit = false
  task.record.endedAt ??= world.now
  world.rules.taskEnded(world, task)
}

function markCanceled(world: World, task: TaskState, reason: string): number {
  const isMissing = chance(task.random, world.behaviour.missingEnd * 5)
  change(task, { status: 'canceled', canceledReason: reason })
  task.inTransit = true
  for (const leg of [...task.legs]) {
    if (leg.phase === 'offered') withdrawOffer(world, leg, isMissing ? 'silently' : 'canceled')
  }
  return integer(task.random, 0, 9)
}
