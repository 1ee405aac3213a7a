import { hubEvent } from '../../schemas/events/hub-event.ts'
import type { Instant } from '../../schemas/events/instant.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import type { AgentStory } from './agent-story.ts'
import type { Leg } from './leg.ts'
import { summary, type ReportedHold } from './reported-holds.ts'
import type { TaskStory } from './task-story.ts'
import { firedTimers, isOfTimer, reopenings } from './timers.ts'

/**
 * How long after a task's end its reservations may still tell their own: the two come a few milliseconds apart, and a
 * closing derived at once would be beaten by the reservation's own end in nearly every case.
 */
export const derivationDelayMs = 60_000

/**
 * What the workers' timelines must learn from this task's: that an offer or a handle ended with it (R7), that an offer
 * failed without naming its worker, or that its customer was put on hold; and, for both and the conversations, what has gone on
 * for too long.
 */
export function derivedFromTask(story: TaskStory, asOf: Instant): readonly LedgerEvent[] {
  const derived = [...firedTimers(story, asOf), ...reopenings(story)]
  for (const leg of story.legs) {
    if (leg.worker === null) continue
    if (leg.accepted !== null) {
      derived.push(...story.holds.map((hold) => copyOf(hold, leg, story)))
    }
    const failed = story.events.find(
      (event) =>
        event.type === 'reservation.failed' &&
        event.reservation === leg.reservation &&
        event.worker === null,
    )
    if (failed !== undefined) derived.push(forceClosed(leg, failed, story.workspace))
    if (story.end === null || !mustLearnOfEnd(leg, story)) continue
    if (asOf - story.end.at < derivationDelayMs) continue
    derived.push(forceClosed(leg, story.end.event, story.workspace))
  }
  return derived
}

/**
 * Of the end that closed the leg, and of one that came after a deletion where a timer had run out before both: only that
 * makes the timer void for the worker as it does for the task.
 */
function mustLearnOfEnd({ reservation, closings }: Leg, { timer, events }: TaskStory): boolean {
  if (closings.has('task')) return true
  return (
    closings.has('deletion') &&
    timer === null &&
    events.some((event) => event.reservation === reservation && isOfTimer(event))
  )
}

/**
 * A conference's hold for the side of the worker. Every leg that was accepted gets every one, and judges for itself which
 * are its own: so what it has got does not depend on what was known first.
 */
function copyOf({ event, onHold, report }: ReportedHold, leg: Leg, story: TaskStory): LedgerEvent {
  return hubEvent({
    type: onHold ? 'reservation.hold' : 'reservation.unhold',
    id: `hold:${leg.reservation}:${event.id}`,
    at: event.at,
    receivedAt: event.receivedAt,
    sequence: event.sequence,
    account: event.account,
    workspace: story.workspace,
    ...namesOf(leg),
    cause: report === 'summary' ? summary : event.type,
  })
}

function namesOf({ task, reservation, worker, queue, channel, direction }: Leg) {
  return { task, reservation, worker, queue, channel, direction }
}

/** What the tasks' timelines must learn from this worker's: that his deletion ended an offer or a handle (R8). */
export function derivedFromAgent(story: AgentStory): readonly LedgerEvent[] {
  return story.legs.flatMap((leg) => {
    if (!leg.closings.has('deletion')) return []
    const end = leg.ended ?? leg.offerEnded
    const cause = story.deletions.findLast((event) => event.at <= (end ?? 0))
    return cause === undefined ? [] : [forceClosed(leg, cause, story.workspace)]
  })
}

/** A copy of its cause for one reservation. Its id is made of both, so that a replay derives the same event. */
function forceClosed(leg: Leg, cause: LedgerEvent, workspace: string): LedgerEvent {
  return hubEvent({
    type: 'reservation.force-closed',
    id: `force-closed:${leg.reservation}:${cause.id}`,
    at: cause.at,
    receivedAt: cause.receivedAt,
    account: cause.account,
    workspace,
    ...namesOf(leg),
    cause: cause.type,
  })
}
