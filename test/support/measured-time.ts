import type { AdherenceParameters } from '../../schemas/events/adherence.ts'
import type { Instant, Span } from '../../schemas/events/instant.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { plannedSegmentSchema, type ExceptionKind } from '../../schemas/events/schedule.ts'
import { actualSpans } from '../../services/projections/actual-spans.ts'
import type { MeasuredTime } from '../../services/projections/adherence-pieces.ts'
import type { PlanPiece } from '../../services/projections/agent-plan.ts'
import { agentStates, type StateSpan } from '../../services/projections/agent-states.ts'
import { agentStory, wholeTime } from '../../services/projections/agent-story.ts'
import { nothingKnown, type Knowledge } from '../../services/projections/definitions.ts'
import { withEvents } from '../../services/projections/timeline.ts'

/** One agent's plan and what is known of what he did. */
export interface PlannedDay {
  readonly states: readonly StateSpan[]
  /** Of what time the plan tells. */
  readonly read: Span
  readonly schedule: readonly (Span & { readonly code: string; readonly tracked: boolean })[]
  readonly exceptions: readonly (Span & { readonly kind: ExceptionKind; readonly code?: string })[]
  readonly gaps: readonly Span[]
}

export function statesOf(
  agent: string,
  events: readonly LedgerEvent[],
  asOf: Instant,
  knowledge: Knowledge = nothingKnown,
): readonly StateSpan[] {
  const story = agentStory(agent, withEvents([], events), wholeTime, knowledge, asOf)
  return story === null ? [] : agentStates(story, asOf)
}

export function measuredTime(day: PlannedDay, of: AdherenceParameters): MeasuredTime {
  const did = { states: day.states, wfm: new Map() }
  return {
    plan: piecesOf(day),
    exceptions: day.exceptions.map(({ code = null, ...own }) => ({ ...own, code })),
    parameters: [{ from: -Infinity, of }],
    gaps: day.gaps,
    actual: (by) => actualSpans(did, by),
  }
}

function piecesOf({ read, schedule }: PlannedDay): readonly PlanPiece[] {
  const pieces: PlanPiece[] = []
  let at = read.from
  const add = (to: Instant, segment: PlanPiece['segment']) => {
    if (to > at) pieces.push({ from: at, to, segment, plan: 'plan', readAt: 0 })
    at = Math.max(at, to)
  }
  for (const own of schedule) {
    add(own.from, null)
    add(own.to, plannedSegmentSchema.parse(own))
  }
  add(read.to, null)
  return pieces
}
