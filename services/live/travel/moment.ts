import type { Instant } from '../../../schemas/events/instant.ts'
import type { LedgerEvent } from '../../../schemas/events/ledger-event.ts'
import type { StateClock } from '../../../schemas/feeds/state.ts'
import { derivationDelayMs } from '../../projections/derived.ts'
import { tickMs } from '../../runner/ticker.ts'

/** An instant of the past, in one of two clocks. */
export interface Moment {
  readonly at: Instant
  readonly as: StateClock
}

/**
 * When an event counts, by the clock: when it happened, or when it was in the ledger. What the hub derives bears the times of
 * its cause, but is appended with the tick by which it has waited long enough, so that is when it was known.
 */
export function countsFrom(event: LedgerEvent, as: StateClock): Instant {
  if (as === 'happened') return event.at
  if (event.road !== 'hub' || event.cause === null) return event.receivedAt
  if (isTimer(event.cause)) return Math.max(event.receivedAt, tickAfter(event.at + 1))
  if (event.type !== 'reservation.force-closed' || !isTaskEnd(event.cause)) return event.receivedAt
  return Math.max(event.receivedAt, tickAfter(event.at + derivationDelayMs))
}

function isTimer(cause: string): boolean {
  return cause.startsWith('timer.')
}

function isTaskEnd(cause: string): boolean {
  return cause.startsWith('task.')
}

function tickAfter(at: Instant): Instant {
  return Math.ceil(at / tickMs) * tickMs
}

/** The same in SQL, of `events AS e`, in milliseconds. */
export function countsFromSql(as: StateClock): string {
  if (as === 'happened') return at
  return `greatest(${ms('e.received_at')}, multiIf(
    e.road != 'hub' OR e.cause IS NULL, 0,
    startsWith(assumeNotNull(e.cause), 'timer.'), ${tickAfterSql(`${at} + 1`)},
    e.type = 'reservation.force-closed' AND startsWith(assumeNotNull(e.cause), 'task.'),
    ${tickAfterSql(`${at} + ${derivationDelayMs}`)}, 0))`
}

const ms = (column: string) => `toUnixTimestamp64Milli(${column})`
const at = ms('e.at')

function tickAfterSql(instant: string): string {
  return `intDiv(${instant} + ${tickMs - 1}, ${tickMs}) * ${tickMs}`
}

/** Whether an event of `events AS e` counts at the moment; wants the parameter `at`. */
export function countsSql(as: StateClock): string {
  const column = as === 'happened' ? 'e.at' : 'e.received_at'
  const isEarly = `${column} <= fromUnixTimestamp64Milli({at:Int64})`
  return as === 'happened' ? isEarly : `${isEarly} AND ${countsFromSql(as)} <= {at:Int64}`
}

/**
 * Clocks of sources are askew, and what is derived comes a minute or two after its cause: so much earlier and later than the
 * moment what is in the tables may have a part in it.
 */
export const slackMs = 3 * 60_000
