import type { Instant } from '../../schemas/events/instant.ts'
import type { Knowledge } from '../projections/definitions.ts'
import type { PassingTime } from '../projections/passing-time.ts'
import type { Fold } from '../projections/projection.ts'
import { dayMs, dayStart } from '../time/interval.ts'
import { cutTo, type Entity } from './entity.ts'
import type { Chapter } from './shard-store.ts'

export interface MovedOn {
  readonly entity: Entity
  /**
   * One for each day that is over, by which late events find their way. A day at whose beginning no window can begin has that
   * from before it: what was put down of the day when less was known leads nowhere any more.
   */
  readonly chapters: readonly Chapter[]
}

/** An entity whose window has gone on with the time; null while it stays, as where only later events tell of what was. */
export function movedOn(
  fold: Fold,
  one: Entity,
  knowledge: Knowledge,
  time: PassingTime,
): MovedOn | null {
  const border = fold.borderAt(Math.min(time.openUntil, time.heard))
  if (border === null || one.window.from >= border) return null
  const chapters: Chapter[] = []
  let current = one
  const beginning = Math.max(one.window.from, one.timeline[0]?.at ?? border)
  for (const day of daysBetween(beginning, border)) {
    current = cutTo(fold, current, knowledge, time.openUntil, day)
    chapters.push({ entity: one.entity, from: day, window: JSON.stringify(current.window) })
  }
  if (current.window.from < border)
    current = cutTo(fold, current, knowledge, time.openUntil, border)
  return current.window === one.window ? null : { entity: current, chapters }
}

/** The days that begin after one instant and by another. */
function* daysBetween(after: Instant, by: Instant): Generator<Instant> {
  for (let day = dayStart(after) + dayMs; day <= by; day += dayMs) yield day
}
