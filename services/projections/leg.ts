import type { Instant } from '../../schemas/events/instant.ts'
import type { Direction, ReservationEvent } from '../../schemas/events/ledger-event.ts'
import { definitionsAt, type Knowledge } from './definitions.ts'
import { firstOf, firstTold } from './first-of.ts'
import { receiptOf, type Receipt } from './receipt.ts'
import { isCopy, reportsOf, type ReportedHold } from './reported-holds.ts'
import { hasFired, timerOf, type Timer } from './timers.ts'

export type Refusal = 'rejected' | 'timed_out' | 'canceled' | 'rescinded' | 'failed'

export type Anomaly = 'clock_skew' | 'missing_begin' | 'missing_end' | 'forced' | 'queue_mismatch'

/** What had to be repaired, and the effective time of the step that was. */
export interface Repaired {
  readonly anomaly: Anomaly
  readonly at: Instant
}

export interface Hold {
  readonly from: Instant
  /** Null while the customer is still on hold. */
  readonly to: Instant | null
  /** It began in this leg, and not before the agent came to it (U23). */
  readonly isOwn: boolean
}

/**
 * One reservation as it went: an offer, and a handle if it was accepted. Times are effective times: no step is earlier
 * than the one before it, whatever the clocks said. A null is a step that has not happened yet.
 */
export interface Leg {
  readonly reservation: string
  readonly task: string
  readonly worker: string | null
  readonly queue: string
  readonly channel: string
  readonly direction: Direction
  readonly workflow: string | null
  /** Made for one worker by name: it answers no queue visit. */
  readonly direct: boolean
  readonly offered: Instant
  readonly offerEnded: Instant | null
  readonly refusal: Refusal | null
  readonly accepted: Instant | null
  readonly talkEnded: Instant | null
  readonly ended: Instant | null
  readonly holds: readonly Hold[]
  /** The transfer that the offer was made for. */
  readonly transfer: string | null
  /** What closed it from outside, by rules R7, R8 and R13 of the dictionary; none: its own end did, or it is open. */
  readonly closings: ReadonlySet<Closing>
  /** What runs, or has run out, while nothing else ends it; null: something has. */
  readonly timer: Timer | null
  readonly receipt: Receipt | null
  readonly repaired: readonly Repaired[]
}

/** What ends a reservation from outside. */
export interface Ends {
  /** The end of its task: takes the place of an end of its own that is missing (R7). */
  readonly task: Instant | null
  /** The deletion of its worker: nothing of the reservation goes on after it (R8). */
  readonly deletion: Instant | null
}

export type Closing = keyof Ends | 'timer'

const refusals: Partial<Record<ReservationEvent['type'], Refusal>> = {
  'reservation.rejected': 'rejected',
  'reservation.timeout': 'timed_out',
  'reservation.canceled': 'canceled',
  'reservation.rescinded': 'rescinded',
  'reservation.failed': 'failed',
}

/** A failure that names no worker does not reach his timeline; the hub passes it on as a derived closing. */
function refusalOf(event: ReservationEvent): Refusal | null {
  if (event.type === 'reservation.force-closed')
    return event.cause === 'reservation.failed' ? 'failed' : null
  return refusals[event.type] ?? null
}

/**
 * The life of one reservation from its events in canonical order, all before `as_of`: rules R5 to R9a, R13 and rulings U4,
 * U6 to U9, U23 and U24 of the dictionary. Null if there is none but what the hub derived. Timers run by the definitions
 * that were in force at the offer.
 */
export function legOf(
  events: readonly ReservationEvent[],
  ends: Ends,
  knowledge: Knowledge,
  holds: readonly ReportedHold[] = [],
): Leg | null {
  const own = events.filter(isOwnStep)
  const [first] = own
  if (first === undefined) return null
  const reports = reportsOf(events, holds)
  const repaired: Repaired[] = []

  const created = own.find((event) => event.type === 'reservation.created')
  const offered = created?.at ?? first.at
  if (created === undefined) repaired.push({ anomaly: 'missing_begin', at: offered })
  const channel = firstTold(events, (event) => event.channel) ?? 'unknown'
  const repairs: Repairs = {
    repaired,
    closings: new Set(),
    timer: null,
    run: (cause, from) => timerOf(cause, from, definitionsAt(knowledge, offered).limits, channel),
    hasFired: (timer) => hasFired(timer, events),
  }
  const offer = offerOf(own, offered, reports, ends, repairs)
  const handle =
    offer.accepted === null ? null : handleOf(own, offer.accepted, reports, ends, repairs)

  return {
    reservation: first.reservation,
    task: first.task,
    worker: firstOf(events, (event) => event.worker),
    // Later events of a reservation name the queue that the task is in by then; the offer was made for this one.
    queue: created?.queue ?? firstOf(own, (event) => event.queue) ?? '',
    channel,
    direction: firstTold(events, (event) => event.direction) ?? 'unknown',
    workflow: firstOf(events, (event) => event.workflow),
    direct: events.some((event) => event.direct === true),
    offered: offer.offered,
    offerEnded: offer.ended,
    refusal: offer.refusal,
    accepted: offer.accepted,
    talkEnded: handle?.talkEnded ?? null,
    ended: handle?.ended ?? null,
    holds: handle?.holds ?? [],
    transfer: firstOf(events, (event) => event.transfer),
    closings: repairs.closings,
    timer: repairs.timer,
    receipt: receiptOf(events),
    repaired,
  }
}

