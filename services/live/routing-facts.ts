import type { Instant } from '../../schemas/events/instant.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import type { JsonObject } from '../routing/json-value.ts'
import { readQueueDefinition, type QueueDefinition } from '../routing/queue-definition.ts'
import type { WorkerChannel } from '../routing/routable-worker.ts'
import {
  readWorkflowConfiguration,
  type WorkflowConfiguration,
} from '../routing/workflow-configuration.ts'
import { objectIn } from './json-object.ts'
import { createHeard, type Heard, type HeardOf } from './heard.ts'

/** What routing goes by, beside who does what now: workers' attributes and channels, queues and workflows as they are set up. */
export interface RoutingFacts {
  /** Without any until they are heard of. */
  attributesOf(worker: string): JsonObject
  /** By the unique name of the channel: those of which a capacity has been heard. */
  channelsOf(worker: string): Readonly<Record<string, WorkerChannel>>
  /** Undefined: nobody has told whom the queue may use, or it cannot be read. */
  queue(id: string): QueueDefinition | undefined
  /** Undefined: it was never imported, or cannot be read. */
  workflow(id: string): WorkflowConfiguration | undefined
  workflowName(id: string): string | undefined
  workflows(): Iterable<string>
  /** Those of which there is a definition. */
  queues(): Iterable<string>
  /** What is new by the event; null: nothing. Wants it as it came, with attributes. */
  hear(event: LedgerEvent): RoutingNews | null
  memory(): RoutingMemory
}

export interface RoutingNews {
  readonly kind: 'worker' | 'queue' | 'workflow'
  readonly id: string
}

export interface RoutingMemory {
  readonly attributes: HeardOf<string>
  /** By worker and channel, as `keyOf` has it. */
  readonly capacities: HeardOf<number>
  readonly availabilities: HeardOf<boolean>
  /** TargetWorkers, by queue. */
  readonly expressions: HeardOf<string>
  /** As TaskRouter's REST API tells them, as JSON. */
  readonly queues: HeardOf<string>
  readonly workflows: HeardOf<string>
}

export function createRoutingFacts(memory?: RoutingMemory): RoutingFacts {
  const attributes = createHeard(memory?.attributes)
  const capacities = createHeard(memory?.capacities)
  const availabilities = createHeard(memory?.availabilities)
  const expressions = createHeard(memory?.expressions)
  const queues = createHeard(memory?.queues)
  const workflows = createHeard(memory?.workflows)
  const channels = new Map<string, Set<string>>()
  for (const [key] of memory?.capacities ?? []) noteChannel(key)

  const parsed = remembering(objectIn)
  const definitionIn = remembering(parseQueue)
  const configurationIn = remembering(parseWorkflow)

  function noteChannel(key: string): void {
    const [worker, channel] = partsOf(key)
    const known = channels.get(worker)
    if (known === undefined) channels.set(worker, new Set([channel]))
    else known.add(channel)
  }

  function hearWorker(event: LedgerEvent, worker: string): boolean {
    const { at, channel, capacity, channelAvailable } = event
    const news = [heardOf(attributes, worker, event.attributes, at)]
    if (channel !== null) {
      const key = keyOf(worker, channel)
      news.push(heardOf(capacities, key, capacity, at))
      news.push(heardOf(availabilities, key, channelAvailable, at))
      if (capacity !== null) noteChannel(key)
    }
    return news.includes(true)
  }

  function hearQueue(event: LedgerEvent, queue: string): boolean {
    const { type, at, expression } = event
    return [
      heardOf(expressions, queue, expression, at),
      type === 'task-queue.configured' && heardOf(queues, queue, event.attributes, at),
    ].includes(true)
  }

  function hear(event: LedgerEvent): RoutingNews | null {
    const { type, worker, queue, workflow, at } = event
    if (type.startsWith('worker.') && worker !== null) {
      return hearWorker(event, worker) ? { kind: 'worker', id: worker } : null
    }
    if (type === 'workflow.configured' && workflow !== null) {
      const isNews = heardOf(workflows, workflow, event.attributes, at)
      return isNews ? { kind: 'workflow', id: workflow } : null
    }
    if (!type.startsWith('task-queue.') || queue === null) return null
    return hearQueue(event, queue) ? { kind: 'queue', id: queue } : null
  }

  return {
    attributesOf: (worker) => parsed(attributes.get(worker) ?? ''),
    channelsOf: (worker) =>
      Object.fromEntries(
        [...(channels.get(worker) ?? [])].sort().map((channel) => {
          const key = keyOf(worker, channel)
          const configuredCapacity = capacities.get(key) ?? 0
          return [channel, { configuredCapacity, isAvailable: availabilities.get(key) ?? true }]
        }),
      ),
    queue(id) {
      const [resource, expression] = [queues.get(id), expressions.get(id)]
      if (resource === undefined && expression === undefined) return undefined
      const told = parsed(resource ?? '')
      const definition = expression === undefined ? told : { ...told, target_workers: expression }
      return definitionIn(JSON.stringify({ ...definition, sid: id }))
    },
    workflow(id) {
      const { configuration } = parsed(workflows.get(id) ?? '')
      return typeof configuration === 'string' ? configurationIn(configuration) : undefined
    },
    workflowName(id) {
      const { friendly_name: name } = parsed(workflows.get(id) ?? '')
      return typeof name === 'string' ? name : undefined
    },
    workflows: () => workflows.ids(),
    queues: () => new Set([...queues.ids(), ...expressions.ids()]),
    hear,
    memory: () => ({
      attributes: attributes.all(),
      capacities: capacities.all(),
      availabilities: availabilities.all(),
      expressions: expressions.all(),
      queues: queues.all(),
      workflows: workflows.all(),
    }),
  }
}

function heardOf<T>(heard: Heard<T>, id: string, value: T | null, at: Instant): boolean {
  return value !== null && heard.hear(id, value, at)
}

/** Of a channel of a worker, in `RoutingMemory`. */
export function keyOf(worker: string, channel: string): string {
  return `${worker} ${channel}`
}

function partsOf(key: string): readonly [worker: string, channel: string] {
  const space = key.indexOf(' ')
  return [key.slice(0, space), key.slice(space + 1)]
}

/** What was read of a text, so that it is read once however often it is asked for. */
function remembering<T>(read: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>()
  return (text) => {
    const before = known.get(text)
    if (before !== undefined) return before
    const value = read(text)
    if (known.size >= knownMax) known.clear()
    known.set(text, value)
    return value
  }
}

const knownMax = 50_000

function parseQueue(text: string): QueueDefinition | undefined {
  const reading = readQueueDefinition(JSON.parse(text))
  return reading.kind === 'understood' ? reading.value : undefined
}

function parseWorkflow(text: string): WorkflowConfiguration | undefined {
  const reading = readWorkflowConfiguration(text)
  return reading.kind === 'understood' ? reading.value : undefined
}
