import type { Instant } from '../../schemas/events/instant.ts'
import { emptyFields, type LedgerEvent } from '../../schemas/events/ledger-event.ts'
import type { AgentStory } from './agent-story.ts'
import type { Leg } from './leg.ts'
import type { TaskStory } from './task-story.ts'

/**
 * How long after a task's end its reservations may still tell their own: the two come a few milliseconds apart, and a
 * closing derived at once would be beaten by the reservation's own end in nearly every case.
 */
export const derivationDelayMs = 60_000

/**
 * What the workers' timelines must learn from this task's: that an offer or a handle ended with it (R7), or that an offer
 * failed without naming its worker.
 */
export function derivedFromTask(story: TaskStory, asOf: Instant): readonly LedgerEvent[] {
  const derived: LedgerEvent[] = []
  for (const leg of story.legs) {
    if (leg.worker === null) continue
    const failed = story.events.find(
      (event) =>
        event.type === 'reservation.failed' &&
        event.reservation === leg.reservation &&
        event.worker === null,
    )
    if (failed !== undefined) derived.push(forceClosed(leg, failed, story.workspace))
    if (story.end === null || !leg.anomalies.includes('missing_end')) continue
    if (asOf - story.end.at < derivationDelayMs) continue
    derived.push(forceClosed(leg, story.end.event, story.workspace))
  }
  return derived
}

/** What the tasks' timelines must learn from this worker's: that his deletion ended an offer or a handle (R8). */
export function derivedFromAgent(story: AgentStory): readonly LedgerEvent[] {
  return story.legs.flatMap((leg) => {
    if (!leg.anomalies.includes('forced')) return []
    const end = leg.ended ?? leg.offerEnded
    const cause = story.deletions.findLast((event) => event.at <= (end ?? 0))
    return cause === undefined ? [] : [forceClosed(leg, cause, story.workspace)]
  })
}

/** A copy of its cause for one reservation. Its id is made of both, so that a replay derives the same event. */
function forceClosed(leg: Leg, cause: LedgerEvent, workspace: string): LedgerEvent {
  return {
    ...emptyFields,
    type: 'reservation.force-closed',
    id: `force-closed:${leg.reservation}:${cause.id}`,
    source: 'ledgerline',
    road: 'hub',
    at: cause.at,
    receivedAt: cause.receivedAt,
    account: cause.account,
    workspace,
    subjects: [],
    task: leg.task,
    reservation: leg.reservation,
    worker: leg.worker,
    queue: leg.queue,
    channel: leg.channel,
    direction: leg.direction,
    cause: cause.type,
  }
}
