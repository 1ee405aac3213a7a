import type { Instant } from '../../schemas/events/instant.ts'

/** How many more attempts a target bears now: it fills up evenly, to what it bears in one second, at least one. */
export interface Pace {
  readonly left: number
  readonly at: Instant
}

export function newPace(perSecond: number, now: Instant): Pace {
  return { left: Math.max(1, perSecond), at: now }
}

/** When the next attempt may be. Without a limit: now. */
export function mayGoAt(pace: Pace, perSecond: number | null, now: Instant): Instant {
  if (perSecond === null) return now
  const { left } = filled(pace, perSecond, now)
  return left >= 1 ? now : now + Math.ceil(((1 - left) / perSecond) * 1000)
}

export function afterGoing(pace: Pace, perSecond: number | null, now: Instant): Pace {
  if (perSecond === null) return pace
  return { left: filled(pace, perSecond, now).left - 1, at: now }
}

function filled({ left, at }: Pace, perSecond: number, now: Instant): Pace {
  const more = (Math.max(0, now - at) / 1000) * perSecond
  // What rounding leaves out would else have the caller wait once more, for nothing.
  return { left: Math.min(Math.max(1, perSecond), left + more + 1e-9), at: now }
}
