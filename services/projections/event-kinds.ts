import { saidEventTypes, type EventType } from '../../schemas/events/event-types.ts'
import type {
  LedgerEvent,
  ReservationEvent,
  TransferEvent,
} from '../../schemas/events/ledger-event.ts'
import type { Timeline } from './timeline.ts'

export function isReservation(event: LedgerEvent): event is ReservationEvent {
  return event.type.startsWith('reservation.')
}

export function isTransfer(event: LedgerEvent): event is TransferEvent {
  return event.type.startsWith('task.transfer-')
}

export type RoutingEvent = Exclude<LedgerEvent, { type: (typeof saidEventTypes)[number] }>

const said = new Set<EventType>(saidEventTypes)

/** What moves the task, not what is said in its contact. */
export function isRouting(event: LedgerEvent): event is RoutingEvent {
  return !said.has(event.type)
}

export function byReservation(events: Timeline): Map<string, ReservationEvent[]> {
  const groups = new Map<string, ReservationEvent[]>()
  for (const event of events) {
    if (!isReservation(event)) continue
    const group = groups.get(event.reservation)
    if (group === undefined) groups.set(event.reservation, [event])
    else group.push(event)
  }
  return groups
}
