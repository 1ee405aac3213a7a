import type { ChannelName, Queue, TaskChannel, Workflow } from './centre.ts'
import {
  channelTraits,
  queueTemplates,
  type QueueTemplate,
  type TemplateStep,
} from './queue-templates.ts'
import type { Random } from './random.ts'
import { createSids } from './sids.ts'

/** A queue, how many of the agents are hired for it, and which of the repeated blocks of queues it is in. */
export interface QueuePlan {
  readonly queue: Queue
  readonly weight: number
  readonly block: number
}

/** As many queues as are asked for, by repeating the templates; demand is set when it is known who works there. */
export function createQueues(
  count: number,
  channels: readonly TaskChannel[],
  workflows: readonly Workflow[],
  random: Random,
): readonly QueuePlan[] {
  const sid = createSids(random, 'WQ')
  const chosen = Array.from({ length: count }, (_, index) => placeOf(index))
  const names = new Set(chosen.map(({ template, block }) => nameIn(block, template.name)))
  return chosen.map(({ template, block }) => {
    const channel = find(channels, (one) => one.uniqueName === template.channel)
    return {
      weight: template.weight,
      block,
      queue: {
        sid: sid(),
        name: nameIn(block, template.name),
        channel,
        skill: skillIn(block, template.skill),
        expression: `skills HAS "${skillIn(block, template.skill)}"`,
        maxReservedWorkers: template.maxReservedWorkers ?? 1,
        workflow: find(workflows, (one) => one.name === workflowOf[template.channel]),
        filterExpression: `topic == "${skillIn(block, template.skill)}"`,
        steps: stepsOf(template, block, names),
        traits: { ...channelTraits[template.channel], ...template.traits },
        contactsPerDay: 0,
      },
    }
  })
}

const workflowOf: Readonly<Record<ChannelName, string>> = {
  voice: 'Inbound Voice',
  chat: 'Messaging',
  sms: 'Messaging',
  email: 'Email',
}

interface Place {
  readonly template: QueueTemplate
  readonly block: number
}

function placeOf(index: number): Place {
  const template = queueTemplates[index % queueTemplates.length]
  if (template === undefined) throw new Error('there are no queue templates')
  return { template, block: Math.floor(index / queueTemplates.length) }
}

function nameIn(block: number, name: string): string {
  return block === 0 ? name : `${name} ${block + 1}`
}

function skillIn(block: number, skill: string): string {
  return block === 0 ? skill : `${skill}-${block + 1}`
}

/** Steps to queues that this centre does not have fall away; without any step, the task waits in its queue for ever. */
function stepsOf(
  template: QueueTemplate,
  block: number,
  names: ReadonlySet<string>,
): Queue['steps'] {
  const alone: TemplateStep = { queue: template.name, seconds: null }
  return (template.steps ?? [alone])
    .map((step) => ({
      queue: nameIn(block, step.queue),
      timeoutMs: step.seconds === null ? null : step.seconds * 1000,
      priority: step.priority ?? 0,
      skipIfNobody: step.skipIfNobody ?? false,
    }))
    .filter((step) => names.has(step.queue))
}

function find<T>(items: readonly T[], matches: (item: T) => boolean): T {
  const found = items.find(matches)
  if (found === undefined) throw new Error('a queue refers to something that the centre lacks')
  return found
}
