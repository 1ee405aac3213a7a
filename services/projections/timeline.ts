import { hash } from 'node:crypto'
import type { EventType } from '../../schemas/events/event-types.ts'
import { ledgerEventFields, type LedgerEvent } from '../../schemas/events/ledger-event.ts'

/** The events of one entity: each id once, in canonical order. What arrived when plays no part in it. */
export type Timeline = readonly LedgerEvent[]

/**
 * Causal order of the types at one millisecond (rule R4 of the dictionary): an answer and a hang-up in the same
 * millisecond are an answer. Types of one number have no order among themselves but sequence and id.
 */
const order: readonly (readonly EventType[])[] = [
  ['worker.created'],
  ['worker.activity.update'],
  ['task.created'],
  ['conversation.started'],
  ['workflow.entered'],
  ['task.transfer-initiated'],
  [
    'reservation.timeout',
    'reservation.rejected',
    'reservation.canceled',
    'reservation.rescinded',
    'reservation.failed',
  ],
  ['task-queue.timeout', 'workflow.timeout', 'workflow.skipped', 'workflow.rejected'],
  ['task-queue.moved'],
  ['task-queue.entered'],
  ['reservation.created'],
  ['reservation.accepted'],
  ['reservation.hold', 'reservation.unhold'],
  ['reservation.wrapup'],
  ['reservation.completed', 'reservation.force-closed'],
  ['task.wrapup'],
  [
    'task.transfer-completed',
    'task.transfer-failed',
    'task.transfer-canceled',
    'task.transfer-attempt-failed',
  ],
  ['message.added'],
  ['task.completed'],
  ['task.canceled'],
  ['task.deleted', 'task.system-deleted'],
  ['conversation.ended'],
  ['worker.deleted'],
]

/**
 * A conference stamps whole seconds, and its own numbers tell what came first in one (U3). Where there are none, a hold
 * comes before its end.
 */
const withinRank = new Map<EventType, number>([
  ['reservation.hold', 0],
  ['reservation.unhold', 1],
])

const ranks = new Map<EventType, number>(
  order.flatMap((types, rank) => types.map((type) => [type, rank] as const)),
)

export function rankOf(type: EventType): number {
  return ranks.get(type) ?? order.length
}

/** Canonical order within an entity (R3): time, rank, the source's sequence number, id. */
export function compareEvents(a: LedgerEvent, b: LedgerEvent): number {
  return compareAt(a, a.at, b, b.at)
}

/** The same for events whose effective time is not the one that they came with (R5). */
export function compareAt(a: LedgerEvent, atA: number, b: LedgerEvent, atB: number): number {
  return (
    atA - atB ||
    rankOf(a.type) - rankOf(b.type) ||
    (a.sequence ?? 0) - (b.sequence ?? 0) ||
    (withinRank.get(a.type) ?? 0) - (withinRank.get(b.type) ?? 0) ||
    (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
  )
}

/**
 * The timeline with these events in it. An id that is there already is the same event; should the two differ, the one
 * whose canonical bytes are smaller stays (R2), so that order of arrival plays no part. The same array comes back when
 * nothing changed.
 */
export function withEvents(timeline: Timeline, arrived: readonly LedgerEvent[]): Timeline {
  const byId = new Map(timeline.map((event) => [event.id, event]))
  let changed = false
  for (const event of arrived) {
    const known = byId.get(event.id)
    if (known !== undefined && !isSmaller(event, known)) continue
    byId.set(event.id, event)
    changed = true
  }
  return changed ? [...byId.values()].sort(compareEvents) : timeline
}

function isSmaller(event: LedgerEvent, known: LedgerEvent): boolean {
  return canonicalJson(event) < canonicalJson(known)
}

/** What does not belong to the event itself but to its journey here: the same event may come by several roads. */
const receiptFields = new Set<string>(['receivedAt', 'road', 'payload'])

const canonicalFields = [...ledgerEventFields].filter((field) => !receiptFields.has(field)).sort()

/**
 * What the event says, without receipt data, as its RFC 8785 JSON would (U5): by the order of the names. What it has nothing
 * to say of is left out, so that a field that comes with a later version changes no event of before.
 */
function canonicalJson(event: LedgerEvent): string {
  return JSON.stringify(
    canonicalFields.flatMap((field) => (event[field] === null ? [] : [field, event[field]])),
  )
}

/** Tells apart two events with one id that do not say the same. */
export function digestOf(event: LedgerEvent): string {
  return hash('sha256', canonicalJson(event)).slice(0, 16)
}
