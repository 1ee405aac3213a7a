import type { ClosedBy } from './closed-by.ts'
import { definitionsAt, type Knowledge } from './definitions.ts'
import { phasesOf } from './leg-cells.ts'
import { anomaliesOf, type Leg } from './leg.ts'
import type { OwnRow } from './projection.ts'
import { receiptColumns } from './receipt.ts'
import type { TaskStory } from './task-story.ts'

/** One row a reservation leg: the offer and, if it was accepted, the handle with its phases. */
export function segments(story: TaskStory, knowledge: Knowledge): readonly OwnRow[] {
  return story.legs.map((leg) => ({
    table: 'segments',
    key: { workspace: story.workspace, reservation: leg.reservation },
    values: {
      ...segment(leg, story),
      definitions_version: definitionsAt(knowledge, leg.offered).version,
    },
  }))
}

function segment(leg: Leg, story: TaskStory): OwnRow['values'] {
  const phases =
    leg.accepted === null || leg.ended === null
      ? { talk: 0, hold: 0, acw: 0 }
      : phasesOf(leg, leg.accepted, leg.ended)
  const closedHolds = leg.holds.flatMap(({ from, to }) => (to === null ? [] : [{ from, to }]))
  return {
    task: leg.task,
    conversation: story.conversation,
    workflow: story.workflow,
    transfer: leg.transfer ?? '',
    agent: leg.worker ?? '',
    queue: leg.queue,
    channel: leg.channel,
    direction: leg.direction,
    is_direct: leg.direct,
    offered_at: leg.offered,
    offer_ended_at: leg.offerEnded,
    offer_outcome: leg.accepted === null ? (leg.refusal ?? 'open') : 'accepted',
    accepted_at: leg.accepted,
    talk_ended_at: leg.talkEnded,
    ended_at: leg.ended,
    is_open: isOpen(leg),
    closed_by: closedBy(leg),
    ring_ms: leg.offerEnded === null ? 0 : leg.offerEnded - leg.offered,
    talk_ms: phases.talk,
    hold_ms: phases.hold,
    acw_ms: phases.acw,
    hold_from: closedHolds.map(({ from }) => from),
    hold_to: closedHolds.map(({ to }) => to),
    hold_started_at: leg.holds.map(({ from }) => from),
    is_accepted_on_hold: leg.holds.some(({ isOwn }) => !isOwn),
    anomalies: anomaliesOf(leg.repaired),
    ...receiptColumns(leg.receipt),
  }
}

function isOpen(leg: Leg): boolean {
  return leg.offerEnded === null || (leg.accepted !== null && leg.ended === null)
}

function closedBy(leg: Leg): ClosedBy {
  if (isOpen(leg)) return ''
  return leg.closings.size > 0 ? 'hub' : 'source'
}
