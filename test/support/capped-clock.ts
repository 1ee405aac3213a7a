import type { Instant, Span } from '../../schemas/events/instant.ts'
import { systemClock, type Clock } from '../../services/runtime/clock.ts'

export interface CappedClockOptions {
  /** Stretches in which time goes at another speed, in order. */
  readonly slow?: readonly (Span & { readonly speed: number })[]
  /** Time waits for whoever cannot keep up with it: it goes no further than this, as it stands. */
  readonly ceiling?: () => Instant
}

/**
 * Runs fast from one instant to another and stands still there, so that everything ends as of one moment. On the way it may
 * go slowly for a while, where somebody is to look at what happens.
 */
export function createCappedClock(
  startAt: Instant,
  stopAt: Instant,
  speed: number,
  { slow = [], ceiling = () => Infinity }: CappedClockOptions = {},
): Clock {
  let time = startAt
  let lookedAt = Date.now()
  const borders = slow.flatMap(({ from, to }) => [from, to])
  const speedAt = (at: Instant) =>
    slow.find(({ from, to }) => at >= from && at < to)?.speed ?? speed
  const borderAfter = (at: Instant) => borders.find((border) => border > at) ?? Infinity

  function now(): Instant {
    let passed = Date.now() - lookedAt
    lookedAt += passed
    const end = Math.max(time, Math.min(stopAt, ceiling()))
    for (let stretch = 0; stretch <= borders.length && time < end; stretch++) {
      const to = Math.min(end, borderAfter(time), time + Math.max(0, passed) * speedAt(time))
      passed -= (to - time) / speedAt(time)
      time = to
    }
    return Math.floor(time)
  }

  return {
    now,
    async sleep(ms, signal) {
      const until = now() + ms
      while (now() < Math.min(until, stopAt) && signal?.aborted !== true) {
        await systemClock.sleep(Math.min(stepMs, (until - now()) / speedAt(now())), signal)
      }
      // After the end no time passes, so whoever sleeps beyond it wakes only to be closed.
      if (until > stopAt && signal !== undefined) await aborted(signal)
    },
  }
}

/** Nobody tells when time may go on, so it is looked at again. */
const stepMs = 20

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
