import type { StateKind } from './state-kinds.ts'

/** The state as a reader wants to see it: all of it, or what his filter lets through. */
export interface StateView {
  /** Tells it from every other view of the same state; empty: it is the whole. */
  readonly key: string
  /** All of a kind as JSON, as it is now, in pieces that make an array when they are put together in brackets. */
  pieces(kind: StateKind): Iterable<string>
  /** What is different since a commit; null when that is too long ago, or not yet. */
  changesSince(sequence: number): StateChangesJson | null
}

export type StateChangesJson = Readonly<Record<StateKind, KindChanges>>

export interface KindChanges {
  /** What is new or different, as a JSON array. */
  readonly present: string
  /** The ids of what is gone. */
  readonly absent: readonly string[]
}

export const noChanges: KindChanges = { present: '[]', absent: [] }

export function isEmpty(changes: StateChangesJson): boolean {
  return Object.values(changes).every(
    ({ present, absent }) => present === noChanges.present && absent.length === 0,
  )
}
