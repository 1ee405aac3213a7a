import type { Span } from '../../schemas/events/instant.ts'
import type {
  QueueCumulative,
  WorkersCumulative,
  WorkflowCumulative,
  WorkspaceCumulative,
} from '../../schemas/feeds/statistics.ts'
import type { ActivityDuration } from './activity-durations.ts'
import type { Known } from './directory.ts'
import type { EventCounts, Waits } from './event-counts.ts'

// What was counted, in TaskRouter's words. A length is in whole seconds, what is over is cut off, as there.

export function workspaceCumulative(events: EventCounts, window: Span): WorkspaceCumulative {
  return {
    ...tasksSoFar(events, window),
    tasks_created: events.count('tasks_created'),
    tasks_timed_out_in_workflow: events.count('tasks_timed_out_in_workflow'),
  }
}

export function queueCumulative(events: EventCounts, window: Span): QueueCumulative {
  return {
    ...tasksSoFar(events, window),
    tasks_entered: events.count('tasks_entered_queue'),
    wait_duration_in_queue_until_accepted: inSeconds(events.waits('in_queue_until_accepted')),
  }
}

export function workflowCumulative(events: EventCounts, window: Span): WorkflowCumulative {
  return {
    ...tasksSoFar(events, window),
    tasks_entered: events.count('tasks_entered_workflow'),
    tasks_timed_out_in_workflow: events.count('tasks_timed_out_in_workflow'),
  }
}

/** Of one worker or of several, whose counts are added up; every activity of the workspace is told, also with nobody in it. */
export function workersCumulative(
  events: readonly EventCounts[],
  durations: readonly ActivityDuration[],
  activities: readonly Known[],
  window: Span,
): WorkersCumulative {
  const names = new Map(durations.map(({ activity, name }) => [activity, name]))
  for (const { id, name, isDeleted } of activities) {
    if (!isDeleted || names.has(id)) names.set(id, name)
  }
  return {
    ...timesOf(window),
    ...reservationsOf(events),
    activity_durations: [...names].map(([sid, name]) => ({
      ...{ sid, friendly_name: name },
      ...inSeconds(joined(durations.filter(({ activity }) => activity === sid))),
    })),
  }
}

function tasksSoFar(events: EventCounts, window: Span) {
  const untilAccepted = inSeconds(events.waits('until_accepted'))
  return {
    ...timesOf(window),
    ...reservationsOf([events]),
    avg_task_acceptance_time: untilAccepted.avg,
    wait_duration_until_accepted: untilAccepted,
    wait_duration_until_canceled: inSeconds(events.waits('until_canceled')),
    split_by_wait_time: Object.fromEntries(
      events.splits.map(({ seconds, above, below }) => [String(seconds), { above, below }]),
    ),
    tasks_canceled: events.count('tasks_canceled'),
    tasks_completed: events.count('tasks_completed'),
    tasks_deleted: events.count('tasks_deleted'),
    tasks_moved: events.count('tasks_moved'),
  }
}

function timesOf({ from, to }: Span) {
  return { start_time: isoTime(from), end_time: isoTime(to) }
}

/** Without the milliseconds that are none: Twilio's clients of some languages read no others. */
function isoTime(at: number): string {
  return new Date(at).toISOString().replace('.000Z', 'Z')
}

function reservationsOf(events: readonly EventCounts[]) {
  const sum = (name: Parameters<EventCounts['count']>[0]) =>
    events.reduce((total, each) => total + each.count(name), 0)
  return {
    reservations_created: sum('reservations_created'),
    reservations_accepted: sum('reservations_accepted'),
    reservations_rejected: sum('reservations_rejected'),
    reservations_timed_out: sum('reservations_timed_out'),
    reservations_canceled: sum('reservations_canceled'),
    reservations_rescinded: sum('reservations_rescinded'),
  }
}

function joined(parts: readonly Waits[]): Waits {
  if (parts.length === 0) return { count: 0, total: 0, min: 0, max: 0 }
  return {
    count: parts.reduce((sum, { count }) => sum + count, 0),
    total: parts.reduce((sum, { total }) => sum + total, 0),
    min: Math.min(...parts.map(({ min }) => min)),
    max: Math.max(...parts.map(({ max }) => max)),
  }
}

function inSeconds({ count, total, min, max }: Waits) {
  const seconds = (ms: number) => Math.floor(ms / 1000)
  return {
    avg: count === 0 ? 0 : seconds(total / count),
    min: seconds(min),
    max: seconds(max),
    total: seconds(total),
  }
}
