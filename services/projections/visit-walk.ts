import type { Definitions } from '../../schemas/events/definitions.ts'
import type { Instant } from '../../schemas/events/instant.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { definitionsAt, reasonClass, thresholdsOf, type Knowledge } from './definitions.ts'
import { isRouting, type RoutingEvent } from './event-kinds.ts'
import type { Anomaly, Leg } from './leg.ts'
import { compareAt, rankOf, type Timeline } from './timeline.ts'
import { timedOut } from './timers.ts'

export type Disposition =
  | 'answered'
  | 'abandoned'
  | 'flowed_out_timeout'
  | 'flowed_out_moved'
  | 'flowed_out_diverted'
  | 'flowed_out_canceled'

export type Entry = 'new' | 'moved' | 'transfer' | 'requeued'

/** One stay of the task in one queue. Nulls: it is still waiting. */
export interface Visit {
  readonly queue: string
  readonly entry: Entry
  readonly entered: Instant
  readonly exited: Instant | null
  readonly disposition: Disposition | null
  readonly answeredBy: string | null
  /** What ended it. */
  readonly closing: LedgerEvent | null
  /** What opened it, and what ended it. */
  readonly told: readonly LedgerEvent[]
  /** As they were in force when the visit began. */
  readonly slThresholdMs: number
  readonly shortAbandonMs: number
  readonly definitionsVersion: number
  readonly anomalies: readonly Anomaly[]
}

export interface TaskEnd {
  readonly at: Instant
  readonly event: LedgerEvent
}

interface Draft {
  readonly queue: string
  /** As it was told first: definitions may name the queue by it. */
  queueName: string | null
  entry: Entry
  readonly entered: Instant
  readonly definitions: Definitions
  exited: Instant | null
  disposition: Disposition | null
  answeredBy: string | null
  closing: LedgerEvent | null
  readonly told: LedgerEvent[]
  readonly anomalies: Anomaly[]
}

/** What of the whole task its visits must know. */
interface TaskFacts {
  readonly channel: string
  readonly end: TaskEnd | null
  readonly continues: boolean
}

/** The walk through the timeline that opens and closes queue visits: rules V1 to V7, rulings U11, U12, U22 and U28. */
export function visitsOf(
  events: Timeline,
  legs: readonly Leg[],
  { channel, end, continues }: TaskFacts,
  knowledge: Knowledge,
): readonly Visit[] {
  const visits: Draft[] = []
  let open: Draft | null = null
  let ended = false

  const enter = (queue: string, queueName: string | null, entry: Entry, { event, at }: Step) => {
    open = {
      queue,
      queueName,
      entry,
      entered: at,
      definitions: definitionsAt(knowledge, at),
      exited: null,
      disposition: null,
      answeredBy: null,
      closing: null,
      told: [event],
      anomalies: [],
    }
    visits.push(open)
  }
  const leave = (disposition: Disposition, { event, at }: Step): Draft | null => {
    const left = open
    if (left === null) return null
    left.exited = at
    left.disposition = disposition
    left.closing = event
    left.told.push(event)
    open = null
    return left
  }
  const isOpen = (queue: string | null): boolean =>
    open !== null && (queue ?? open.queue) === open.queue

  for (const step of stepsOf(events, legs)) {
    if (ended) break
    const { event, at, answer } = step
    if (answer !== null) {
      const visit = leave('answered', step)
      if (visit === null) continue
      visit.answeredBy = answer.reservation
      if (answer.queue !== visit.queue) visit.anomalies.push('queue_mismatch')
      continue
    }
    switch (event.type) {
      case 'task-queue.entered': {
        const queue = event.queue ?? ''
        if (isOpen(queue)) {
          const waiting: Draft | null = open
          if (waiting !== null) waiting.queueName ??= event.queueName
          break
        }
        leave('flowed_out_moved', step)
        const last = visits.at(-1)
        if (last !== undefined && mergesWith(last, queue, at, knowledge)) {
          last.exited = null
          last.disposition = null
          last.closing = null
          open = last
          break
        }
        enter(queue, event.queueName, event.entry ?? entryAfter(last, continues), step)
        break
      }
      case 'task.transfer-initiated': {
        if (event.toQueue === null) break
        const waiting: Draft | null = open
        if (waiting !== null && isOpen(event.toQueue)) {
          // Clocks apart may tell of the arrival first. Who has waited there for longer did not come by this transfer.
          if (at - waiting.entered <= waiting.definitions.sameQueueMergeMs) {
            waiting.entry = 'transfer'
          }
          break
        }
        leave('flowed_out_moved', step)
        enter(event.toQueue, null, 'transfer', step)
        break
      }
      case 'task-queue.moved':
        if (!isOpen(event.queue)) break
        leave(
          event.cause === 'transfer_canceled' ? 'flowed_out_canceled' : 'flowed_out_moved',
          step,
        )
        break
      case 'task-queue.timeout':
      case 'workflow.timeout':
        if (isOpen(event.queue)) leave('flowed_out_timeout', step)
        break
      case 'workflow.skipped':
      case 'workflow.rejected':
        leave('flowed_out_canceled', step)
        break
      case 'task.canceled':
        leave(closingOf[reasonClass(definitionsAt(knowledge, at), channel, event.reason)], step)
        ended = true
        break
      case 'task.completed':
      case 'task.deleted':
      case 'task.system-deleted':
        leave('flowed_out_canceled', step)
        ended = true
        break
      case 'task.force-closed':
        if (event !== end?.event) break
        leave('flowed_out_canceled', step)?.anomalies.push(...timedOut)
        ended = true
        break
      case 'task.created':
      case 'task.preceded':
      case 'task.reopened':
      case 'task.updated':
      case 'task.wrapup':
      case 'workflow.entered':
      case 'workflow.target-matched':
      case 'task.transfer-completed':
      case 'task.transfer-failed':
      case 'task.transfer-attempt-failed':
      case 'task.transfer-canceled':
      case 'reservation.created':
      case 'reservation.accepted':
      case 'reservation.rejected':
      case 'reservation.timeout':
      case 'reservation.canceled':
      case 'reservation.rescinded':
      case 'reservation.failed':
      case 'reservation.hold':
      case 'reservation.unhold':
      case 'reservation.wrapup':
      case 'reservation.completed':
      case 'reservation.force-closed':
      case 'worker.created':
      case 'worker.activity.update':
      case 'worker.attributes.update':
      case 'worker.capacity.update':
      case 'worker.channel.availability.update':
      case 'worker.deleted':
      case 'activity.created':
      case 'activity.updated':
      case 'activity.deleted':
      case 'task-queue.created':
      case 'task-queue.deleted':
      case 'task-queue.expression.updated':
      case 'task-queue.configured':
      case 'workflow.configured':
      case 'workflow.created':
      case 'workflow.updated':
      case 'workflow.deleted':
      case 'task-channel.created':
      case 'task-channel.updated':
      case 'task-channel.deleted':
      case 'workspace.created':
      case 'workspace.updated':
      case 'workspace.deleted':
      case 'definitions.set':
      case 'mapping.set':
      case 'schedule.set':
      case 'schedule.excepted':
      case 'identities.set':
      case 'forecast.set':
      case 'identity.assigned':
      case 'clock.ticked':
      case 'source.gap':
      case 'source.error':
      case 'interval.finalised':
      case 'export.delivered':
      case 'unknown':
        break
    }
  }
  return visits.map((draft) => ({
    queue: draft.queue,
    entry: draft.entry,
    entered: draft.entered,
    exited: draft.exited,
    disposition: draft.disposition,
    answeredBy: draft.answeredBy,
    closing: draft.closing,
    told: draft.told,
    definitionsVersion: draft.definitions.version,
    anomalies: draft.anomalies,
    ...thresholdsOf(draft.definitions, { id: draft.queue, name: draft.queueName, channel }),
  }))
}

