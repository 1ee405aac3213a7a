import {
  callEventTypes,
  conferenceEventTypes,
  conversationEventTypes,
  flowEventTypes,
  messageEventTypes,
  reservationEventTypes,
  taskEventTypes,
  transferEventTypes,
  unknownEventTypes,
  workerEventTypes,
} from '../../../schemas/events/event-types.ts'
import type { LedgerEvent } from '../../../schemas/events/ledger-event.ts'

/** An event whose ids may still be missing. */
export type NeutralEvent = Pick<LedgerEvent, keyof LedgerEvent>

export function hasItsIds(event: NeutralEvent): event is LedgerEvent {
  return missingIds(event).length === 0
}

/** What an event of this type must name, as the ledger's schemas ask, and does not. */
export function missingIds(event: NeutralEvent): readonly string[] {
  return (requiredIds.get(event.type) ?? []).filter((name) => event[name] === null)
}

const requiredIds = new Map<string, readonly (keyof LedgerEvent)[]>([
  ...each([...taskEventTypes, ...transferEventTypes], ['task']),
  ...each(reservationEventTypes, ['task', 'reservation']),
  ...each(workerEventTypes, ['worker']),
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
