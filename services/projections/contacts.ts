import { closedBy } from './closed-by.ts'
import { firstOf } from './first-of.ts'
import { phasesOf } from './leg-cells.ts'
import { anomaliesOf } from './leg.ts'
import type { OwnRow } from './projection.ts'
import { receiptColumns, receiptOf } from './receipt.ts'
import type { TaskStory } from './task-story.ts'

/** One row a task: how the contact went. Lengths are those of what has ended. */
export function contact(story: TaskStory): OwnRow {
  const { visits, legs, end } = story
  const ended = legs.flatMap((leg) =>
    leg.accepted === null || leg.ended === null ? [] : [phasesOf(leg, leg.accepted, leg.ended)],
  )
  const sum = (phase: 'talk' | 'hold' | 'acw') =>
    ended.reduce((total, phases) => total + phases[phase], 0)
  const anomalies = [
    ...[story, ...visits].flatMap((part) => part.anomalies),
    ...legs.flatMap((leg) => anomaliesOf(leg.repaired)),
  ]
  return {
    table: 'contacts',
    key: { workspace: story.workspace, task: story.task },
    values: {
      conversation: story.conversation,
      parent_task: firstOf(story.events, (event) => event.parentTask) ?? '',
      continues_task: story.continuesTask ?? '',
      channel: story.channel,
      direction: story.direction,
      workflow: story.workflow,
      first_queue: visits[0]?.queue ?? '',
      last_queue: visits.at(-1)?.queue ?? '',
      created_at: story.created,
      requested_at: story.requestedAt,
      first_queued_at: visits[0]?.entered ?? null,
      first_answered_at: earliest(legs.map((leg) => leg.accepted)),
      ended_at: end?.at ?? null,
      is_open: end === null,
      closed_by: closedBy(end?.event),
      outcome: outcomeOf(story),
      end_reason: end?.event.reason ?? '',
      visits_count: visits.length,
      legs_count: legs.filter((leg) => leg.accepted !== null).length,
      transfers_count: story.transfers.filter(({ type }) => type === 'task.transfer-completed')
        .length,
      wait_ms: visits.reduce(
        (total, visit) => total + (visit.exited === null ? 0 : visit.exited - visit.entered),
        0,
      ),
      talk_ms: sum('talk'),
      hold_ms: sum('hold'),
      acw_ms: sum('acw'),
      definitions_version: story.definitionsVersion,
      anomalies: [...new Set(anomalies)].sort(),
      ...receiptColumns(receiptOf(story.events)),
    },
  }
}

/** What became of the contact as a whole: an answer anywhere makes it answered. */
function outcomeOf(story: TaskStory): string {
  if (story.legs.some((leg) => leg.accepted !== null)) return 'answered'
  const last = story.visits.at(-1)
  if (last === undefined) return story.end === null ? 'open' : 'not_queued'
  return last.disposition ?? 'waiting'
}

function earliest(instants: readonly (number | null)[]): number | null {
  const known = instants.filter((at) => at !== null)
  return known.length === 0 ? null : Math.min(...known)
}
