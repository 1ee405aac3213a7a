import type { Instant } from '../../schemas/events/instant.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { wholeTime, type Window } from '../projections/agent-story.ts'
import type { Knowledge } from '../projections/definitions.ts'
import {
  isSettled,
  noContribution,
  type Contribution,
  type Fold,
} from '../projections/projection.ts'
import { withEvents, type Timeline } from '../projections/timeline.ts'

/** A timeline in memory, with what it came to when it was last folded. */
export interface Entity {
  readonly entity: string
  readonly window: Window
  readonly timeline: Timeline
  readonly contribution: Contribution
  /** The store has it as it is: window, and whether it is open. */
  readonly isStored: boolean
}

/** One that nothing has been heard of. */
export function newEntity(entity: string): Entity {
  return { entity, window: wholeTime, timeline: [], contribution: noContribution, isStored: false }
}

/**
 * As of when an entity is looked at: the last tick of the clock, or just after its own last event if that is later. So rows
 * are fresh at once, and still a function of the entity's own events and the ledger's ticks.
 */
export function asOfEntity(timeline: Timeline, tick: Instant): Instant {
  const last = timeline.at(-1)
  return last === undefined ? tick : Math.max(tick, last.at + 1)
}

export function folded(
  fold: Fold,
  entity: string,
  window: Window,
  timeline: Timeline,
  knowledge: Knowledge,
  tick: Instant,
): Entity {
  const asOf = asOfEntity(timeline, tick)
  const contribution = fold.contribution(entity, timeline, window, knowledge, asOf)
  return { entity, window, timeline, contribution, isStored: true }
}

/** The entity after these events and at this tick. */
export function refolded(
  fold: Fold,
  before: Entity,
  arrived: readonly LedgerEvent[],
  knowledge: Knowledge,
  tick: Instant,
): Entity {
  const timeline = withEvents(before.timeline, arrived)
  const after = folded(fold, before.entity, before.window, timeline, knowledge, tick)
  return {
    ...after,
    isStored: before.isStored && isSettled(before.contribution) === isSettled(after.contribution),
  }
}

/** The entity seen through the window that begins at a border; its rows of the time after it are the same. */
export function cutTo(
  fold: Fold,
  one: Entity,
  knowledge: Knowledge,
  tick: Instant,
  border: Instant,
): Entity {
  const asOf = asOfEntity(one.timeline, tick)
  const { window, timeline } = fold.cut(
    one.entity,
    one.timeline,
    one.window,
    knowledge,
    asOf,
    border,
  )
  return { ...folded(fold, one.entity, window, timeline, knowledge, tick), isStored: false }
}
