import type { Centre } from '../model/centre.ts'
import type { SimulatedEvent, TaskRouterEventType } from '../model/event.ts'
import { headerOf, parametersOf, resourceTypeOf, type ParameterValue } from './parameters.ts'

/** An event as Event Streams delivers it: a CloudEvent with TaskRouter's event, in snake_case, inside `data.payload`. */
export interface CloudEvent {
  readonly specversion: '1.0'
  readonly type: string
  readonly source: string
  readonly id: string
  readonly dataschema: string
  readonly datacontenttype: string
  readonly time: string
  readonly data: Readonly<Record<string, string | Payload>>
}

type Payload = Readonly<Record<string, string | number | boolean>>

export function toCloudEvent(event: SimulatedEvent, centre: Centre): CloudEvent {
  const timestamp = new Date(event.at).toISOString()
  return {
    specversion: '1.0',
    type: `com.twilio.taskrouter.${event.type}`,
    source: `/v1/Workspaces/${centre.workspaceSid}/Events/${event.sid}`,
    id: event.sid,
    dataschema: 'https://events-schemas.twilio.com/TaskRouter.WDSEvent/4',
    datacontenttype: 'application/json',
    time: new Date(event.at + publishedAfterMs).toISOString(),
    data: {
      sid: event.sid,
      name: titleOf(event.type),
      account_sid: centre.accountSid,
      account_friendly_name: centre.accountName,
      parent_account_sid: centre.accountSid,
      parent_friendly_name: centre.accountName,
      timestamp,
      level: 'INFO',
      group: resourceTypeOf(event),
      product_name: 'TaskRouter',
      publisher: centre.workspaceName,
      publisher_metadata: '{}',
      payload_type: 'application/json',
      payload: payloadOf(event, centre, timestamp),
    },
  }
}

/** Event Streams offers no events of activities, channels and workspaces, nor of a workflow's definition. */
export function isStreamed(type: TaskRouterEventType): boolean {
  return !notStreamed.has(type)
}

const notStreamed = new Set<TaskRouterEventType>([
  'workspace.created',
  'activity.created',
  'task-channel.created',
  'workflow.created',
])

const publishedAfterMs = 120

function payloadOf(event: SimulatedEvent, centre: Centre, timestamp: string): Payload {
  const payload: Record<string, string | number | boolean> = {
    eventtype: event.type,
    sid: event.sid,
  }
  for (const [key, value] of headerOf(event, centre)) payload[key] = toJson(value)
  payload['timestamp'] = timestamp
  for (const [key, value] of parametersOf(event)) payload[key] = toJson(value)
  return payload
}

/** Moments are ISO 8601, of whole seconds. */
function toJson(value: ParameterValue): string | number | boolean {
  if (typeof value !== 'object') return value
  return new Date(value.moment - (value.moment % 1000)).toISOString()
}

/** `reservation.accepted` is `ReservationAccepted`. */
function titleOf(name: string): string {
  return name
    .split(/[.-]/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')
}