/** The names of what was repaired, each once, sorted. */
export function anomaliesOf(repaired: readonly Repaired[]): readonly Anomaly[] {
  return [...new Set(repaired.map(({ anomaly }) => anomaly))].sort()
}

/** What the reservation itself tells, not what the hub has found out for it; a failure it could not tell counts as told. */
function isOwnStep(event: ReservationEvent): boolean {
  if (event.type === 'reservation.force-closed') return refusalOf(event) !== null
  return !isCopy(event)
}

/** What had to be repaired, and what closes the leg from outside. */
interface Repairs {
  readonly repaired: Repaired[]
  readonly closings: Set<Closing>
  timer: Timer | null
  readonly run: (cause: Timer['cause'], from: Instant) => Timer
  readonly hasFired: (timer: Timer) => boolean
}

function close(by: Closing, at: Instant, { repaired, closings }: Repairs): void {
  if (by !== 'deletion') repaired.push({ anomaly: 'missing_end', at })
  if (by !== 'task') repaired.push({ anomaly: 'forced', at })
  closings.add(by)
}

/** When something else than the reservation itself ends it, deletion left aside; a timer is the weakest end of all. */
function endFromOutside(
  cause: Timer['cause'],
  from: Instant,
  { task, deletion }: Ends,
  repairs: Repairs,
): { readonly at: Instant; readonly by: Closing } | null {
  if (task !== null) return { at: Math.max(task, from), by: 'task' }
  const timer = repairs.run(cause, from)
  if (deletion !== null && deletion < timer.at) return null
  repairs.timer = timer
  return repairs.hasFired(timer) ? { at: timer.at, by: 'timer' } : null
}

interface Offer {
  readonly offered: Instant
  readonly ended: Instant | null
  readonly refusal: Refusal | null
  readonly accepted: Instant | null
}

function offerOf(
  own: readonly ReservationEvent[],
  offered: Instant,
  reports: readonly ReportedHold[],
  ends: Ends,
  repairs: Repairs,
): Offer {
  const { deletion } = ends
  const { repaired } = repairs
  const accepted = acceptanceOf(own, offered, reports, repaired)
  if (deletion !== null && (offered >= deletion || (accepted ?? 0) > deletion)) {
    const ended = Math.max(offered, deletion)
    close('deletion', ended, repairs)
    return { offered, ended, refusal: 'canceled', accepted: null }
  }
  if (accepted !== null) return { offered, ended: accepted, refusal: null, accepted }

  const refused = own.find((event) => refusalOf(event) !== null)
  const refusal = refused === undefined ? null : refusalOf(refused)
  const ownEnd = refused === undefined ? null : after(refused.at, offered, repaired)
  const outside = ownEnd === null ? endFromOutside('timer.offer', offered, ends, repairs) : null
  const end = ownEnd ?? outside?.at ?? null
  if (deletion !== null && (end === null || end > deletion)) {
    close('deletion', deletion, repairs)
    return { offered, ended: deletion, refusal: refusal ?? 'canceled', accepted: null }
  }
  if (outside !== null) close(outside.by, outside.at, repairs)
  return {
    offered,
    ended: end,
    refusal: refusal ?? (end === null ? null : 'canceled'),
    accepted: null,
  }
}

/**
 * A later step without an acceptance shows that there was one, at the latest then (R6), or when a conference has put the
 * customer on hold in the meantime (U24).
 */
