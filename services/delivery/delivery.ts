/** What leaves at once: bytes under a key. */
export interface Parcel {
  /**
   * The same at every attempt, and of nothing else: by it a target knows what it has already. Printable ASCII without spaces,
   * at most 200 characters. HTTP has it in the header `Idempotency-Key`, Kafka in a header of the record; on a bare TCP
   * connection and in a file it is only in what the body or the name says.
   */
  readonly key: string
  /** Of a file: one step of a path and no more. It is the key of whoever knows only names. */
  readonly name: string
  readonly contentType: string
  /** What else HTTP is to say, such as SOAPAction. */
  readonly headers: Readonly<Record<string, string>>
  /** Whom it is about: the key of a record on Kafka, so that one agent's states stay in order. */
  readonly subject: string
  readonly body: Uint8Array
}

/**
 * What became of an attempt. The detail is a status or a code, never an address, a body or a name.
 *
 * - `taken`: the target has it. What that is worth each carrier says.
 * - `refused`: it would say the same tomorrow, because of what was sent. What comes after it need not wait.
 * - `failed`: not now. It may have arrived all the same; then the target is sent the same again under the same key.
 */
export type Answer =
  | { readonly kind: 'taken' | 'refused'; readonly detail: string }
  | {
      readonly kind: 'failed'
      readonly detail: string
      /** When the target says how long to leave it alone. */
      readonly retryAfterMs: number | null
    }

/**
 * One way to a target. There is no retry in it, no queue and no memory: those are the outbox's, once for all ways.
 */
export interface Carrier {
  /** How many calls of `send` may be under way at once, whatever the settings allow. */
  readonly parallelMax: number
  /**
   * Tries once, and answers when the target has answered, or when the signal aborts: then `failed`, and nothing more happens
   * to the parcel. Never rejects. A target sees all of the parcel or nothing of it.
   */
  send(parcel: Parcel, signal: AbortSignal): Promise<Answer>
  /** Lets go of connections. Nothing is under way any more. */
  close(): Promise<void>
}

export function failed(detail: string, retryAfterMs: number | null = null): Answer {
  return { kind: 'failed', detail, retryAfterMs }
}
