import type { Instant } from '../../../schemas/events/instant.ts'
import { none, type Disposition, type Entry, type LegRecord } from './chronicle.ts'
import { chance, integer } from './draws.ts'
import { change, emitTask } from './emit.ts'
import type { PreviousQueueGroup, TransferGroup } from './event.ts'
import { later, type QueueState, type TaskState, type World } from './world.ts'

/** The task enters a queue, a visit begins, and TaskRouter looks for somebody. */
export function enterQueue(world: World, task: TaskState, queue: QueueState, entry: Entry): void {
  openVisit(world, task, queue, entry)
  joinQueue(world, task, queue)
}

/** A visit begins, maybe a moment before TaskRouter says that the queue was entered. */
export function openVisit(world: World, task: TaskState, queue: QueueState, entry: Entry): void {
  task.visit = {
    task: task.record,
    queue: queue.definition.sid,
    entry,
    enteredAt: world.now,
    exit: null,
    seams: none,
  }
  world.chronicle.visits.push(task.visit)
}

interface JoinExtras {
  readonly transfer?: TransferGroup
  readonly previousQueue?: PreviousQueueGroup
}

/** The task stands in a queue's line. */
export function joinQueue(
  world: World,
  task: TaskState,
  queue: QueueState,
  extras: JoinExtras = {},
): void {
  setQueue(world, task, queue)
  if (extras.transfer === undefined) change(task, { status: 'pending' }, false)
  emitTask(world, 'task-queue.entered', task, {
    description: `Task ${task.group.sid} entered TaskQueue ${queue.definition.name}`,
    ...extras,
  })
  line(task, queue)
  const isAtOnce = chance(task.random, world.behaviour.sameMoment)
  later(world, isAtOnce ? 0 : integer(task.random, 60, 700), () =>
    world.rules.matchQueue(world, queue),
  )
}

/** The queue that TaskRouter names on every event of the task from now on. */
export function setQueue(
  world: World,
  task: TaskState,
  queue: QueueState,
  enteredAt: Instant = world.now,
): void {
  const { sid, name, expression } = queue.definition
  task.queue = queue
  change(task, { queue: { sid, name, expression, enteredAt } }, task.group.queue?.sid !== sid)
}

export function isWaiting(task: TaskState): boolean {
  return task.visit !== null && task.visit.exit === null && !task.ended
}

/** The visit ends now. What leaves the line here is never matched again, unless it comes back. */
export function closeVisit(
  world: World,
  task: TaskState,
  disposition: Disposition,
  leg: LegRecord | null = null,
): void {
  leaveLine(task)
  if (task.visit?.exit === null) task.visit.exit = { at: world.now, disposition, leg }
}

export function leaveLine(task: TaskState): void {
  const waiting = task.queue?.waiting
  const place = waiting?.indexOf(task) ?? -1
  if (place >= 0) waiting?.splice(place, 1)
}

/** Higher priority first, then the older task. */
function line(task: TaskState, { waiting }: QueueState): void {
  let place = waiting.length
  while (place > 0) {
    const before = waiting[place - 1]
    if (before === undefined || goesFirst(before, task)) break
    place--
  }
  waiting.splice(place, 0, task)
}

function goesFirst(one: TaskState, other: TaskState): boolean {
  if (one.group.priority !== other.group.priority) {
    return one.group.priority > other.group.priority
  }
  return one.group.createdAt <= other.group.createdAt
}
