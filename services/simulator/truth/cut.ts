import type { Instant, Span } from '../../../schemas/events/instant.ts'
import type {
  Chronicle,
  Disposition,
  Entry,
  LegRecord,
  Outcome,
  VisitRecord,
} from '../model/chronicle.ts'

/** A visit as it is known at a moment. */
export interface CutVisit {
  readonly queue: string
  readonly channel: string
  readonly direction: string
  readonly entry: Entry
  readonly from: Instant
  /** `null`: still waiting. */
  readonly to: Instant | null
  readonly disposition: Disposition | null
  readonly answeredBy: CutLeg | null
  readonly requestedAt: Instant | null
}

/** A leg as it is known at a moment. */
export interface CutLeg {
  readonly reservation: string
  readonly agent: string | null
  readonly queue: string
  readonly channel: string
  readonly direction: string
  readonly offeredAt: Instant
  readonly offerEndedAt: Instant | null
  readonly outcome: Outcome | null
  readonly handle: CutHandle | null
}

export interface CutHandle {
  readonly from: Instant
  readonly to: Instant | null
  /** Where talk and hold end; the moment of the cut while they last. */
  readonly talkTo: Instant
  /** Where the handle ends, or is cut. */
  readonly until: Instant
  readonly holds: readonly CutHold[]
}

/** The customer on hold, as far as it lies in this agent's talk. */
export interface CutHold extends Span {
  /** It began while this agent was talking to him. */
  readonly isOwn: boolean
}

export function holdMsOf(handle: CutHandle): number {
  return handle.holds.reduce((sum, hold) => sum + hold.to - hold.from, 0)
}

export function talkMsOf(handle: CutHandle): number {
  return handle.talkTo - handle.from - holdMsOf(handle)
}

export function acwMsOf(handle: CutHandle): number {
  return handle.until - handle.talkTo
}

/** The visits that had begun before `asOf`. What happens at `asOf` or later has not happened yet. */
export function cutVisits(
  chronicle: Chronicle,
  legs: ReadonlyMap<LegRecord, CutLeg>,
  asOf: Instant,
): readonly CutVisit[] {
  return chronicle.visits
    .filter((visit) => visit.enteredAt < asOf)
    .map((visit) => {
      const exit = exitAt(visit, asOf)
      const { task } = visit
      return {
        queue: visit.queue,
        channel: task.channel,
        direction: task.direction,
        entry: visit.entry,
        from: visit.enteredAt,
        to: exit?.at ?? null,
        disposition: exit?.disposition ?? null,
        answeredBy: exit?.leg == null ? null : (legs.get(exit.leg) ?? null),
        requestedAt: task.requestedAt,
      }
    })
}

/** In the moment between a step's time-out and the re-entry into the same queue, the visit looks as if it had ended. */
function exitAt(visit: VisitRecord, asOf: Instant): VisitRecord['exit'] {
  const seam = visit.seams.find((one) => one.closedAt < asOf && asOf <= one.reopenedAt)
  if (seam !== undefined) return { at: seam.closedAt, disposition: 'timeout', leg: null }
  return visit.exit !== null && visit.exit.at < asOf ? visit.exit : null
}

/** The legs that had been offered before `asOf`. */
export function cutLegs(chronicle: Chronicle, asOf: Instant): ReadonlyMap<LegRecord, CutLeg> {
  const cut = new Map<LegRecord, CutLeg>()
  for (const leg of chronicle.legs) {
    if (leg.offeredAt >= asOf) continue
    const deletedAt = leg.agent === null ? undefined : chronicle.deletions.get(leg.agent)
    cut.set(leg, cutLeg(leg, asOf, deletedAt !== undefined && deletedAt < asOf ? deletedAt : null))
  }
  return cut
}

/**
 * R7, R8, R9: a leg ends with its own end; without one, with its task; and never after its worker was deleted. An offer
 * that was ended by anything but its own answer was canceled.
 */
function cutLeg(leg: LegRecord, asOf: Instant, deletedAt: Instant | null): CutLeg {
  const seen = (at: Instant | null): Instant | null => (at !== null && at < asOf ? at : null)
  const taskEndedAt = seen(leg.task.endedAt)
  const answer = leg.offerEnd !== null && leg.offerEnd.at < asOf ? leg.offerEnd : null
  const isLate = deletedAt !== null && answer !== null && answer.at > deletedAt
  const base = {
    reservation: leg.reservation,
    agent: leg.agent,
    queue: leg.queue,
    channel: leg.task.channel,
    direction: leg.task.direction,
    offeredAt: leg.offeredAt,
  }
  if (answer === null || isLate) {
    const end = answer === null ? latest(leg.offeredAt, taskEndedAt) : answer.at
    const endedAt = earliest(end, deletedAt)
    const isAnswered = answer !== null && answer.outcome !== 'accepted'
    const outcome = endedAt === null ? null : isAnswered ? answer.outcome : 'canceled'
    return { ...base, offerEndedAt: endedAt, outcome, handle: null }
  }
  const { at, outcome } = answer
  if (outcome !== 'accepted') return { ...base, offerEndedAt: at, outcome, handle: null }
  const wrapupAt = notAfter(seen(leg.wrapupAt), deletedAt)
  const own = seen(leg.completedAt) ?? latest(wrapupAt ?? at, taskEndedAt)
  const to = earliest(own, deletedAt)
  const until = to ?? asOf
  const talkTo = wrapupAt ?? until
  const holds = [...leg.holds, ...leg.task.customerHolds]
    .filter((hold) => hold.from < asOf)
    .flatMap((hold) => holdIn(at, talkTo, hold.from, seen(hold.to)))
    .sort((one, other) => one.from - other.from)
  return { ...base, offerEndedAt: at, outcome, handle: { from: at, to, talkTo, until, holds } }
}

/** U23: a hold that began before is this agent's too from his acceptance on, but he has not begun it. */
function holdIn(
  talkFrom: Instant,
  talkTo: Instant,
  from: Instant,
  to: Instant | null,
): readonly CutHold[] {
  const isOwn = from >= talkFrom
  if (from > talkTo || (!isOwn && to !== null && to <= talkFrom)) return []
  return [{ from: Math.max(from, talkFrom), to: Math.min(to ?? talkTo, talkTo), isOwn }]
}

/** The end of a task takes effect no earlier than the leg's last step. */
function latest(step: Instant, end: Instant | null): Instant | null {
  return end === null ? null : Math.max(step, end)
}

function earliest(one: Instant | null, other: Instant | null): Instant | null {
  if (one === null || other === null) return one ?? other
  return Math.min(one, other)
}

function notAfter(at: Instant | null, limit: Instant | null): Instant | null {
  return at !== null && limit !== null && at > limit ? null : at
}
