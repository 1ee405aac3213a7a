import type { Instant } from '../../schemas/events/instant.ts'

/** From an instant to another, the end not included. */
export interface Stretch {
  readonly from: Instant
  readonly to: Instant
}

/** How long the stretch is that is read next: short enough to be held at once, long enough not to ask for nothing. */
export const windowMsFirst = 5 * 60_000
const windowMsMin = 1_000
const windowMsMax = 60 * 60_000
export const windowItemsMax = 4_000

/** The next stretch to be read, after all that was read before. */
export function nextWindow({ from, to }: Stretch, done: number, windowMs: number): Stretch {
  const begin = Math.max(from, done)
  return { from: begin, to: Math.min(to, begin + windowMs) }
}

/** It held more than may be held at once. Null: it cannot be made shorter. */
export function halved({ from, to }: Stretch): Stretch | null {
  const half = Math.ceil((to - from) / 2 / windowMsMin) * windowMsMin
  return half < to - from ? { from, to: from + half } : null
}

/** What was read in a window says how long the next may be. */
export function lengthAfter(window: Stretch, items: number): number {
  const length = Math.max(windowMsMin, window.to - window.from)
  return items > windowItemsMax / 4 ? length : Math.min(windowMsMax, 2 * length)
}

/** Whether stretches lie over a whole one, without a hole. */
export function covers(windows: readonly Stretch[], { from, to }: Stretch): boolean {
  let reached = from
  for (const window of windows.toSorted((a, b) => a.from - b.from)) {
    if (window.from > reached) break
    reached = Math.max(reached, window.to)
  }
  return reached >= to
}
