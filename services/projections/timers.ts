import type { Definitions } from '../../schemas/events/definitions.ts'
import { hubEvent } from '../../schemas/events/hub-event.ts'
import type { Instant } from '../../schemas/events/instant.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import type { TaskStory } from './task-story.ts'
import type { Timeline } from './timeline.ts'

/** Waiting for an end, and the instant at which the hub gives up. */
export interface Timer {
  readonly cause: 'timer.offer' | 'timer.wrapup' | 'timer.handle' | 'timer.task'
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
  return { cause, at: from + limit[cause] }
}

/**
 * Whether the ledger says that it has run out: no fold decides by the time that passes (R13). An event of another instant
 * was derived from what is known better by now, and counts for nothing.
 */
export function hasFired(timer: Timer, events: readonly LedgerEvent[]): boolean {
  return events.some((event) => isOf(timer, event))
}

/** The event by which it has run out, in a task's timeline. */
export function firedBy(timer: Timer, events: Timeline): LedgerEvent | undefined {
  return events.find((event) => event.type === 'task.force-closed' && isOf(timer, event))
}

function isOf({ cause, at }: Timer, event: LedgerEvent): boolean {
  return event.road === 'hub' && event.cause === cause && event.at === at
}

/**
 * What the timers of a task and its reservations say by now. Ids are made of what ran out, and when: a timer that is known
 * to have begun at another instant is another event.
 */
export function firedTimers(story: TaskStory, asOf: Instant): readonly LedgerEvent[] {
  const { task, account, workspace } = { ...story, account: story.events[0]?.account ?? '' }
  const of = ({ cause, at }: Timer) => ({ at, account, workspace, task, cause })
  const fired: LedgerEvent[] = story.legs.flatMap(({ reservation, worker, timer }) =>
    timer === null || timer.at >= asOf
      ? []
      : hubEvent({
          type: 'reservation.force-closed',
          id: ['force-closed', reservation, worker ?? '', timer.cause, timer.at].join(':'),
          ...of(timer),
          ...{ reservation, worker },
        }),
  )
  if (story.timer !== null && story.timer.at < asOf) {
    const id = ['force-closed', task, story.timer.cause, story.timer.at].join(':')
    fired.push(hubEvent({ type: 'task.force-closed', id, ...of(story.timer) }))
  }
  return fired
}
