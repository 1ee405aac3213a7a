import type { NeutralEvent } from './blank-event.ts'
import {
  callEventTypes,
  conferenceEventTypes,
  conversationEventTypes,
  eventTypes,
  flowEventTypes,
  messageEventTypes,
  reservationEventTypes,
  scheduleEventTypes,
  taskEventTypes,
  transferEventTypes,
  unknownEventTypes,
  workerEventTypes,
} from './event-types.ts'
import type { LedgerEvent } from './ledger-event.ts'

/** By type of event, the fields that must name something. Every type is in it. */
export const requiredIds: ReadonlyMap<string, readonly (keyof LedgerEvent)[]> = new Map([
  ...each(eventTypes, []),
  ...each([...taskEventTypes, ...transferEventTypes], ['task']),
  ...each(reservationEventTypes, ['task', 'reservation']),
  ...each([...workerEventTypes, ...scheduleEventTypes], ['worker']),
  ...each(conversationEventTypes, ['conversation']),
  ...each(messageEventTypes, ['message']),
  ...each(callEventTypes, ['call']),
  ...each(conferenceEventTypes, ['conference']),
  ...each(flowEventTypes, ['execution']),
  ...each(unknownEventTypes, ['sourceType']),
])

function each(types: readonly string[], names: readonly (keyof LedgerEvent)[]) {
  return types.map((type) => [type, names] as const)
}

/** What an event of this type must name, and does not. */
export function missingIds(event: NeutralEvent): readonly string[] {
  return (requiredIds.get(event.type) ?? []).filter((name) => !event[name])
}

export function hasItsIds(event: NeutralEvent): event is LedgerEvent {
  return missingIds(event).length === 0
}
