import type { Instant } from '../../schemas/events/instant.ts'

/**
 * What was over not long ago, so that a late event does not bring it back to life. Holds so many ids and forgets the
 * oldest first; of what lies before `horizon` it cannot tell any more.
 */
export interface RecentIds {
  add(id: string, at: Instant): void
  /** It is over, or so old that nobody can say that it is not. */
  isPast(id: string, at: Instant): boolean
  all(): readonly (readonly [id: string, at: Instant])[]
  readonly horizon: Instant
}

export function createRecentIds(
  known: Iterable<readonly [string, Instant]> = [],
  horizonBefore = 0,
  idsMax = 20_000,
): RecentIds {
  const ids = new Map(known)
  let horizon = horizonBefore

  return {
    add(id, at) {
      ids.delete(id)
      ids.set(id, at)
      if (ids.size <= idsMax) return
      const oldest = ids.entries().next().value
      if (oldest === undefined) return
      ids.delete(oldest[0])
      horizon = Math.max(horizon, oldest[1])
    },
    isPast: (id, at) => ids.has(id) || at < horizon,
    all: () => [...ids],
    get horizon() {
      return horizon
    },
  }
}
