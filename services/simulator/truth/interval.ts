import type { Instant, Span } from '../../../schemas/events/instant.ts'

/** The time whose intervals are asked for, how long one is, and the moment of the cut. */
export interface Window extends Span {
  readonly intervalMs: number
  readonly asOf: Instant
}

/** One interval, as far as it is known at the moment of the cut. */
export interface Interval {
  readonly start: Instant
  /** Where the next one begins. */
  readonly next: Instant
  /** Its end, or the moment of the cut if that comes earlier. */
  readonly end: Instant
}

export function intervalAt(start: Instant, { intervalMs, asOf }: Window): Interval {
  const next = start + intervalMs
  return { start, next, end: Math.min(next, asOf) }
}

/** A moment on the border belongs to the interval that begins there. */
export function contains({ start, next }: Interval, at: Instant | null): boolean {
  return at !== null && at >= start && at < next
}

/** How much of a stretch lies in the interval. */
export function shared({ start, end }: Interval, from: Instant, to: Instant): number {
  return Math.max(0, Math.min(to, end) - Math.max(from, start))
}

/** Open at the interval's beginning: it had begun, and had not ended before. */
export function isOpenAtBegin({ start }: Interval, from: Instant, to: Instant | null): boolean {
  return from < start && (to === null || to >= start)
}

export function isOpenAtEnd({ end }: Interval, from: Instant, to: Instant | null): boolean {
  return from < end && (to === null || to >= end)
}

export function sumOf<T>(items: readonly T[], amount: (item: T) => number): number {
  let sum = 0
  for (const item of items) sum += amount(item)
  return sum
}

export function countOf<T>(items: readonly T[], matches: (item: T) => boolean): number {
  return sumOf(items, (item) => (matches(item) ? 1 : 0))
}

export function maxOf<T>(items: readonly T[], amount: (item: T) => number): number {
  let max = 0
  for (const item of items) max = Math.max(max, amount(item))
  return max
}
