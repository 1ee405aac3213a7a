import type { Instant } from '../../../schemas/events/instant.ts'
import type { Centre } from '../model/centre.ts'
import type { SimulatedEvent } from '../model/event.ts'
import {
  activityParameters,
  filterParameters,
  previousQueueParameters,
  reservationParameters,
  taskParameters,
  transferParameters,
  workerChannelParameters,
  workerParameters,
} from './groups.ts'

/** A moment is seconds in a callback and ISO 8601 in Event Streams, so it stays a moment until then. */
export interface Moment {
  readonly moment: Instant
}

export type ParameterValue = string | number | boolean | Moment

/** Name in snake_case and value. */
export type Parameter = readonly [name: string, value: ParameterValue]

/**
 * Everything that TaskRouter says about an event, in TaskRouter's order, but for its type, its own sid and its time, which
 * the two wire formats write each in its own way. Which groups come with which event is in the reference, section 1.3.
 */
export function parametersOf(event: SimulatedEvent): readonly Parameter[] {
  return [
    ...taskParameters(event),
    ...filterParameters(event.filter),
    ...workerParameters(event.worker),
    ...activityParameters(event.previousActivity),
    ...reservationParameters(event.reservation),
    ...transferParameters(event.transfer),
    ...previousQueueParameters(event.previousQueue),
    ...workerChannelParameters(event.workerChannel),
    ...Object.entries(event.definition ?? {}),
  ]
}

/** What every event bears. */
export function headerOf(event: SimulatedEvent, centre: Centre): readonly Parameter[] {
  return [
    ['account_sid', centre.accountSid],
    ['workspace_sid', centre.workspaceSid],
    ['workspace_name', centre.workspaceName],
    ['operating_unit_sid', centre.operatingUnitSid],
    ['resource_type', resourceTypeOf(event)],
    ['resource_sid', event.resourceSid],
    ['event_description', event.description],
  ]
}

/** An event of a queue or workflow that a task went through is the task's. */
export function resourceTypeOf(event: SimulatedEvent): string {
  if (event.reservation !== undefined) return 'reservation'
  if (event.task !== undefined) return 'task'
  return event.type.slice(0, event.type.indexOf('.'))
}
