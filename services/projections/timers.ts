import type { Definitions } from '../../schemas/events/definitions.ts'
import { hubEvent } from '../../schemas/events/hub-event.ts'
import type { Instant } from '../../schemas/events/instant.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { definitionsAt, type Knowledge } from './definitions.ts'
import type { TaskStory } from './task-story.ts'
import type { Timeline } from './timeline.ts'

/** What is wrong with what only a timer has ended. */
export const timedOut = ['forced', 'missing_end'] as const

/** Waiting for an end, and the instant at which the hub gives up. */
export interface Timer {
  readonly cause: 'timer.offer' | 'timer.wrapup' | 'timer.handle' | 'timer.task'
  readonly from: Instant
  readonly at: Instant
}

/** The timer that runs from an instant: the beginning of the phase, or the last that was heard of the task. */
export function timerOf(
  cause: Timer['cause'],
  from: Instant,
  limits: Definitions['limits'],
  channel: string,
): Timer {
  const limit = {
    'timer.offer': limits.offerMs,
    'timer.wrapup': limits.wrapupMs,
    'timer.handle': limits.handleMs[channel] ?? limits.taskMs,
    'timer.task': limits.taskMs,
  }
  return { cause, from, at: from + limit[cause] }
}

/** That of a task, from the last that a source told of it. It has nothing to do with the task's channel. */
export function taskTimer(from: Instant, knowledge: Knowledge): Timer {
  return timerOf('timer.task', from, definitionsAt(knowledge, from).limits, '')
}

/**
 * Whether the ledger says that it has run out: no fold decides by the time that passes (R13). An event of another instant
 * was derived from what is known better by now, and counts for nothing.
 */
export function hasFired(timer: Timer, events: readonly LedgerEvent[]): boolean {
  return events.some((event) => isOf(timer, event))
}

/** Whether the hub closed a reservation by this event because a timer had run out by what was known then. */
export function isOfTimer({ type, cause }: LedgerEvent): boolean {
  return type === 'reservation.force-closed' && cause?.startsWith('timer.') === true
}

/** The event by which it has run out, in a task's timeline. */
export function firedBy(timer: Timer, events: Timeline): LedgerEvent | undefined {
  return events.find((event) => event.type === 'task.force-closed' && isOf(timer, event))
}

function isOf({ cause, from, at }: Timer, event: LedgerEvent): boolean {
  const since = lastHeard(event) ?? from
  return event.road === 'hub' && event.cause === cause && event.at === at && since === from
}

/**
 * When a task that the hub has closed had last been heard of. Null: the closing does not say. Those of reservations do not,
 * nor did those of tasks before conversations were told of them.
 */
export function lastHeard({ at, durationMs }: LedgerEvent): Instant | null {
  return durationMs === null ? null : at - durationMs
}

/**
 * What the timers of a task and its reservations say by now. Ids are made of what ran out, and when: a timer that is known
 * to have begun at another instant is another event.
 */
export function firedTimers(story: TaskStory, asOf: Instant): readonly LedgerEvent[] {
  const { task, workspace, timer } = story
  const hasRunOut = (one: Timer | null): one is Timer => one !== null && one.at < asOf
  const of = ({ cause, at }: Timer) => {
    return { at, account: story.events[0]?.account ?? '', workspace, task, cause }
  }
  const ofLegs = story.legs.flatMap(({ reservation, worker, timer: own }) =>
    hasRunOut(own)
      ? hubEvent({
          type: 'reservation.force-closed',
          id: ['force-closed', reservation, worker ?? '', own.cause, own.at].join(':'),
          ...of(own),
          ...{ reservation, worker },
        })
      : [],
  )
  if (!hasRunOut(timer)) return ofLegs
  // A closing of before conversations were told stands as it is: with another beside it a rebuild would be another ledger.
  if (firedBy(timer, story.events)?.durationMs === null) return ofLegs
  const durationMs = timer.at - timer.from
  const closings = conversationsOf(story.events).map((conversation) =>
    hubEvent({
      type: 'task.force-closed',
      id: ['force-closed', task, timer.cause, timer.at, durationMs, conversation ?? ''].join(':'),
      ...of(timer),
      ...{ conversation, durationMs },
    }),
  )
  return [...ofLegs, ...closings]
}

/** All that sources name, for each may know of the task; null alone: none. */
function conversationsOf(events: Timeline): readonly (string | null)[] {
  const named = new Set(
    events.flatMap(({ road, conversation }) => (road === 'hub' ? [] : (conversation ?? []))),
  )
  return named.size === 0 ? [null] : [...named]
}

/**
 * What the task's conversations must take back: closings after a silence that was none, or that a source's end makes void.
 * More that becomes known never makes such a closing true again; a limit that changes does not make it wrong.
 */
export function reopenings({ task, timer, events }: TaskStory): readonly LedgerEvent[] {
  return events
    .filter(({ type, conversation }) => type === 'task.force-closed' && conversation !== null)
    .filter((closing) => lastHeard(closing) !== timer?.from)
    .map(({ id, type, at, account, workspace, conversation, durationMs }) =>
      hubEvent({
        type: 'task.reopened',
        id: `reopened:${id}`,
        ...{ at, account, workspace, task, conversation, durationMs },
        cause: type,
      }),
    )
}
