import type { Centre } from '../model/centre.ts'
import type { SimulatedEvent } from '../model/event.ts'
import { toIso, toIsoSeconds } from './form.ts'
import { headerOf, parametersOf, resourceTypeOf, type ParameterValue } from './parameters.ts'

/** An event as TaskRouter's Events resource lists it: the road on which what was lost is found again. */
export interface RestEvent {
  readonly sid: string
  readonly event_type: string
  readonly event_date: string
  readonly event_date_ms: number
  readonly event_data: Readonly<Record<string, string>>
  readonly [member: string]: unknown
}

export function toRestEvent(event: SimulatedEvent, centre: Centre): RestEvent {
  const workspace = `https://taskrouter.twilio.com/v1/Workspaces/${centre.workspaceSid}`
  const type = resourceTypeOf(event)
  return {
    account_sid: centre.accountSid,
    actor_sid: centre.workspaceSid,
    actor_type: 'workspace',
    actor_url: workspace,
    description: event.description,
    event_data: dataOf(event, centre),
    event_date: toIsoSeconds(event.at),
    event_date_ms: event.at,
    event_type: event.type,
    resource_sid: event.resourceSid,
    resource_type: type,
    resource_url: `${workspace}/${pathOf(type)}/${event.resourceSid}`,
    sid: event.sid,
    source: 'twilio',
    source_ip_address: '192.0.2.1',
    url: `${workspace}/Events/${event.sid}`,
    workspace_sid: centre.workspaceSid,
  }
}

/** What stands beside them already is not repeated among the data. */
const besides = new Set(['account_sid', 'resource_type', 'resource_sid', 'event_description'])

function dataOf(event: SimulatedEvent, centre: Centre): Readonly<Record<string, string>> {
  const parameters = [...headerOf(event, centre), ...parametersOf(event)]
  return Object.fromEntries(
    parameters.filter(([name]) => !besides.has(name)).map(([name, value]) => [name, toText(value)]),
  )
}

/** Every value is text; moments are ISO 8601, of whole seconds. */
function toText(value: ParameterValue): string {
  if (typeof value !== 'object') return String(value)
  return toIso(value.moment - (value.moment % 1000))
}

function pathOf(type: string): string {
  const words = type.split('-').map((word) => word.charAt(0).toUpperCase() + word.slice(1))
  const name = words.join('')
  return name.endsWith('y') ? `${name.slice(0, -1)}ies` : `${name}s`
}
