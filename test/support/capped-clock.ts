import type { Instant } from '../../schemas/events/instant.ts'
import { createAcceleratedClock, type Clock } from '../../services/runtime/clock.ts'

/** Runs fast from one instant to another and stands still there, so that everything ends as of one moment. */
export function createCappedClock(startAt: Instant, stopAt: Instant, speed: number): Clock {
  const clock = createAcceleratedClock(startAt, speed)
  const now = () => Math.min(clock.now(), stopAt)
  return {
    now,
    async sleep(ms, signal) {
      const isEnd = now() + ms > stopAt
      await clock.sleep(ms, signal)
      if (isEnd && signal !== undefined) await aborted(signal)
    },
  }
}

/** After the end no time passes, so whoever sleeps beyond it wakes only to be closed. */
function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
