import type { Instant } from '../../schemas/events/instant.ts'
import { isList, isObject, type JsonObject, type JsonValue } from './json-value.ts'
import { readQueueDefinition } from './queue-definition.ts'
import {
  readWorkflowConfiguration,
  type ConfigurationFault,
  type ConfigurationReading,
} from './workflow-configuration.ts'

/** A task queue or workflow as TaskRouter's REST API tells it, of which only what routing goes by is kept. */
export interface ConfiguredResource {
  readonly kind: 'queue' | 'workflow'
  readonly sid: string
  readonly name: string | null
  readonly account: string
  readonly workspace: string
  /** Since when it is so, by the resource; null: it does not say. */
  readonly updatedAt: Instant | null
  /** TargetWorkers of a queue. */
  readonly expression: string | null
  readonly resource: JsonObject
}

/**
 * Reads what TaskRouter's REST API gives of task queues and workflows: one resource, a list of them, or a page (`workflows`,
 * `task_queues`, with `meta`); names as the API writes them or as Twilio's command line does (`friendlyName`). Of
 * whatever else there is nothing is imported: it is a fault like any other, so that nobody thinks it had been.
 */
export function readTwilioConfig(value: unknown): ConfigurationReading<ConfiguredResource[]> {
  const faults: ConfigurationFault[] = []
  const found: ConfiguredResource[] = []
  for (const [path, one] of resourcesIn(value as JsonValue, '')) {
    const reading = readResource(one)
    if (reading.kind === 'understood') found.push(reading.value)
    else
      for (const { path: inner, detail } of reading.faults)
        faults.push({ path: joined(path, inner), detail })
  }
  if (found.length === 0 && faults.length === 0) {
    faults.push({ path: '', detail: 'holds no task queue and no workflow' })
  }
  return faults.length > 0 ? { kind: 'refused', faults } : { kind: 'understood', value: found }
}

type Placed = readonly [path: string, value: JsonValue]

function resourcesIn(value: JsonValue, path: string): readonly Placed[] {
  if (isList(value)) return value.flatMap((one, index) => resourcesIn(one, `${path}[${index}]`))
  if (!isObject(value) || Object.hasOwn(value, 'sid')) return [[path, value]]
  const pages = ['task_queues', 'taskQueues', 'workflows'].filter((name) => name in value)
  // What is in a list is meant to be something.
  if (pages.length === 0 && path !== '') return [[path, value]]
  return pages.flatMap((name) => resourcesIn(value[name] ?? null, joined(path, name)))
}

function joined(path: string, inner: string): string {
  return path === '' || inner === '' || inner.startsWith('[')
    ? `${path}${inner}`
    : `${path}.${inner}`
}

function readResource(value: JsonValue): ConfigurationReading<ConfiguredResource> {
  const resource = isObject(value) ? inSnakeCase(value) : {}
  const sid = textOf(resource, 'sid') ?? ''
  if (sid.startsWith('WQ')) return readQueue(sid, resource)
  if (sid.startsWith('WW')) return readWorkflow(sid, resource)
  return refused([{ path: 'sid', detail: 'is of no task queue (WQ…) and of no workflow (WW…)' }])
}

function readQueue(sid: string, told: JsonObject): ConfigurationReading<ConfiguredResource> {
  const reading = readQueueDefinition(told)
  if (reading.kind === 'refused') return reading
  return withTimes('queue', sid, told, [
    ...['target_workers', 'max_reserved_workers', 'task_order'],
    ...['assignment_activity_sid', 'reservation_activity_sid'],
  ])
}

function readWorkflow(sid: string, told: JsonObject): ConfigurationReading<ConfiguredResource> {
  const { configuration } = told
  // Twilio's command line shows it as an object.
  const text = typeof configuration === 'string' ? configuration : JSON.stringify(configuration)
  if (configuration === undefined) {
    return refused([{ path: 'configuration', detail: 'is missing' }])
  }
  const reading = readWorkflowConfiguration(text)
  if (reading.kind === 'refused') {
    return refused(
      reading.faults.map(({ path, detail }) => ({ path: joined('configuration', path), detail })),
    )
  }
  return withTimes('workflow', sid, { ...told, configuration: text }, [
    ...['configuration', 'task_reservation_timeout'],
  ])
}

function withTimes(
  kind: ConfiguredResource['kind'],
  sid: string,
  told: JsonObject,
  names: readonly string[],
): ConfigurationReading<ConfiguredResource> {
  const updated = textOf(told, 'date_updated')
  const updatedAt = updated === null ? null : Date.parse(updated)
  if (Number.isNaN(updatedAt)) return refused([{ path: 'date_updated', detail: 'is no time' }])
  const kept = ['sid', 'friendly_name', ...names].flatMap((name): [string, JsonValue][] => {
    const value = told[name]
    return value === undefined ? [] : [[name, value]]
  })
  return {
    kind: 'understood',
    value: {
      ...{ kind, sid, updatedAt, name: textOf(told, 'friendly_name') },
      account: textOf(told, 'account_sid') ?? '',
      workspace: textOf(told, 'workspace_sid') ?? '',
      expression: textOf(told, 'target_workers'),
      resource: Object.fromEntries(kept),
    },
  }
}

function inSnakeCase(resource: JsonObject): JsonObject {
  const entries = Object.entries(resource).map(([name, value]) => [
    name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    value,
  ])
  return Object.fromEntries(entries) as JsonObject
}

function textOf(resource: JsonObject, name: string): string | null {
  const value = resource[name]
  return typeof value === 'string' ? value : null
}

function refused(faults: readonly ConfigurationFault[]): ConfigurationReading<never> {
  return { kind: 'refused', faults }
}
