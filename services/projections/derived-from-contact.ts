import { hubEvent } from '../../schemas/events/hub-event.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { predecessorsMax } from './continued-task.ts'
import type { KnownTask } from './known-tasks.ts'
import type { Timeline } from './timeline.ts'

/**
 * What a task must learn of the earlier ones of its conversation: that they were, and when they ended. It is told all of it,
 * and judges for itself, so that nothing has to be taken back when more becomes known.
 */
export function predecessorsOf(tasks: readonly KnownTask[]): readonly LedgerEvent[] {
  return tasks.flatMap((later, index) =>
    tasks
      .slice(Math.max(0, index - predecessorsMax), index)
      .filter((earlier) => earlier.created.at < later.created.at)
      .flatMap((earlier) =>
        [earlier.created, earlier.end, ...earlier.closings].flatMap((cause) =>
          cause === null ? [] : [preceded(later, earlier, cause)],
        ),
      ),
  )
}

function preceded(later: KnownTask, earlier: KnownTask, cause: LedgerEvent): LedgerEvent {
  const isOfHub = cause.road === 'hub'
  return hubEvent({
    type: 'task.preceded',
    id: `preceded:${later.task}:${cause.id}`,
    at: cause.at,
    receivedAt: cause.receivedAt,
    account: cause.account,
    workspace: later.workspace,
    task: later.task,
    continuesTask: earlier.task,
    cause: cause === earlier.end || isOfHub ? cause.type : 'task.created',
    durationMs: isOfHub ? cause.durationMs : null,
  })
}

const tellsOfHold = new Set<string>([
  'conference.participant.hold',
  'conference.participant.unhold',
  'conference.participant.leave',
  'conference.end',
])

/** What a conference that does not bear the name of its task has to tell it: the task's attributes have named the conference. */
export function toldToTasks(events: Timeline, tasks: readonly KnownTask[]): readonly LedgerEvent[] {
  const named = events.flatMap(({ type, task }) =>
    task !== null && type.startsWith('conference.') ? [task] : [],
  )
  const linked = [...new Set([...tasks.map(({ task }) => task), ...named])]
  return events
    .filter(({ type, task }) => task === null && tellsOfHold.has(type))
    .flatMap((event) =>
      linked.map((task): LedgerEvent => ({
        ...event,
        id: `${event.id}/${task}`,
        source: 'ledgerline',
        road: 'hub',
        task,
        subjects: [],
        cause: event.cause ?? event.type,
      })),
    )
}
