/** How a simulated vendor takes what comes. What has `taken` in it has taken it, whatever the sender hears. */
export type Mood =
  | 'well'
  /** Answers that something is wrong with it: 503, a status of SFTP, a word on a line. */
  | 'failing'
  /** Says that it will never take this. */
  | 'refusing'
  /** Says how long to leave it alone: 429 with Retry-After: 1. */
  | 'throttling'
  /** Takes nothing and says nothing. */
  | 'stalling'
  /** Hangs up before it has taken anything. */
  | 'disconnecting'
  /** Takes it, and hangs up before it says so. */
  | 'forgetting'
  /** Takes it after 300 ms. */
  | 'slow'

/** A vendor's server on this machine. */
export interface Vendor {
  readonly port: number
  /** What it has taken, in the order in which it came, with what came twice. */
  readonly taken: readonly Taken[]
  /** From now on. */
  become(mood: Mood): void
  close(): Promise<void>
}

export interface Taken {
  /** By which it tells one from another: a key, or a name. */
  readonly key: string
  readonly body: Buffer
}

export const slowMs = 300
