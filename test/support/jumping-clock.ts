import type { Instant } from '../../schemas/events/instant.ts'
import type { Clock } from '../../services/runtime/clock.ts'

/** Time that passes only while somebody sleeps, and then at once: a minute's waiting takes no time. */
export function createJumpingClock(startAt: Instant): Clock & { advance(ms: number): void } {
  let now = startAt
  return {
    now: () => now,
    async sleep(ms, signal) {
      if (signal?.aborted !== true) now += Math.ceil(ms)
      await new Promise((resolve) => setImmediate(resolve))
    },
    advance: (ms) => void (now += ms),
  }
}
