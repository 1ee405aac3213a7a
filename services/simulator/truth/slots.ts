import type { Instant } from '../../../schemas/events/instant.ts'
import { intervalStart } from '../../time/interval.ts'
import { intervalAt, type Interval, type Window } from './interval.ts'

/** Things by row and interval: each row of a table is worked out from what touches its interval, and from nothing else. */
export interface Slots<Key, Content> {
  /** Puts something into every interval from one moment to another, both ends included. */
  put(key: Key, from: Instant, to: Instant, add: (content: Content) => void): void
  entries(): Iterable<{
    readonly key: Key
    readonly interval: Interval
    readonly content: Content
  }>
}

export function createSlots<Key extends Readonly<Record<string, string>>, Content>(
  window: Window,
  empty: () => Content,
): Slots<Key, Content> {
  const rows = new Map<string, { key: Key; byStart: Map<Instant, Content> }>()
  return {
    put(key, from, to, add) {
      const name = Object.values(key).join('|')
      let row = rows.get(name)
      if (row === undefined) rows.set(name, (row = { key, byStart: new Map() }))
      const { intervalMs } = window
      const last = Math.min(to, window.to - 1)
      for (
        let start = intervalStart(Math.max(from, window.from), intervalMs);
        start <= last;
        start += intervalMs
      ) {
        let content = row.byStart.get(start)
        if (content === undefined) row.byStart.set(start, (content = empty()))
        add(content)
      }
    },
    *entries() {
      for (const name of [...rows.keys()].sort()) {
        const row = rows.get(name)
        if (row === undefined) continue
        const starts = [...row.byStart].sort(([one], [other]) => one - other)
        for (const [start, content] of starts) {
          yield { key: row.key, interval: intervalAt(start, window), content }
        }
      }
    },
  }
}
