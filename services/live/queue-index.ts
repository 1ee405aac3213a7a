import type { LiveAgent } from '../projections/live-agent.ts'
import { liveQueue, type LiveQueue, type QueueMembership } from '../projections/live-queue.ts'
import type { LiveTask } from '../projections/live-task.ts'

/** Which tasks and agents are busy in which queue, so that of thousands only those queues are worked out that changed. */
export interface QueueIndex {
  setTask(before: LiveTask | undefined, after: LiveTask | null): void
  setAgent(before: LiveAgent | undefined, after: LiveAgent | null): void
  /** Queues of which something has changed since the last call. */
  takeChanged(): ReadonlySet<string>
  /** Tasks that are busy in other queues than at the last call. */
  takeMovedTasks(): ReadonlySet<string>
  /** Says that these are elsewhere for whoever asks by name. */
  markMoved(tasks: Iterable<string>): void
  /** Which tasks and agents are busy in a queue. */
  inside(id: string): { readonly tasks: readonly string[]; readonly agents: readonly string[] }
  /** `members`: those whom it may use; null: nobody knows. */
  queue(id: string, members: QueueMembership | null): LiveQueue
  /** The workspace of what is in the queue; null when nothing is. */
  workspaceOf(id: string): string | null
}

interface Busy {
  readonly tasks: Map<string, LiveTask>
  readonly agents: Map<string, LiveAgent>
}

export function createQueueIndex(): QueueIndex {
  const busy = new Map<string, Busy>()
  let changed = new Set<string>()
  let movedTasks = new Set<string>()

  function entryOf(id: string): Busy {
    changed.add(id)
    let one = busy.get(id)
    if (one === undefined) busy.set(id, (one = { tasks: new Map(), agents: new Map() }))
    return one
  }

  function leave(id: string, kind: 'tasks' | 'agents', member: string): void {
    const one = entryOf(id)
    one[kind].delete(member)
    if (one.tasks.size + one.agents.size === 0) busy.delete(id)
  }

  return {
    setTask(before, after) {
      const left = before === undefined ? nowhere : busyQueuesOf(before)
      const entered = after === null ? nowhere : busyQueuesOf(after)
      if (before !== undefined) for (const id of left) leave(id, 'tasks', before.id)
      if (after !== null) for (const id of entered) entryOf(id).tasks.set(after.id, after)
      if (after !== null && !isSame(left, entered)) movedTasks.add(after.id)
    },
    setAgent(before, after) {
      if (before !== undefined) for (const id of legQueues(before)) leave(id, 'agents', before.id)
      if (after !== null) for (const id of legQueues(after)) entryOf(id).agents.set(after.id, after)
    },
    takeChanged() {
      const taken = changed
      changed = new Set()
      return taken
    },
    takeMovedTasks() {
      const taken = movedTasks
      movedTasks = new Set()
      return taken
    },
    markMoved(tasks) {
      for (const task of tasks) movedTasks.add(task)
    },
    inside(id) {
      const one = busy.get(id)
      return { tasks: [...(one?.tasks.keys() ?? [])], agents: [...(one?.agents.keys() ?? [])] }
    },
    queue(id, members) {
      const one = busy.get(id)
      return liveQueue(id, one?.tasks.values() ?? [], one?.agents.values() ?? [], members)
    },
    workspaceOf(id) {
      const one = busy.get(id)
      for (const { workspace } of one?.tasks.values() ?? []) return workspace
      for (const { workspace } of one?.agents.values() ?? []) return workspace
      return null
    },
  }
}

const nowhere: ReadonlySet<string> = new Set()

function isSame(some: ReadonlySet<string>, others: ReadonlySet<string>): boolean {
  return some.size === others.size && [...some].every((id) => others.has(id))
}

/** Where a task waits, rings, is in hand or wrapped up. */
export function busyQueuesOf(task: LiveTask): ReadonlySet<string> {
  const queues = legQueues(task)
  if (task.waitingIn !== null) queues.add(task.waitingIn.queue)
  return queues
}

function legQueues({ legs }: Pick<LiveTask, 'legs'>): Set<string> {
  return new Set(legs.map(({ leg }) => leg.queue))
}
