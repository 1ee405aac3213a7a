import type { Instant } from '../../schemas/events/instant.ts'
import type { AgentState, TaskState } from '../../schemas/feeds/state.ts'
import type {
  QueueRealTime,
  WorkersRealTime,
  WorkflowRealTime,
  WorkspaceRealTime,
} from '../../schemas/feeds/statistics.ts'
import type { Known } from './directory.ts'

// The routing state of this second in TaskRouter's words. Tasks are those that are not over.

export function workspaceRealTime(
  tasks: readonly TaskState[],
  agents: readonly AgentState[],
  activities: readonly Known[],
  now: Instant,
): WorkspaceRealTime {
  return { ...tasksNow(tasks, now), ...workersRealTime(agents, activities) }
}

/** Whom a queue may use. */
export interface QueueWorkers {
  readonly eligible: readonly AgentState[]
  /** Of them, how many are in an activity in which tasks are offered. */
  readonly available: number
}

/** `workers` is null where the queue's expression is not known. */
export function queueRealTime(
  tasks: readonly TaskState[],
  workers: QueueWorkers | null,
  activities: readonly Known[],
  now: Instant,
): QueueRealTime {
  const longest = oldest(tasks, ({ enteredQueueAt }) => enteredQueueAt)
  return {
    ...tasksNow(tasks, now),
    longest_relative_task_age_in_queue: ageOf(longest?.enteredQueueAt ?? null, now),
    longest_relative_task_sid_in_queue: longest?.id ?? null,
    activity_statistics:
      workers === null ? [] : workersRealTime(workers.eligible, activities).activity_statistics,
    total_eligible_workers: workers?.eligible.length ?? null,
    total_available_workers: workers?.available ?? null,
  }
}

export function workflowRealTime(tasks: readonly TaskState[], now: Instant): WorkflowRealTime {
  return tasksNow(tasks, now)
}

/** Every activity of the workspace is told, also with nobody in it. */
export function workersRealTime(
  agents: readonly AgentState[],
  activities: readonly Known[],
): WorkersRealTime {
  const byActivity = new Map(
    activities
      .filter(({ isDeleted }) => !isDeleted)
      .map(({ id, name }) => [id, { sid: id, friendly_name: name, workers: 0 }]),
  )
  for (const { activity, activityName } of agents) {
    if (activity === null) continue
    const one = byActivity.get(activity)
    if (one === undefined) {
      byActivity.set(activity, {
        sid: activity,
        friendly_name: activityName ?? activity,
        workers: 1,
      })
    } else one.workers++
  }
  return { activity_statistics: [...byActivity.values()], total_workers: agents.length }
}

const statuses = {
  waiting: 'pending',
  ringing: 'reserved',
  handling: 'assigned',
  wrapping: 'wrapping',
} as const

function tasksNow(tasks: readonly TaskState[], now: Instant): WorkflowRealTime {
  const byPriority: Record<string, number> = {}
  const byStatus = { pending: 0, reserved: 0, assigned: 0, wrapping: 0 }
  for (const { priority, status } of tasks) {
    // 0 is what a task has that is given none.
    const name = String(priority ?? 0)
    byPriority[name] = (byPriority[name] ?? 0) + 1
    byStatus[statuses[status]]++
  }
  const longest = oldest(tasks, ({ createdAt }) => createdAt)
  return {
    longest_task_waiting_age: ageOf(longest?.createdAt ?? null, now),
    longest_task_waiting_sid: longest?.id ?? null,
    tasks_by_priority: byPriority,
    tasks_by_status: byStatus,
    total_tasks: tasks.length,
  }
}

/** Of those that wait, with or without an offer; of several of one moment the one with the least id. */
function oldest(
  tasks: readonly TaskState[],
  since: (task: TaskState) => Instant | null,
): TaskState | null {
  let found: TaskState | null = null
  let foundSince = Infinity
  for (const task of tasks) {
    if (task.status !== 'waiting' && task.status !== 'ringing') continue
    const at = since(task) ?? Infinity
    const isOlder = at < foundSince || (at === foundSince && found !== null && task.id < found.id)
    if (!isOlder) continue
    found = task
    foundSince = at
  }
  return found
}

function ageOf(since: Instant | null, now: Instant): number {
  return since === null ? 0 : Math.max(0, Math.floor((now - since) / 1000))
}
