import type { LedgerEvent, UnknownEvent } from '../../schemas/events/ledger-event.ts'

/** What was made of one thing that a source sent. A fault of the data is expected, so it is a value and not an error. */
export type Verdict =
  | { readonly kind: 'understood'; readonly events: readonly LedgerEvent[] }
  /** A type that we do not know yet: kept as it came, and counted. */
  | { readonly kind: 'unknown'; readonly event: RawEvent }
  /** Goes to the dead letters, with the bytes as they came. */
  | { readonly kind: 'refused'; readonly reason: RefusalReason; readonly body: Uint8Array }

export type RawEvent = UnknownEvent

/** A verdict beside the bytes that it is about, for whatever may yet become of them. */
export interface Judged {
  readonly verdict: Verdict
  readonly body: Uint8Array
}

export interface RefusalReason {
  readonly code: RefusalCode
  /** For a person: which fields, which place. Never anything that the sender wrote. */
  readonly detail: string
}

/** Few words, because they are counted. */
export const refusalCodes = [
  /** The bytes are no JSON, or no form. */
  'unreadable',
  /** Readable, but not what this source sends. */
  'shape',
  /** What the event is about is not named. */
  'missing',
  /** It does not say when it happened. */
  'time',
  /** It says that it happens later than a wrong clock explains. */
  'future',
  /** Signed by one account and about another. */
  'account',
  /** Larger than a record of the ledger may be. */
  'too-large',
] as const

export type RefusalCode = (typeof refusalCodes)[number]

export type Refusal = Extract<Verdict, { kind: 'refused' }>

export function refused(code: RefusalCode, detail: string, body: Uint8Array): Refusal {
  return { kind: 'refused', reason: { code, detail }, body }
}
