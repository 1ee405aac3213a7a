import type { Instant } from '../../schemas/events/instant.ts'

/** No more than so many requests in so long. */
export interface RequestLimit {
  readonly requests: number
  readonly perMs: number
}

/** The vendor's: a product that heeds them there heeds them here. */
export const requestLimits: readonly RequestLimit[] = [
  { requests: 3, perMs: 60_000 },
  { requests: 9, perMs: 900_000 },
]

/** For how many milliseconds a caller who asked at these times, in their order, may not ask again; 0: he may. */
export function waitMs(askedAt: readonly Instant[], now: Instant): number {
  const waits = requestLimits.map(({ requests, perMs }) => {
    const first = askedAt.at(-requests)
    return first === undefined ? 0 : first + perMs - now
  })
  return Math.max(0, ...waits)
}

/** Of the times at which somebody asked, those that still count. */
export function counting(askedAt: readonly Instant[], now: Instant): readonly Instant[] {
  const longestMs = Math.max(...requestLimits.map(({ perMs }) => perMs))
  return askedAt.filter((at) => at + longestMs > now)
}