const closingOf = {
  customer: 'abandoned',
  diverted: 'flowed_out_diverted',
  system: 'flowed_out_canceled',
} as const

/** A step change inside one queue may come as a time-out and a new entry: that is one visit, its gap part of the wait (V3). */
function mergesWith(last: Draft, queue: string, at: Instant, knowledge: Knowledge): boolean {
  if (last.queue !== queue || last.exited === null) return false
  if (last.disposition !== 'flowed_out_timeout' && last.disposition !== 'flowed_out_moved')
    return false
  return at - last.exited <= definitionsAt(knowledge, at).sameQueueMergeMs
}

/** How a visit came about where the source does not say (V4, V7). */
function entryAfter(last: Draft | undefined, continues: boolean): Entry {
  if (last === undefined) return continues ? 'transfer' : 'new'
  const left = last.disposition
  return left === 'flowed_out_timeout' || left === 'flowed_out_moved' ? 'moved' : 'requeued'
}

interface Step {
  readonly event: RoutingEvent
  readonly at: Instant
  /** The leg whose acceptance this step is. */
  readonly answer: Leg | null
}

/**
 * What the walk goes through: the events, and the acceptances as the legs have them. An acceptance takes effect no earlier
 * than its offer (R5), and may be known only from what came after it (R6).
 */
function stepsOf(events: Timeline, legs: readonly Leg[]): readonly Step[] {
  const routing = events.filter(isRouting)
  const steps: Step[] = routing.map((event) => ({ event, at: event.at, answer: null }))
  for (const leg of legs) {
    if (leg.accepted === null || leg.direct) continue
    const own = routing.filter((event) => event.reservation === leg.reservation)
    const event = own.find(({ type }) => type === 'reservation.accepted') ?? own[0]
    if (event !== undefined) steps.push({ event, at: leg.accepted, answer: leg })
  }
  return steps.sort(
    (a, b) => a.at - b.at || stepRank(a) - stepRank(b) || compareAt(a.event, a.at, b.event, b.at),
  )
}

function stepRank(step: Step): number {
  return rankOf(step.answer === null ? step.event.type : 'reservation.accepted')
}
