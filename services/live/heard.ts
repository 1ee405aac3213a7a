import type { Instant } from '../../schemas/events/instant.ts'

/**
 * The newest that was heard about each id, such as its name: newest by the time of the event that told it, so that the
 * order of arrival plays no part.
 */
export interface Heard<T> {
  get(id: string): T | undefined
  ids(): Iterable<string>
  /** Whether it was news. */
  hear(id: string, value: T, at: Instant): boolean
  all(): HeardOf<T>
}

/** All of it, as it is remembered. */
export type HeardOf<T> = readonly (readonly [id: string, value: T, at: Instant])[]

export function createHeard<T>(known: Iterable<readonly [string, T, Instant]> = []): Heard<T> {
  const values = new Map<string, { readonly value: T; readonly at: Instant }>()
  for (const [id, value, at] of known) values.set(id, { value, at })

  return {
    get: (id) => values.get(id)?.value,
    ids: () => values.keys(),
    hear(id, value, at) {
      const before = values.get(id)
      if (before !== undefined) {
        if (at < before.at) return false
        const same = isSame(before.value, value)
        if (same && at === before.at) return false
        // Two events of one moment that disagree: the greater text, whichever came first.
        if (at === before.at && textOf(value) < textOf(before.value)) return false
        values.set(id, { value: same ? before.value : value, at })
        return !same
      }
      values.set(id, { value, at })
      return true
    },
    all: () => [...values].map(([id, { value, at }]) => [id, value, at] as const),
  }
}

function isSame(a: unknown, b: unknown): boolean {
  return a === b || textOf(a) === textOf(b)
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
