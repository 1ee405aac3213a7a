import type { Instant, Span } from '../../../schemas/events/instant.ts'
import type { ActivityName } from './centre.ts'
import type { KnownAs } from './customer.ts'

/**
 * What really happened, written down by the model as it makes it happen, and never read back from the events that it
 * sends: visits of queues, reservation legs, transfers and stretches of activity. `null` means: not yet.
 */
export interface Chronicle {
  readonly workspace: string
  readonly activities: ReadonlyMap<string, ActivityClass>
  readonly tasks: readonly TaskRecord[]
  readonly visits: readonly VisitRecord[]
  readonly legs: readonly LegRecord[]
  readonly transfers: readonly TransferRecord[]
  readonly activitySpans: readonly ActivityRecord[]
  readonly shifts: readonly ShiftRecord[]
  /** What the planner has told, in the order of time; none, unless there is somebody who hears it. */
  readonly readings: readonly ReadingRecord[]
  readonly agreements: readonly AgreementRecord[]
  /** When an agent was deleted. */
  readonly deletions: ReadonlyMap<string, Instant>
  /** Calls, conversations and e-mails, with the tasks that were made of them: none, if they ended in self-service. */
  readonly contacts: readonly ContactRecord[]
  /** By which names a person was known, as far as any source told. */
  readonly ties: readonly TieRecord[]
}

export type ActivityClass = 'available' | 'aux' | 'offline'

export interface TaskRecord {
  readonly sid: string
  readonly channel: string
  readonly direction: string
  readonly createdAt: Instant
  readonly requestedAt: Instant | null
  /** The first of completed, canceled, deleted. */
  endedAt: Instant | null
  /** When its customer was on hold, by the whole seconds in which conferences tell it. */
  customerHolds: readonly Hold[]
}

export type Entry = 'new' | 'moved' | 'transfer' | 'requeued'

export type Disposition = 'answered' | 'abandoned' | 'timeout' | 'moved' | 'diverted' | 'canceled'

export interface VisitRecord {
  readonly task: TaskRecord
  readonly queue: string
  readonly entry: Entry
  readonly enteredAt: Instant
  exit: Exit | null
  /** Step changes inside the queue: the visit was closed by a time-out and goes on, as one visit. */
  seams: readonly Seam[]
}

export interface Exit {
  readonly at: Instant
  readonly disposition: Disposition
  /** Of an answered visit: the leg that answered. */
  readonly leg: LegRecord | null
}

export interface Seam {
  readonly closedAt: Instant
  readonly reopenedAt: Instant
}

export type Outcome = 'accepted' | 'rejected' | 'timeout' | 'canceled' | 'rescinded' | 'failed'

export interface LegRecord {
  readonly reservation: string
  readonly task: TaskRecord
  /** `null` only if the source named no worker at all. */
  readonly agent: string | null
  /** The queue in which the reservation was made. */
  readonly queue: string
  readonly offeredAt: Instant
  /** The offer's own end. */
  offerEnd: { readonly at: Instant; readonly outcome: Outcome } | null
  wrapupAt: Instant | null
  /** The reservation's own end, after it was accepted. */
  completedAt: Instant | null
  holds: readonly Hold[]
}

export interface Hold {
  readonly from: Instant
  readonly to: Instant | null
}

export interface TransferRecord {
  /** The giver's. */
  readonly leg: LegRecord
  readonly at: Instant
  readonly kind: 'initiated' | 'completed' | 'failed'
}

export interface ActivityRecord {
  readonly agent: string
  readonly activity: string
  readonly from: Instant
  to: Instant | null
}

/** A shift as the schedule has it. What is in `rests` lies within it, in order and without overlaps; the rest is work. */
export interface ShiftRecord extends Span {
  readonly agent: string
  /** When the schedule was told: as the shift begins. */
  readonly toldAt: Instant
  readonly rests: readonly RestRecord[]
}

export interface RestRecord extends Span {
  readonly activity: ActivityName
}

/** A plan as it was read: all that is planned for an agent in a stretch of time. Of one instant the last that was read holds. */
export interface ReadingRecord extends Span {
  readonly kind: 'reading'
  readonly agent: string
  readonly toldAt: Instant
  /** In order and without overlaps; between them nothing is planned. */
  readonly segments: readonly PlannedRecord[]
}

export interface PlannedRecord extends Span {
  /** In the planner's words. */
  readonly code: string
  readonly isTracked: boolean
}

/** What is agreed beside a plan. Told again, by the same id, it is withdrawn. */
export interface AgreementRecord extends Span {
  readonly kind: 'replace' | 'exclude' | 'excuse'
  readonly agent: string
  readonly id: string
  readonly toldAt: Instant
  /** Of `replace`: what the agent does instead. */
  readonly code: string | null
  readonly withdrawn: boolean
}

export interface ContactRecord {
  readonly kind: 'call' | 'conversation' | 'email'
  /** Of the call or conversation; of an e-mail: its task's. */
  readonly sid: string
  /** By which channel it came, where no task says it otherwise. */
  readonly channel: string
  readonly customer: number
  readonly startedAt: Instant
  endedAt: Instant | null
  readonly tasks: TaskRecord[]
  readonly messages: MessageRecord[]
}

export interface MessageRecord {
  readonly at: Instant
  readonly author: 'customer' | 'agent' | 'bot'
}

export interface TieRecord {
  readonly customer: number
  readonly at: Instant
  readonly names: readonly KnownAs[]
  /** The contact in which it was told, if it was in one. */
  readonly contact: string | null
}

/** The same, as the model fills it. */
export interface OpenChronicle extends Chronicle {
  readonly activities: Map<string, ActivityClass>
  readonly tasks: TaskRecord[]
  readonly visits: VisitRecord[]
  readonly legs: LegRecord[]
  readonly transfers: TransferRecord[]
  readonly activitySpans: ActivityRecord[]
  readonly shifts: ShiftRecord[]
  readonly readings: ReadingRecord[]
  readonly agreements: AgreementRecord[]
  readonly deletions: Map<string, Instant>
  readonly contacts: ContactRecord[]
  readonly ties: TieRecord[]
}

/** What most records have of seams and holds, shared because there are millions of them. */
export const none: readonly never[] = []

export function openChronicle(workspace: string): OpenChronicle {
  return {
    workspace,
    activities: new Map(),
    tasks: [],
    visits: [],
    legs: [],
    transfers: [],
    activitySpans: [],
    shifts: [],
    readings: [],
    agreements: [],
    deletions: new Map(),
    contacts: [],
    ties: [],
  }
}
