/** What is handed to delivery: a file, or the body of a message. */
export interface WrittenDocument {
  /** Of the file; of a message what tells it from others of its target. */
  readonly name: string
  readonly contentType: string
  readonly text: string
  /** Rows, or states of agents, that are in it. */
  readonly rows: number
}

/** Why something makes nothing that the target would take. */
export interface WriteFault {
  /** The row or state, counted from 0; null: it is of all of them. */
  readonly index: number | null
  readonly detail: string
}

/** Documents in the order in which they must arrive, or all that is wrong: a part of what was asked for is never written. */
export type Written =
  | { readonly kind: 'written'; readonly documents: readonly WrittenDocument[] }
  | { readonly kind: 'refused'; readonly faults: readonly WriteFault[] }
