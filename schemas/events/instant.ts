/** Milliseconds since 1970-01-01T00:00:00Z. Nothing is rounded before it is presented. */
export type Instant = number

/** A stretch of time, its end not included. */
export interface Span {
  readonly from: Instant
  readonly to: Instant
}
