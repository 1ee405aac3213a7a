import type { Instant } from '../../schemas/events/instant.ts'
import { attributesTold, freeSinceAt } from './agent-moments.ts'
import { agentStates, evidenceOf, presumedStates, type StateSpan } from './agent-states.ts'
import type { AgentStory, CarriedMoments, Carry, Presumed, StateSince } from './agent-story.ts'
import { isPlanned, planCarry } from './agent-adherence.ts'
import { agentWfmStates, wfmCarry } from './agent-wfm-states.ts'
import type { Knowledge } from './definitions.ts'

/**
 * What a window into a worker's timeline that begins at a border must know of the time before it. A stretch that ends at the
 * very border is carried too: the event that ends it belongs to what follows.
 */
export function carryAt(
  story: AgentStory,
  border: Instant,
  knowledge: Knowledge,
  asOf: Instant,
): Carry {
  const crosses = (span: { readonly from: Instant; readonly to: Instant | null }) =>
    span.from < border && (span.to ?? Infinity) >= border
  const activity = story.activities.find(crosses)
  const reservations = reservationsOver(story, border)
  const kept = new Set(reservations)
  const over = story.legs.filter((leg) => !kept.has(leg.reservation))
  const stateIn = (spans: readonly StateSpan[]): StateSince | null => {
    const span = spans.find(crosses)
    if (span === undefined) return null
    const { state, from } = span
    return { state, from, ...evidenceOf(span, story, over, border) }
  }
  const presumed = (as: Presumed) =>
    activity === undefined ? stateIn(presumedStates(story, asOf, as)) : null
  const states = agentStates(story, asOf)
  const [available, offline] = [presumed('available'), presumed('offline')]
  return {
    workspace: story.workspace,
    activity:
      activity === undefined
        ? null
        : {
            ...{ id: activity.id, name: activity.name, from: activity.from },
            ...{ place: activity.place, begun: activity.begun },
          },
    state: stateIn(states),
    unknown: available === null || offline === null ? null : { available, offline },
    reservations,
    moments: momentsAt(story, border, knowledge, asOf),
    plan: isPlanned(story)
      ? planCarry(
          story,
          { states, wfm: agentWfmStates(story, knowledge, asOf).spans },
          knowledge,
          border,
        )
      : null,
  }
}

/** What was not known at the window's beginning is not known at a later border either. */
function momentsAt(
  story: AgentStory,
  border: Instant,
  knowledge: Knowledge,
  asOf: Instant,
): CarriedMoments | null {
  const { moments } = story.window.carry
  if (moments === null) return null
  return {
    attributesBy: attributesTold(story, border)?.id ?? moments.attributesBy,
    freeSince: freeSinceAt(story, border),
    spans: wfmCarry(story, knowledge, asOf, border),
  }
}

/** Reservations of before the border that reach over it, or that an event after it speaks of, though they had ended. */
function reservationsOver(story: AgentStory, border: Instant): readonly string[] {
  const [before, since] = [new Set<string | null>(), new Set<string | null>()]
  for (const { at, reservation } of story.events) (at < border ? before : since).add(reservation)
  return story.legs
    .filter(({ reservation }) => before.has(reservation))
    .filter((leg) => {
      const end = leg.accepted === null ? leg.offerEnded : leg.ended
      return (end ?? Infinity) >= border || since.has(leg.reservation)
    })
    .map((leg) => leg.reservation)
}
