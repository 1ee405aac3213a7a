import type { Instant, Span } from '../../schemas/events/instant.ts'
import type { JsonObject } from '../routing/json-value.ts'
import type { WorkerActivity, WorkerChannel } from '../routing/routable-worker.ts'

/** A stretch of the past as it was: who came, who worked, and what became of it. */
export interface Stretch {
  /** What is counted: stays in queues that begin in it, work in it. */
  readonly counted: Span
  /** What is replayed: some time more at both ends, so that neither begins nor ends empty. */
  readonly replayed: Span
  readonly contacts: readonly Contact[]
  readonly workers: readonly StaffedWorker[]
  /** All that was handled or offered, whether or not a contact of above answers for it. */
  readonly work: readonly Work[]
}

/** One wait for somebody: from coming to a workflow, or to a queue in the middle of a contact, until answer or end. */
export interface Contact {
  readonly id: string
  readonly at: Instant
  readonly channel: string
  readonly direction: string
  readonly attributes: JsonObject
  readonly priority: number
  readonly into: Destination
  /** One or more, in order: the first is where it came to. */
  readonly stays: readonly Stay[]
  /** It went by itself; null: it was answered, its workflow ended it, or it waits still. */
  readonly leftAs: Departure | null
  /** Offers that rang in vain: rejected, or not answered. */
  readonly failedRingsMs: readonly number[]
  /** The offer that was accepted; null: none was. So is the handle, which is null too where it has not ended. */
  readonly ringMs: number | null
  readonly handleMs: number | null
}

/** A transfer, and what falls back into a queue, go to the queue directly. */
export type Destination =
  | { readonly kind: 'workflow'; readonly workflow: string }
  | { readonly kind: 'queue'; readonly queue: string }

/** How a wait ends that neither an agent nor the workflow ends. */
export type Departure =
  'abandoned' | 'flowed_out_moved' | 'flowed_out_diverted' | 'flowed_out_canceled'

export interface Stay {
  readonly queue: string
  readonly enteredAt: Instant
  /** Null: it waits still. */
  readonly exitedAt: Instant | null
  readonly disposition: 'answered' | 'waiting' | 'flowed_out_timeout' | Departure
}

export interface StaffedWorker {
  readonly sid: string
  readonly friendlyName: string
  /** In order of time. What is told before the replay begins holds at its beginning. */
  readonly changes: readonly WorkerChange[]
  /** Work that came to this worker by name, or that he began: it takes place as it did. */
  readonly commitments: readonly Commitment[]
}

export type WorkerChange = { readonly at: Instant } & (
  | { readonly kind: 'activity'; readonly activity: WorkerActivity }
  | { readonly kind: 'attributes'; readonly attributes: JsonObject }
  | ({ readonly kind: 'channel'; readonly channel: string } & WorkerChannel)
)

export interface Commitment extends Span {
  readonly channel: string
}

/** What takes a worker's time. */
export interface Work extends Span {
  readonly worker: string
  readonly kind: 'ring' | 'handle'
}

/** What became of all contacts: as it was, or as a replay has it. */
export interface Outcome {
  /** Of each contact by its id; none: no filter took it. */
  readonly stays: ReadonlyMap<string, readonly Stay[]>
  readonly work: readonly Work[]
}

/** The time from arrival until answer or end; until the end of the replay of what waits still. */
export function waitedMs({ at, stays }: Contact, end: Instant): number {
  const last = stays.at(-1)
  return Math.max(0, (last?.exitedAt ?? end) - at)
}

export function isAnswered({ stays }: Contact): boolean {
  return stays.at(-1)?.disposition === 'answered'
}