function acceptanceOf(
  own: readonly ReservationEvent[],
  offered: Instant,
  reports: readonly ReportedHold[],
  repaired: Repaired[],
): Instant | null {
  const accepted = own.find((event) => event.type === 'reservation.accepted')
  if (accepted !== undefined) return after(accepted.at, offered, repaired)
  const later = own.find(
    (event) =>
      event.type === 'reservation.hold' ||
      event.type === 'reservation.wrapup' ||
      event.type === 'reservation.completed',
  )
  if (later === undefined) return null
  const by = Math.max(later.at, offered)
  const hold = reports.find(({ event: { at }, onHold }) => onHold && at >= offered && at < by)
  const at = hold?.event.at ?? by
  repaired.push({ anomaly: 'missing_begin', at })
  return at
}

interface Handle {
  readonly talkEnded: Instant | null
  readonly ended: Instant | null
  readonly holds: readonly Hold[]
}

function handleOf(
  own: readonly ReservationEvent[],
  accepted: Instant,
  reports: readonly ReportedHold[],
  ends: Ends,
  repairs: Repairs,
): Handle {
  const { repaired } = repairs
  const wrapupEvent = own.find((event) => event.type === 'reservation.wrapup')
  const wrapup = wrapupEvent === undefined ? null : after(wrapupEvent.at, accepted, repaired)
  const last = wrapup ?? accepted

  // A refusal after the acceptance (its set-up failed) ends the handle as a completion does (R9a).
  const endEvent = own.find(
    (event) =>
      event.type === 'reservation.completed' || (refusalOf(event) !== null && event.at > accepted),
  )
  const ownEnd = endEvent === undefined ? null : after(endEvent.at, last, repaired)
  let ended = ownEnd
  if (ended === null) {
    const cause = wrapup === null ? 'timer.handle' : 'timer.wrapup'
    const outside = endFromOutside(cause, last, ends, repairs)
    if (outside !== null) {
      ended = outside.at
      close(outside.by, ended, repairs)
    }
  }
  if (ends.deletion !== null && (ended === null || ended > ends.deletion)) {
    ended = ends.deletion
    close('deletion', ended, repairs)
  }
  const talkEnded = wrapup !== null && (ended === null || wrapup <= ended) ? wrapup : ended
  return { talkEnded, ended, holds: holdsOf(own, reports, accepted, talkEnded, repaired) }
}

/** A change of the customer's being on hold, in its effective time. */
interface HoldChange {
  readonly at: Instant
  readonly onHold: boolean
  readonly isOwn: boolean
}

/**
 * Holds lie inside the talk phase; a hold while on hold, an unhold while not, and either after wrap-up do nothing. One that
 * nothing ever takes back ends with the talk phase, and lacks its end (R7).
 */
function holdsOf(
  own: readonly ReservationEvent[],
  reports: readonly ReportedHold[],
  accepted: Instant,
  talkEnded: Instant | null,
  repaired: Repaired[],
): readonly Hold[] {
  const holds: Hold[] = []
  let open: Omit<Hold, 'to'> | null = null
  const changes = changesOf(own, reports, accepted)
  for (const { at, onHold, isOwn } of changes) {
    if (talkEnded !== null && at > talkEnded) break
    if (onHold && open === null) open = { from: at, isOwn }
    if (!onHold && open !== null) {
      holds.push({ ...open, to: at })
      open = null
    }
  }
  if (open !== null) {
    holds.push({ ...open, to: talkEnded })
    if (talkEnded !== null && changes.at(-1)?.onHold === true)
      repaired.push({ anomaly: 'missing_end', at: talkEnded })
  }
  return holds
}

/** What the reservation tells takes effect with its acceptance at the earliest; what a conference told before is carried into it. */
function changesOf(
  own: readonly ReservationEvent[],
  reports: readonly ReportedHold[],
  accepted: Instant,
): readonly HoldChange[] {
  const told = own.filter(
    ({ type }) => type === 'reservation.hold' || type === 'reservation.unhold',
  )
  const changes: HoldChange[] = told.map((event) => ({
    at: Math.max(event.at, accepted),
    onHold: event.type === 'reservation.hold',
    isOwn: true,
  }))
  const before = reports.findLast(({ event }) => event.at < accepted)
  if (before?.onHold === true) changes.push({ at: accepted, onHold: true, isOwn: false })
  for (const { event, onHold } of reports) {
    if (event.at >= accepted) changes.push({ at: event.at, onHold, isOwn: true })
  }
  return changes.sort((a, b) => a.at - b.at)
}

/** The effective time of a step: never before the step that it follows (R5). */
function after(at: Instant, previous: Instant, repaired: Repaired[]): Instant {
  if (at < previous) repaired.push({ anomaly: 'clock_skew', at: previous })
  return Math.max(at, previous)
}
