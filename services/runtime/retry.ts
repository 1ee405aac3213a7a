import { backoffMs, type Backoff } from './backoff.ts'
import type { Clock } from './clock.ts'
import { LedgerlineError } from './errors.ts'

export interface RetryPolicy extends Backoff {
  readonly attemptsMax: number
}

/**
 * Runs `action` again while it fails with a retryable error, waiting twice as long each time, with jitter. Anything
 * else, and the last failure, is thrown as it is.
 */
export async function retry<T>(
  action: () => Promise<T>,
  policy: RetryPolicy,
  clock: Clock,
  signal?: AbortSignal,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await action()
    } catch (error) {
      const again = error instanceof LedgerlineError && error.retryable
      if (!again || attempt >= policy.attemptsMax || signal?.aborted) throw error
      await clock.sleep(backoffMs(attempt, policy, Math.random()), signal)
    }
  }
}
