import type { Instant } from '../../../schemas/events/instant.ts'
import type { Chronicle, ContactRecord, MessageRecord, TaskRecord } from '../model/chronicle.ts'

/** A conversation as it is known at a moment. */
export interface CutConversation {
  /** Empty while no task of it is known: those who converse know of no workspace. */
  readonly workspace: string
  readonly channel: string
  readonly queue: string
  readonly from: Instant
  readonly to: Instant | null
  readonly messages: readonly MessageRecord[]
  readonly isContained: boolean
}

/** U25: the queue is that of the first visit of any of its tasks, for all that is said of it. */
export function cutConversations(chronicle: Chronicle, asOf: Instant): readonly CutConversation[] {
  const queues = firstQueues(chronicle, asOf)
  return chronicle.contacts
    .filter(({ kind, startedAt }) => kind === 'conversation' && startedAt < asOf)
    .map((contact) => cutConversation(contact, chronicle.workspace, queues, asOf))
}

interface FirstQueue {
  readonly at: Instant
  readonly queue: string
}

function cutConversation(
  { channel, startedAt, endedAt, messages, tasks }: ContactRecord,
  workspace: string,
  queues: ReadonlyMap<TaskRecord, FirstQueue>,
  asOf: Instant,
): CutConversation {
  const known = tasks.filter(({ createdAt }) => createdAt < asOf)
  const visits = known.flatMap((task) => queues.get(task) ?? [])
  const first = visits.sort((one, other) => one.at - other.at)[0]
  const to = endedAt !== null && endedAt < asOf ? endedAt : null
  return {
    workspace: known.length === 0 ? '' : workspace,
    channel: known[0]?.channel ?? channel,
    queue: first?.queue ?? '',
    from: startedAt,
    to,
    messages: messages.filter(({ at }) => at < asOf),
    isContained: to !== null && known.length === 0,
  }
}

function firstQueues(chronicle: Chronicle, asOf: Instant): ReadonlyMap<TaskRecord, FirstQueue> {
  const first = new Map<TaskRecord, FirstQueue>()
  for (const { task, queue, enteredAt } of chronicle.visits) {
    if (enteredAt >= asOf || first.has(task)) continue
    first.set(task, { at: enteredAt, queue })
  }
  return first
}
