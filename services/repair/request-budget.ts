import type { Instant } from '../../schemas/events/instant.ts'
import type { Clock } from '../runtime/clock.ts'

/** How many requests may go out, so that the hub leaves others of the account room and obeys when it is told to wait. */
export interface RequestBudget {
  /** Resolves when the next request may go out, or the signal aborts. */
  take(signal?: AbortSignal): Promise<void>
  /** Looks at what an answer says of the limit. */
  heed(status: number, header: (name: string) => string | null): void
}

/** A token bucket: one second's requests at once, and from then on evenly. */
export function createRequestBudget(requestsPerSecond: number, clock: Clock): RequestBudget {
  const spacingMs = 1000 / requestsPerSecond
  const burstMs = Math.max(0, 1000 - spacingMs)
  let nextAt = -Infinity
  let heldUntil: Instant = 0

  return {
    async take(signal) {
      const now = clock.now()
      const slot = Math.max(nextAt, now - burstMs)
      nextAt = slot + spacingMs
      await clock.sleep(Math.max(0, Math.ceil(slot - now)), signal)
      // An answer that came in the meantime may have told us to wait longer.
      while (heldUntil > clock.now() && signal?.aborted !== true) {
        await clock.sleep(heldUntil - clock.now(), signal)
      }
    },
    heed(status, header) {
      const waitMs =
        status === 429 || status === 503
          ? (waitOf(header('retry-after'), clock.now()) ?? (status === 429 ? windowMs : 0))
          : header('x-rate-limit-remaining') === '0'
            ? windowMs
            : 0
      heldUntil = Math.max(heldUntil, clock.now() + waitMs)
    },
  }
}

/** Twilio counts by the second. */
const windowMs = 1_000
/** Whoever asks for more is misunderstood: the work is broken off and taken up again later. */
const waitMsMax = 15 * 60_000

/** `Retry-After` is a number of seconds or a date. */
function waitOf(retryAfter: string | null, now: Instant): number | null {
  if (retryAfter === null) return null
  const ms = /^\d{1,9}$/.test(retryAfter) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - now
  return Number.isNaN(ms) ? null : Math.min(waitMsMax, Math.max(0, ms))
}
