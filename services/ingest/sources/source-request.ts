import type { Instant } from '../../../schemas/events/instant.ts'
import type { Judged } from '../verdict.ts'
import type { Parameters } from './parameters.ts'

/** What a source is given to read: the same when it comes in and when a dead letter is read again. */
export interface SourceRequest {
  readonly body: Uint8Array
  /** Of a form, also one in parts; null for every other body. */
  readonly fields: Parameters | null
  readonly receivedAt: Instant
  /** How far ahead of ours the source's clock may be (rule R11). */
  readonly clockSkewMaxMs: number
}

export interface SourceReading {
  readonly judged: readonly Judged[]
  /** The handshake of a new sink of Event Streams. */
  readonly testId?: string | null
}
