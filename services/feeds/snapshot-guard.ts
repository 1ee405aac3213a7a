import type { Instant } from '../../schemas/events/instant.ts'
import type { Readiness } from './agent-state-board.ts'

export interface GuardPolicy {
  /** So many of a hundred agents may sign off from one look to the next. */
  readonly fallPercentMax: number
  /** Fewer than these are no great part, though they may be half of those who are left in the evening. */
  readonly fallMin: number
  /** Who has fallen and stays so for so long is believed to be gone. */
  readonly believedAfterMs: number
}

/** What was seen of the agents who are logged on. */
export interface Seen {
  /** How many, when it was believed last; null: never. */
  readonly believed: number | null
  /** Since when fewer are there than can be believed; null: they are not. */
  readonly fallenSince: Instant | null
}

export const nothingSeen: Seen = { believed: null, fallenSince: null }

/** The same for the next start, whenever that is. */
export interface KeptSeen {
  readonly believed: number | null
  /** For how long fewer were there than can be believed; null: they were not. */
  readonly fallenForMs: number | null
}

export function keptOf({ believed, fallenSince }: Seen, now: Instant): KeptSeen {
  // The clock may have been set back.
  return { believed, fallenForMs: fallenSince === null ? null : Math.max(0, now - fallenSince) }
}

/**
 * As it stands at the first look after a start. A fall lasts while somebody looks: the time in which nobody did is no part of it,
 * or a fault would be believed because the hub was down. However long that was, it is held back for no longer than any other.
 */
export function seenAgain({ believed, fallenForMs }: KeptSeen, now: Instant): Seen {
  return { believed, fallenSince: fallenForMs === null ? null : now - fallenForMs }
}

/**
 * A snapshot logs out whomever it does not name. When a great part of the agents is gone from one look to the next, as after a
 * wrong mapping or a deleted workspace, that is more likely a fault than the end of a day: it must last to be believed.
 */
export function look(
  { believed, fallenSince }: Seen,
  loggedOn: number,
  now: Instant,
  { fallPercentMax, fallMin, believedAfterMs }: GuardPolicy,
): Seen {
  const fallen = (believed ?? 0) - loggedOn
  const isFallen =
    believed !== null && fallen >= fallMin && fallen > (believed * fallPercentMax) / 100
  if (!isFallen) return { believed: loggedOn, fallenSince: null }
  const since = fallenSince ?? now
  return now - since >= believedAfterMs
    ? { believed: loggedOn, fallenSince: null }
    : { believed, fallenSince: since }
}

/** Whether a snapshot may be told by what was seen last. */
export function isBelieved(
  { fallenSince }: Seen,
  { believedAfterMs }: GuardPolicy,
  now: Instant,
): Readiness {
  if (fallenSince === null) return { isReady: true }
  const restMs = Math.max(0, fallenSince + believedAfterMs - now)
  return {
    isReady: false,
    reason: 'far fewer agents are logged on than before',
    retryAfterSeconds: Math.max(1, Math.ceil(restMs / 1000)),
  }
}
