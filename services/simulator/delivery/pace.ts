import type { Instant } from '../../../schemas/events/instant.ts'
import type { Clock } from '../../runtime/clock.ts'

export interface PaceOptions {
  /** The simulated moment that belongs to now. */
  readonly from: Instant
  /** How much faster than the clock simulated time goes. */
  readonly speed: number
  readonly clock: Clock
  readonly signal?: AbortSignal | undefined
  /** Called before a rest: what waits for company should not wait through it. */
  readonly beforeRest: () => Promise<void>
}

/** Waits until a simulated moment is there; what lies in the past does not wait at all. */
export function createPace(options: PaceOptions): (dueAt: Instant) => Promise<void> {
  const { from, speed, clock, signal } = options
  const beganAt = clock.now()
  let restedAt = beganAt
  return async (dueAt) => {
    const ahead = () => beganAt + (dueAt - from) / speed - clock.now()
    const aheadMs = ahead()
    if (aheadMs <= 0) return
    // At high speed the rests are short and many: a batch may fill over some of them.
    if (aheadMs > lingerMs || clock.now() - restedAt > lingerMs) {
      await options.beforeRest()
      restedAt = clock.now()
    }
    await clock.sleep(Math.max(0, ahead()), signal)
  }
}

const lingerMs = 250
