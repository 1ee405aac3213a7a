import {
  readQueueDefinition,
  type QueueDefinition,
} from '../../services/routing/queue-definition.ts'
import {
  readWorkflowConfiguration,
  type WorkflowConfiguration,
} from '../../services/routing/workflow-configuration.ts'
import type { PlannedContact } from '../../services/whatif/plan.ts'
import { replay } from '../../services/whatif/replay.ts'
import type { Outcome, StaffedWorker, WorkerChange } from '../../services/whatif/stretch.ts'

// What a replay is made of, as short as a test wants to say it. Times are seconds.

export const available = { sid: 'WA1', name: 'Available', isAvailable: true }
export const away = { sid: 'WA2', name: 'Break', isAvailable: false }

/** A contact that comes to queue WQ1, waits as long as it takes, is answered at once and talks for a minute. */
export function aContact(
  id: string,
  at: number,
  own: Partial<PlannedContact> = {},
): PlannedContact {
  return {
    ...{ id, at: at * 1000, channel: 'voice', attributes: {}, priority: 0 },
    ...{ into: { kind: 'queue', queue: 'WQ1' }, patienceMs: Infinity, leavesAs: 'abandoned' },
    ...{ rings: [{ ms: 0, isAnswered: true }], handleMs: 60_000 },
    ...own,
  }
}

/** A worker who can be offered tasks from the beginning on. */
export function aWorker(sid: string, own: Partial<StaffedWorker> = {}): StaffedWorker {
  const changes: readonly WorkerChange[] = [{ at: 0, kind: 'activity', activity: available }]
  return { sid, friendlyName: sid, commitments: [], ...own, changes: own.changes ?? changes }
}

export function aQueue(sid: string, own: object = {}): QueueDefinition {
  const read = readQueueDefinition({ sid, ...own })
  if (read.kind === 'refused') throw new Error(JSON.stringify(read.faults))
  return read.value
}

export function aWorkflow(...filters: readonly object[]): WorkflowConfiguration {
  const read = readWorkflowConfiguration(JSON.stringify({ task_routing: { filters } }))
  if (read.kind === 'refused') throw new Error(JSON.stringify(read.faults))
  return read.value
}

export interface ReplayedOptions {
  readonly contacts: readonly PlannedContact[]
  readonly workers: readonly StaffedWorker[]
  readonly queues?: readonly QueueDefinition[]
  /** What tasks that come to WW1 go through. */
  readonly workflow?: WorkflowConfiguration
  readonly until?: number
}

export function replayed(options: ReplayedOptions): Outcome {
  const { contacts, workers, queues = [aQueue('WQ1')], workflow, until = 100_000 } = options
  return replay({
    ...{ contacts, workers, span: { from: 0, to: until * 1000 } },
    routing: {
      workflows: new Map(workflow === undefined ? [] : [['WW1', workflow]]),
      queues: new Map(queues.map((queue) => [queue.sid, queue])),
    },
  })
}

/** Each stay as `queue from–to disposition`, in seconds. */
export function staysIn({ stays }: Outcome, id: string): readonly string[] {
  return (stays.get(id) ?? []).map(({ queue, enteredAt, exitedAt, disposition }) => {
    const until = exitedAt === null ? '' : String(exitedAt / 1000)
    return `${queue} ${enteredAt / 1000}–${until} ${disposition}`
  })
}

/** Each handle as `worker from–to`, in seconds. */
export function handlesIn({ work }: Outcome): readonly string[] {
  return work
    .filter(({ kind }) => kind === 'handle')
    .map(({ worker, from, to }) => `${worker} ${from / 1000}–${to / 1000}`)
}
