import {
  activityNames,
  channelNames,
  type Activity,
  type Centre,
  type TaskChannel,
  type Workflow,
} from './centre.ts'
import { hireAgents } from './hire-agents.ts'
import { createQueues } from './create-queues.ts'
import { createRandom } from './random.ts'
import { createSids } from './sids.ts'
import { openZone } from './zone.ts'

export interface CentreOptions {
  readonly seed: string | number
  readonly agents?: number
  readonly queues?: number
  readonly hours?: Centre['hours']
  /** How much comes of what would keep the agents as busy as they are planned to be; 1 if not told. */
  readonly load?: number
  /** The zone of the opening hours. */
  readonly zone?: string
}

/**
 * A centre that looks like a real one: staff follows demand, demand fills staff. Its sids depend on nothing but the seed,
 * so the same centre may be simulated for many stretches of time.
 */
export function createCentre(options: CentreOptions): Centre {
  const random = createRandom(options.seed).split('centre')
  const sid = (prefix: string) => createSids(random, prefix)()
  const channels = createChannels(createSids(random, 'TC'))
  const workflows = createWorkflows(createSids(random, 'WW'))
  const plans = createQueues(options.queues ?? 10, channels, workflows, random)
  const zone = openZone(options.zone ?? 'America/New_York')
  const staff = hireAgents(options.agents ?? 200, plans, zone, random, options.load ?? 1)
  return {
    seed: options.seed,
    accountSid: sid('AC'),
    accountName: 'Northwind Support',
    operatingUnitSid: sid('OU'),
    workspaceSid: sid('WS'),
    workspaceName: 'Flex Task Assignment',
    zone,
    hours: options.hours ?? 'office',
    activities: createActivities(createSids(random, 'WA')),
    channels,
    workflows,
    queues: staff.queues,
    agents: staff.agents,
  }
}

/** Forty agents and six queues, busy at any hour of the day: what the demonstration shows. */
export function createDemoCentre(seed: string | number = 'demo'): Centre {
  return createCentre({ seed, agents: 40, queues: 6, hours: 'always' })
}

/** Agents in a campaign dial out, and may be offered tasks meanwhile. */
const availableActivities: readonly string[] = ['Available', 'Outbound Campaign']

function createActivities(sid: () => string): readonly Activity[] {
  return activityNames.map((name) => ({
    sid: sid(),
    name,
    available: availableActivities.includes(name),
  }))
}

function createChannels(sid: () => string): readonly TaskChannel[] {
  const names = { voice: 'Voice', chat: 'Programmable Chat', sms: 'SMS', email: 'Email' }
  return channelNames.map((uniqueName) => ({ sid: sid(), uniqueName, name: names[uniqueName] }))
}

function createWorkflows(sid: () => string): readonly Workflow[] {
  return ['Inbound Voice', 'Messaging', 'Email'].map((name) => ({ sid: sid(), name }))
}
