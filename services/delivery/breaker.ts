import type { Instant } from '../../schemas/events/instant.ts'
import { backoffMs, type Backoff } from '../runtime/backoff.ts'

/** What the latest attempts at a target have come to. */
export interface Breaker {
  /** In a row. */
  readonly failures: number
  /** Nothing is tried before. */
  readonly restsUntil: Instant
}

export type BreakerState = 'closed' | 'half-open' | 'open'

export interface BreakerPolicy extends Backoff {
  /** So many failures in a row open it. */
  readonly failuresMax: number
}

export const newBreaker: Breaker = { failures: 0, restsUntil: 0 }

/** Closed: all goes on. Open: nobody is let through. Half open: one is, to see. */
export function breakerState(
  { failures, restsUntil }: Breaker,
  { failuresMax }: BreakerPolicy,
  now: Instant,
): BreakerState {
  if (failures < failuresMax) return 'closed'
  return now < restsUntil ? 'open' : 'half-open'
}

export const afterSuccess = newBreaker

/** Longer each time. A target that says how long to leave it alone is believed, up to an hour. `chance` is from 0 to 1. */
export function afterFailure(
  breaker: Breaker,
  policy: BreakerPolicy,
  told: { readonly retryAfterMs: number | null; readonly now: Instant; readonly chance: number },
): Breaker {
  const failures = breaker.failures + 1
  const own = backoffMs(failures, policy, told.chance)
  const wished = Math.min(wishMsMax, told.retryAfterMs ?? 0)
  return { failures, restsUntil: told.now + Math.ceil(Math.max(own, wished)) }
}

const wishMsMax = 3_600_000
