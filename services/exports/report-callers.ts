import { counting, waitMs } from '../../connectors/ringcx/request-limit.ts'
import type { Instant } from '../../schemas/events/instant.ts'

/** Who has asked for reports, and when. */
export interface ReportCallers {
  /** Counts a request unless there were too many. Answers for how many milliseconds to wait; 0: it may be answered. */
  ask(caller: string | null, target: string, now: Instant): number
}

export function createReportCallers(): ReportCallers {
  const askedAt = new Map<string, readonly Instant[]>()
  return {
    ask(caller, target, now) {
      // Whoever has long been silent is forgotten, lest they become many.
      for (const [key, times] of askedAt) {
        const left = counting(times, now)
        if (left.length === 0) askedAt.delete(key)
        else askedAt.set(key, left)
      }
      const key = JSON.stringify([caller, target])
      const own = askedAt.get(key) ?? []
      const wait = waitMs(own, now)
      if (wait === 0) askedAt.set(key, [...own, now])
      return wait
    },
  }
}
