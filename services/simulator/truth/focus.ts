import type { Instant } from '../../../schemas/events/instant.ts'
import type { CutLeg } from './cut.ts'
import type { Interval } from './interval.ts'

/**
 * One person's time, divided among the contacts that he has in hand. The time is cut where a handle begins or ends, and
 * at the interval's borders; a slice is divided evenly, and the milliseconds that are left over go to those who were
 * accepted first.
 */
export function focusOf(legs: readonly CutLeg[], interval: Interval): ReadonlyMap<CutLeg, number> {
  const focus = new Map<CutLeg, number>()
  const handled = legs
    .flatMap((leg) => (leg.handle === null ? [] : [{ leg, ...leg.handle }]))
    .filter((one) => one.from < one.until)
    .sort((one, other) => one.from - other.from || compare(one.leg, other.leg))
  const cuts = [interval.start, interval.end]
  for (const { from, until } of handled) cuts.push(within(from, interval), within(until, interval))
  cuts.sort((one, other) => one - other)
  for (const [index, to] of cuts.entries()) {
    const from = cuts[index - 1] ?? to
    const sharing = handled.filter((one) => one.from <= from && to <= one.until)
    if (to === from || sharing.length === 0) continue
    const each = Math.floor((to - from) / sharing.length)
    const rest = (to - from) % sharing.length
    for (const [place, { leg }] of sharing.entries()) {
      focus.set(leg, (focus.get(leg) ?? 0) + each + (place < rest ? 1 : 0))
    }
  }
  return focus
}

function within(at: Instant, { start, end }: Interval): Instant {
  return Math.min(end, Math.max(start, at))
}

function compare(one: CutLeg, other: CutLeg): number {
  return one.reservation < other.reservation ? -1 : 1
}
