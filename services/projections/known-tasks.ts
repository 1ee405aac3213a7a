import type { Instant } from '../../schemas/events/instant.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import type { Timeline } from './timeline.ts'

/** What a conversation, call or conference knows of a task that is about it. */
export interface KnownTask {
  readonly task: string
  readonly workspace: string
  readonly channel: string | null
  /** When it first entered a queue, and which. */
  readonly queued: LedgerEvent | null
  /** Its creation, or the first that was heard of it. */
  readonly created: LedgerEvent
  /** As a source told it. */
  readonly end: LedgerEvent | null
  /** What the hub told of an end that was missing: that it closed the task, and that this does not hold. */
  readonly closings: Timeline
  /** Who took it, with the name by which the conversation knows him. */
  readonly workers: readonly {
    readonly worker: string
    readonly name: string
    readonly at: Instant
  }[]
}

/** The tasks in a timeline of what was said, by their creation. */
export function knownTasks(events: Timeline): readonly KnownTask[] {
  const groups = new Map<string, LedgerEvent[]>()
  for (const event of events) {
    if (event.task === null || !isOfRouting(event)) continue
    const own = groups.get(event.task)
    if (own === undefined) groups.set(event.task, [event])
    else own.push(event)
  }
  return [...groups]
    .flatMap(([task, told]) => {
      // The hub speaks of every task in every conversation that it was named in; what a conversation is about, sources say.
      const own = told.filter(({ road }) => road !== 'hub')
      const closings = told.filter(({ road }) => road === 'hub')
      const created = own.find(({ type }) => type === 'task.created') ?? own[0]
      return created === undefined ? [] : [{ ...knownTask(task, created, own), closings }]
    })
    .sort((a, b) => a.created.at - b.created.at || (a.task < b.task ? -1 : 1))
}

function knownTask(task: string, created: LedgerEvent, own: Timeline): Omit<KnownTask, 'closings'> {
  return {
    task,
    workspace: created.workspace,
    channel: own.find(({ channel }) => channel !== null)?.channel ?? null,
    queued: own.find(({ type }) => type === 'task-queue.entered') ?? null,
    created,
    end: own.find(({ type }) => ends.has(type)) ?? null,
    workers: own.flatMap(({ type, worker, workerName, at }) =>
      type === 'reservation.accepted' && worker !== null
        ? [{ worker, name: workerName ?? worker, at }]
        : [],
    ),
  }
}

const ends = new Set<string>([
  'task.completed',
  'task.canceled',
  'task.deleted',
  'task.system-deleted',
])

function isOfRouting({ type }: LedgerEvent): boolean {
  return type.startsWith('task') || type.startsWith('reservation.')
}
