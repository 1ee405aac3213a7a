import { endOfWorkflow } from './cancel.ts'
import type { RoutingStep } from './centre.ts'
import { chance, integer } from './draws.ts'
import { change, emitTask } from './emit.ts'
import { enterQueue, isWaiting, joinQueue, leaveLine, setQueue } from './visits.ts'
import { later, type QueueState, type TaskState, type World } from './world.ts'

/** Takes the task out of its routing step when the step's time is up. Times add up from the filter's beginning. */
export function watchStep(world: World, task: TaskState): void {
  const steps = task.origin.definition.steps
  const current = steps[task.step]
  if (current?.timeoutMs == null) return
  const spent = steps.slice(0, task.step + 1).reduce((sum, step) => sum + (step.timeoutMs ?? 0), 0)
  const step = task.step
  later(world, task.filterEnteredAt + spent - world.now, () => {
    if (task.step === step) stepTimedOut(world, task)
  })
}

/** Called when the step's time is up, and again when an offer that was open then has come to nothing. */
export function stepTimedOut(world: World, task: TaskState): void {
  if (task.inTransit) {
    later(world, 50, () => stepTimedOut(world, task))
    return
  }
  if (!isWaiting(task) || task.transfer !== null) return
  if (task.legs.length > 0 && !mayMoveWhileRinging(world, task)) {
    task.stepIsDue = true
    return
  }
  task.stepIsDue = false
  const next = task.origin.definition.steps[task.step + 1]
  const target = next === undefined ? undefined : world.queues.get(next.queue)
  if (next === undefined || target === undefined) {
    endOfWorkflow(world, task, 'workflow.timeout')
    return
  }
  if (next.skipIfNobody && !target.members.some((worker) => worker.activity.available)) {
    endOfWorkflow(world, task, 'workflow.skipped')
    return
  }
  task.step++
  if (target === task.queue) stayInQueue(world, task, target, next)
  else moveTo(world, task, target, next)
  watchStep(world, task)
}

/** Not if somebody is about to answer: the move takes some milliseconds. */
function mayMoveWhileRinging(world: World, task: TaskState): boolean {
  if (task.legs.some((leg) => leg.answerAt - world.now < 200)) return false
  return chance(task.random, world.behaviour.moveWhileRinging)
}

/** The next step is in the same queue: one visit, though TaskRouter says time-out and entered. */
function stayInQueue(world: World, task: TaskState, queue: QueueState, step: RoutingStep): void {
  const closedAt = world.now
  sayTimeout(world, task)
  leaveLine(task)
  task.inTransit = true
  later(world, pauseOf(world, task), () => {
    task.inTransit = false
    const { visit } = task
    if (visit !== null) visit.seams = [...visit.seams, { closedAt, reopenedAt: world.now }]
    change(task, { priority: step.priority }, false)
    joinQueue(world, task, queue)
  })
}

/** Time-out, moved, entered: three events within some milliseconds. */
function moveTo(world: World, task: TaskState, queue: QueueState, step: RoutingStep): void {
  const previous = task.group.queue
  const priority = task.group.priority
  sayTimeout(world, task)
  leaveLine(task)
  if (task.visit !== null) {
    task.visit.exit = { at: world.now, disposition: 'timeout', leg: null }
  }
  task.inTransit = true
  const pause = pauseOf(world, task)
  later(world, pause, () => {
    setQueue(world, task, queue)
    change(task, { priority: step.priority }, false)
    emitTask(world, 'task-queue.moved', task, {
      description: `Task ${task.group.sid} moved to TaskQueue ${queue.definition.name}`,
      previousQueue: {
        sid: previous?.sid ?? '',
        name: previous?.name ?? '',
        priority,
        reason: 'timeout',
      },
    })
    later(world, pause, () => {
      task.inTransit = false
      enterQueue(world, task, queue, 'moved')
    })
  })
}

function sayTimeout(world: World, task: TaskState): void {
  const { sid, queue } = task.group
  emitTask(world, 'task-queue.timeout', task, {
    description: `Task ${sid} timed out in TaskQueue ${queue?.name ?? ''}`,
  })
}

function pauseOf(world: World, task: TaskState): number {
  return chance(task.random, world.behaviour.sameMoment) ? 0 : integer(task.random, 3, 12)
}
