import type { Span } from '../../schemas/events/instant.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { placementsOf, type Topic } from '../log/topics.ts'
import { tellsAttributes } from '../projections/agent-moments.ts'
import { isOfPlan } from '../projections/agent-plan.ts'
import { withEvents } from '../projections/timeline.ts'
import type { LedgerPart } from './ledger-part.ts'

/** The ledger, asked for a few entities. */
export interface LedgerReading {
  /** All events of tasks or conversations. */
  timelines(
    topic: 'ledgerline.tasks' | 'ledgerline.conversations',
    entities: readonly string[],
  ): Promise<readonly LedgerEvent[]>
  /** When workers came and went. */
  lifecycles(workers: readonly string[]): Promise<readonly LedgerEvent[]>
  /** A worker's events that are of no task, and those that are of these tasks. */
  shift(worker: string, tasks: readonly string[]): Promise<readonly LedgerEvent[]>
}

/** Tasks, each with the conversations that tell it something and with the ends of those who were offered it. */
export async function partsOfTasks(
  reading: LedgerReading,
  tasks: readonly string[],
): Promise<readonly LedgerPart[]> {
  const around = await readAround(reading, tasks)
  return tasks.map((task) => ({
    ...{ topic: 'ledgerline.tasks', entity: task },
    ...around.of([task]),
  }))
}

/** A worker in a stretch of time, with the tasks that he had in it. */
export async function partOfAgent(
  reading: LedgerReading,
  worker: string,
  tasks: readonly string[],
  span: Span,
): Promise<LedgerPart> {
  const around = await readAround(reading, tasks)
  const { events, whole } = around.of(tasks)
  const own = shiftOf(await reading.shift(worker, tasks), span)
  return {
    ...{ topic: 'ledgerline.workers', entity: worker, whole },
    events: [...own, ...events],
  }
}

/** Conversations depend on nothing but what stands under them. */
export async function partsOfConversations(
  reading: LedgerReading,
  conversations: readonly string[],
): Promise<readonly LedgerPart[]> {
  const topic = 'ledgerline.conversations'
  const byEntity = grouped(await reading.timelines(topic, conversations), topic)
  return conversations.map((entity) => ({
    ...{ topic, entity, events: byEntity.get(entity) ?? [] },
    whole: { [topic]: new Set([entity]), 'ledgerline.tasks': new Set<string>() },
  }))
}

async function readAround(reading: LedgerReading, tasks: readonly string[]) {
  const ofTasks = await reading.timelines('ledgerline.tasks', tasks)
  const contacts = [...new Set(ofTasks.flatMap(contactsOf))]
  const ofContacts = await reading.timelines('ledgerline.conversations', contacts)
  const workers = [...new Set(ofTasks.flatMap(({ worker }) => worker ?? []))]
  const ofWorkers = await reading.lifecycles(workers)
  const byTask = grouped(ofTasks, 'ledgerline.tasks')
  // What was said in a conversation tells its tasks nothing, and there may be thousands of it.
  const quiet = ofContacts.filter(({ type }) => !type.startsWith('message.'))
  const byContact = grouped(quiet, 'ledgerline.conversations')
  const byWorker = grouped(ofWorkers, 'ledgerline.workers')
  return {
    of(wanted: readonly string[]): Pick<LedgerPart, 'events' | 'whole'> {
      const own = wanted.flatMap((task) => byTask.get(task) ?? [])
      const near = new Set(own.flatMap(contactsOf))
      const offered = new Set(own.flatMap(({ worker }) => worker ?? []))
      return {
        events: [
          ...own,
          ...[...near].flatMap((contact) => byContact.get(contact) ?? []),
          ...[...offered].flatMap((worker) => byWorker.get(worker) ?? []),
        ],
        whole: { 'ledgerline.tasks': new Set(wanted), 'ledgerline.conversations': near },
      }
    },
  }
}

function contactsOf(event: LedgerEvent): readonly string[] {
  return placementsOf(event)
    .filter(({ topic }) => topic === 'ledgerline.conversations')
    .map(({ key }) => key)
}

function grouped(events: readonly LedgerEvent[], topic: Topic): Map<string, LedgerEvent[]> {
  const groups = new Map<string, LedgerEvent[]>()
  for (const event of events) {
    for (const placement of placementsOf(event)) {
      if (placement.topic !== topic || placement.everywhere) continue
      const group = groups.get(placement.key)
      if (group === undefined) groups.set(placement.key, [event])
      else group.push(event)
    }
  }
  return groups
}

/**
 * A worker's events that a stretch of time may depend on. Two changes of activity on either side, and two that tell his
 * attributes before it: should one be left out, the next tells what there would be instead.
 */
export function shiftOf(
  events: readonly LedgerEvent[],
  { from, to }: Span,
): readonly LedgerEvent[] {
  const timeline = withEvents([], events)
  const changes = timeline.filter(({ type }) => type === 'worker.activity.update')
  const earliest = changes.filter(({ at }) => at < from).at(-2)?.at ?? 0
  const latest = changes.filter(({ at }) => at >= to)[1]?.at ?? Infinity
  const tellers = timeline.filter((event) => event.at < from && tellsAttributes(event)).slice(-2)
  return timeline.filter((event) => {
    const { task, type, at } = event
    if (isOfPlan(event)) return (event.since ?? at) < to && (event.until ?? at) > from
    const isNear = at >= earliest && at <= latest
    return task !== null || isNear || ofAllTime.has(type) || tellers.includes(event)
  })
}

/** They hold for ever: when a worker came and went. */
const ofAllTime = new Set<string>(['worker.created', 'worker.deleted'])
