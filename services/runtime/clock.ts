import type { Instant } from '../../schemas/events/instant.ts'

/** The only door to the time of day. Folds never use it: for them time passes by records in the log. */
export interface Clock {
  now(): Instant
  /** Resolves when `ms` of this clock's time have passed, or at once when the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep,
}

/** Time that began at `startAt` and runs `speed` times as fast as the wall's. */
export function createAcceleratedClock(startAt: Instant, speed: number): Clock {
  const began = Date.now()
  return {
    now: () => Math.floor(startAt + (Date.now() - began) * speed),
    sleep: (ms, signal) => sleep(ms / speed, signal),
  }
}

function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) {
      resolve()
      return
    }
    const timer = setTimeout(done, ms)
    signal?.addEventListener('abort', done, { once: true })
    function done() {
      clearTimeout(timer)
      signal?.removeEventListener('abort', done)
      resolve()
    }
  })
}
