import { hubEvent } from '../../schemas/events/hub-event.ts'
import type { Instant, Span } from '../../schemas/events/instant.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import type { Excepted, PlannedSegment } from '../../schemas/events/schedule.ts'
import { contentDigest } from './content-digest.ts'

/** Whose plan something is. */
export interface PlannedWorker {
  readonly worker: string
  readonly workspace: string
}

export interface PlanToSet extends PlannedWorker {
  /** Of what time the plan tells: what it does not name there is not planned. */
  readonly span: Span
  readonly segments: readonly PlannedSegment[]
  readonly readAt: Instant
  readonly now: Instant
}

/** What the ledger keeps of one reading of a plan. The same reading told twice is told once. */
export function toPlanEvent(plan: PlanToSet): LedgerEvent {
  const { worker, workspace, span, segments, readAt, now } = plan
  const attributes = JSON.stringify({ segments: segments.map(briefly) })
  return hubEvent({
    type: 'schedule.set',
    id: `schedule:${worker}:${readAt}:${contentDigest({ span, attributes }).slice(0, 32)}`,
    ...{ at: readAt, receivedAt: now, worker, workspace, attributes },
    ...{ since: span.from, until: span.to },
  })
}

/** A month of segments is long, and most of what a segment may say it does not. */
function briefly({ from, to, code, ...rest }: PlannedSegment): Record<string, unknown> {
  const { name, date, tracked, paid, productive, timeOff, overtime } = rest
  return {
    ...{ from, to, code },
    ...(name === '' ? {} : { name }),
    ...(date === null ? {} : { date }),
    ...(tracked ? {} : { tracked }),
    ...(paid === null ? {} : { paid }),
    ...(productive === null ? {} : { productive }),
    ...(timeOff ? { timeOff } : {}),
    ...(overtime ? { overtime } : {}),
  }
}

export interface ExceptionToSet extends PlannedWorker {
  readonly span: Span
  readonly told: Excepted
  readonly reason: string
  /** When it was agreed on, or withdrawn. */
  readonly at: Instant
  readonly now: Instant
}

/** What the ledger keeps of something that is agreed beside a plan. */
export function toExceptionEvent(exception: ExceptionToSet): LedgerEvent {
  const { worker, workspace, span, told, reason, at, now } = exception
  const digest = contentDigest({ span, told, reason }).slice(0, 16)
  return hubEvent({
    type: 'schedule.excepted',
    id: `exception:${worker}:${told.exception}:${at}:${digest}`,
    ...{ at, receivedAt: now, worker, workspace },
    ...{ since: span.from, until: span.to, reason, attributes: JSON.stringify(told) },
    // Who names one instant for both has withdrawn it after he agreed on it.
    ...(told.withdrawn ? { sequence: 1 } : {}),
  })
}
