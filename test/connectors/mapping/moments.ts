import { mappingSchema, type Mapping } from '../../../schemas/events/mapping.ts'
import type { AgentMoment, OpenContact } from '../../../connectors/mapping/moment.ts'

type Activity = NonNullable<AgentMoment['activity']>

export function activity(name: string, fields: Partial<Activity> = {}): Activity {
  return { id: `WA-${name}`, name, class: 'aux', since: 0, ...fields }
}

export const ready = activity('Available', { class: 'available' })
export const onBreak = activity('Break')

export function contact(fields: Partial<OpenContact> = {}): OpenContact {
  return {
    ...{ task: 'WT1', channel: 'voice', phase: 'talk', direction: 'inbound', queue: 'WQ1' },
    ...{ workflow: 'WW1', since: 0 },
    ...fields,
  }
}

export function moment(fields: Partial<AgentMoment> = {}): AgentMoment {
  return { agent: 'WK1', activity: ready, contacts: [], attributes: {}, ...fields }
}

export function mapping(file: object, version = 1): Mapping {
  return mappingSchema.parse({ target: 'calabrio', version, ...file })
}

export function give(code: string, fields: object = {}) {
  return { code, class: 'signed_on', ...fields }
}
