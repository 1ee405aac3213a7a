import type { Instant, Span } from '../../schemas/events/instant.ts'

/** The length of a base interval where nobody has chosen another. */
export const quarterHourMs = 900_000

export const dayMs = 86_400_000

/** The start of the interval that an instant belongs to; an instant on a border belongs to the one that begins there. */
export function intervalStart(at: Instant, intervalMs: number): Instant {
  return at - (((at % intervalMs) + intervalMs) % intervalMs)
}

/** The start of the UTC day that an instant belongs to. */
export function dayStart(at: Instant): Instant {
  return intervalStart(at, dayMs)
}

/** The start of the UTC month that an instant belongs to. */
export function monthStart(at: Instant): Instant {
  const day = new Date(at)
  return Date.UTC(day.getUTCFullYear(), day.getUTCMonth())
}

/** The starts of the intervals that share time with a span; none for an empty one. */
export function* intervalsOf(span: Span, intervalMs: number): Generator<Instant> {
  for (let start = intervalStart(span.from, intervalMs); start < span.to; start += intervalMs) {
    if (span.to > span.from) yield start
  }
}

/** How much of a span lies in the interval that begins at `start`. */
export function overlapMs(span: Span, start: Instant, intervalMs: number): number {
  return Math.max(0, Math.min(span.to, start + intervalMs) - Math.max(span.from, start))
}
