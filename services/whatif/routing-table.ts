import type { JsonObject } from '../routing/json-value.ts'
import { readQueueDefinition, type QueueDefinition } from '../routing/queue-definition.ts'
import type { WorkflowConfiguration } from '../routing/workflow-configuration.ts'
import type { RoutingFile } from './routing-file.ts'
import type { Contact } from './stretch.ts'

/** By what a replay routes: workflows and queues by their sids. */
export interface RoutingTable {
  readonly workflows: ReadonlyMap<string, WorkflowConfiguration>
  readonly queues: ReadonlyMap<string, QueueDefinition>
}

/** All queues that a workflow sends tasks to, each with its place in the configuration. */
export function queuesNamedIn({
  filters,
  defaultTarget,
}: WorkflowConfiguration): readonly { readonly path: string; readonly queue: string }[] {
  const places = filters.flatMap(({ targets }, filter) =>
    targets.map(({ queue }, target) => ({
      path: `task_routing.filters[${filter}].targets[${target}].queue`,
      queue,
    })),
  )
  const last = { path: 'task_routing.default_filter.queue', queue: defaultTarget?.queue ?? null }
  return [...places, last].flatMap(({ path, queue }) => (queue === null ? [] : [{ path, queue }]))
}

export interface RoutingFault {
  /** A path in the file; where it is not the file that is at fault, what is missing. */
  readonly field: string
  readonly detail: string
  readonly choices?: readonly string[]
}

/** What the ledger knows of a queue. */
export interface RecordedQueue {
  readonly sid: string
  readonly name: string
  /** Its TargetWorkers as its events tell them; null: they never did. */
  readonly expression: string | null
  /** The REST resource as it was imported; null: it never was, and nothing tells its size and order. */
  readonly resource: JsonObject | null
}

export interface RoutingSources {
  /** What it says goes before what is recorded. Null: there is none. */
  readonly file: RoutingFile | null
  readonly recordedWorkflows: ReadonlyMap<string, WorkflowConfiguration>
  readonly recordedQueues: readonly RecordedQueue[]
  readonly contacts: readonly Pick<Contact, 'into'>[]
}

/** Workflows and queues for all contacts, or all that is missing or refers to nothing. */
export function toRoutingTable(
  sources: RoutingSources,
):
  | { readonly kind: 'whole'; readonly table: RoutingTable }
  | { readonly kind: 'refused'; readonly faults: readonly RoutingFault[] } {
  const { file, contacts, recordedQueues } = sources
  const used = usedBy(contacts)
  const faults: RoutingFault[] = []
  const workflows = new Map(sources.recordedWorkflows)
  for (const { sid, configuration } of file?.workflows ?? []) {
    const [only, ...others] = used.workflows
    if (sid !== null) workflows.set(sid, configuration)
    else if (only !== undefined && others.length === 0) workflows.set(only, configuration)
    else if (others.length > 0) {
      const detail =
        'contacts came to several workflows: say whose this is, as {"sid": "WW…", "configuration": …}'
      faults.push({ field: 'workflow', detail, choices: used.workflows })
    }
  }
  // Whoever is told to say whose it is need not be told that it is missing.
  const isUnclear = faults.length > 0
  const own = new Map(file?.queues.map((queue) => [queue.sid, queue]))
  const known = new Set([...own.keys(), ...recordedQueues.map(({ sid }) => sid)])
  const named = used.workflows.flatMap((sid) => {
    const configuration = workflows.get(sid)
    if (configuration !== undefined)
      return queuesNamedIn(configuration).map((one) => ({ ...one, sid }))
    if (isUnclear) return []
    const detail = `nothing tells the configuration of ${sid}, to which contacts came: give it in a file, or import it`
    faults.push({ field: 'workflow', detail })
    return []
  })
  for (const { path, queue, sid } of named) {
    if (known.has(queue)) continue
    const detail = `${sid} names ${queue}, which is no queue that is known`
    faults.push({ field: path, detail, choices: [...known].sort() })
  }
  const queues = new Map(own)
  for (const sid of new Set([...used.queues, ...named.map(({ queue }) => queue)])) {
    const recorded = recordedQueues.find((queue) => queue.sid === sid)
    if (own.has(sid) || (recorded === undefined && named.some(({ queue }) => queue === sid)))
      continue
    const read = readRecorded(sid, recorded)
    if (read.kind === 'understood') queues.set(sid, read.value)
    else faults.push({ field: `task_queues ${sid}`, detail: read.detail })
  }
  if (faults.length > 0) return { kind: 'refused', faults }
  return { kind: 'whole', table: { workflows, queues } }
}

function usedBy(contacts: RoutingSources['contacts']) {
  const all = contacts.map(({ into }) => into)
  const workflows = all.flatMap((into) => (into.kind === 'workflow' ? [into.workflow] : []))
  const queues = all.flatMap((into) => (into.kind === 'queue' ? [into.queue] : []))
  return { workflows: [...new Set(workflows)].sort(), queues: [...new Set(queues)].sort() }
}

function readRecorded(sid: string, recorded: RecordedQueue | undefined) {
  const { name, expression = null, resource = null } = recorded ?? {}
  if (expression === null && resource === null) {
    const detail = 'nothing tells which workers it may use: give it in a file, or import it'
    return { kind: 'refused', detail } as const
  }
  const told = expression === null ? {} : { target_workers: expression }
  const read = readQueueDefinition({ ...resource, ...told, sid, friendly_name: name })
  if (read.kind === 'understood') return read
  return { kind: 'refused', detail: read.faults.map(({ detail }) => detail).join('; ') } as const
}
