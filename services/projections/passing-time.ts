import type { Instant } from '../../schemas/events/instant.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { dayMs } from '../time/interval.ts'

/** What a shard knows of the time, from the events in it. */
export interface PassingTime {
  /** The last tick of the clock. */
  readonly ticked: Instant
  /** The latest time that an event has told of; 0 before the first. */
  readonly heard: Instant
  /** How far time has come for what is open. */
  readonly openUntil: Instant
  /** When the ledger had the last record: it never goes back, whatever clocks say. */
  readonly recorded: Instant
}

/** Longer than any weekend. */
const quietMsMax = 3 * dayMs

/**
 * A tick counts no further than some days after the latest event: months of history that come in would else be taken, event
 * by event, for agents who have been idle until now. What is open goes on with the first tick after the next event. What is
 * final or has been delivered is of a time that has passed.
 */
export function timeAfter(before: PassingTime, event: LedgerEvent): PassingTime {
  const time = { ...before, recorded: Math.max(before.recorded, event.receivedAt) }
  if (event.type === 'clock.ticked') {
    const at = time.heard === 0 ? event.at : Math.min(event.at, time.heard + quietMsMax)
    return {
      ...time,
      ticked: Math.max(time.ticked, event.at),
      openUntil: Math.max(time.openUntil, at),
    }
  }
  if (passesTime(event)) return { ...time, openUntil: Math.max(time.openUntil, event.until ?? 0) }
  return { ...time, heard: Math.max(time.heard, event.at) }
}

/** How far time has come for what is open when the clock says so and nothing more was heard: what the next tick would say. */
export function openAt({ heard, openUntil }: PassingTime, now: Instant): Instant {
  return Math.max(openUntil, heard === 0 ? now : Math.min(now, heard + quietMsMax))
}

/**
 * By the clock, when an instant has come for what is open: then, or never where so little was heard of late that the clock
 * alone does not bring it.
 */
export function comesAt(time: PassingTime, at: Instant): Instant {
  return openAt(time, at) < at ? Infinity : at
}

/** Whether time may have passed for what is open when this event is in the ledger. */
export function passesTime({ type }: { readonly type: string }): boolean {
  return type === 'clock.ticked' || type === 'interval.finalised' || type === 'export.delivered'
}
