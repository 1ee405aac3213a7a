import type { Instant } from '../../schemas/events/instant.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import type { ExceptionKind, PlannedSegment } from '../../schemas/events/schedule.ts'
import { anEvent } from './fold-all.ts'

interface Told {
  readonly id: string
  readonly worker: string
  /** When it was read, or agreed on. */
  readonly at: Instant
  readonly from: Instant
  readonly to: Instant
}

type Segment = Pick<PlannedSegment, 'from' | 'to' | 'code'> & Partial<PlannedSegment>

/** What is planned for a worker from one instant to another. */
export function aPlan({
  segments,
  from,
  to,
  ...told
}: Told & { readonly segments: readonly Segment[] }): LedgerEvent {
  const attributes = JSON.stringify({ segments })
  return anEvent({ ...told, type: 'schedule.set', since: from, until: to, attributes })
}

/** Something that is agreed beside the plan. */
export function anException({
  from,
  to,
  exception,
  reason = null,
  ...told
}: Told & {
  readonly kind: ExceptionKind
  readonly code?: string
  readonly reason?: string | null
  readonly exception?: string
  readonly withdrawn?: boolean
}): LedgerEvent {
  const { id, worker, at, ...rest } = told
  const attributes = JSON.stringify({ exception: exception ?? id, ...rest })
  const own = { type: 'schedule.excepted', since: from, until: to, reason, attributes }
  return anEvent({ id, worker, at, ...own })
}
