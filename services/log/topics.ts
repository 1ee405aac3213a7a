import { forecastEntity, forecastOf } from '../../schemas/events/forecast.ts'
import { profileEventTypes, type EventType } from '../../schemas/events/event-types.ts'
import type { ConferenceEvent, LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { isIntervalTable, type IntervalTable } from '../../schemas/metrics/catalogue.ts'

/** Kept for ever, never compacted: the ledger, beside what could not be understood. */
export const topics = [
  'ledgerline.tasks',
  'ledgerline.workers',
  'ledgerline.conversations',
  'ledgerline.customers',
  'ledgerline.config',
  'ledgerline.dead-letters',
] as const

/** Made of the ledger, for others to read: what is newest of each key is kept, the rest for a while. */
export const outputTopics = ['ledgerline.agent-states'] as const

export const allTopics = [...topics, ...outputTopics] as const

export type LedgerTopic = (typeof topics)[number]
export type Topic = (typeof allTopics)[number]

/** The topics in which time passes: a tick of the clock stands in every partition of them. */
export const tickedTopics = [
  'ledgerline.tasks',
  'ledgerline.workers',
  'ledgerline.conversations',
] as const satisfies readonly Topic[]

/** The topic whose timelines make a table: what is said of the table stands in every partition of it. */
export const topicOfTable: Readonly<Record<IntervalTable, Topic>> = {
  queue_intervals: 'ledgerline.tasks',
  agent_intervals: 'ledgerline.workers',
  agent_queue_intervals: 'ledgerline.workers',
  agent_activity_intervals: 'ledgerline.workers',
  adherence_intervals: 'ledgerline.workers',
  conversation_intervals: 'ledgerline.conversations',
}

/** A place in the ledger for one copy of an event. */
export interface Placement {
  readonly topic: Topic
  readonly key: string
  /** Every partition instead of the key's: for what all shards must know. */
  readonly everywhere: boolean
}

/**
 * Where an event stands in the ledger: under every entity whose rows it changes. A fold sees only its own entity, so an
 * event that concerns a task and a worker is appended under both.
 */
export function placementsOf(event: LedgerEvent): readonly Placement[] {
  switch (event.type) {
    case 'reservation.hold':
    case 'reservation.unhold':
      // What a conference tells the task's fold already knows; it is derived for the worker's.
      if (event.road === 'hub' && event.worker !== null) {
        return [keyed('ledgerline.workers', event.worker)]
      }
      return placementsOfOffer(event)
    case 'reservation.created':
    case 'reservation.accepted':
    case 'reservation.rejected':
    case 'reservation.timeout':
    case 'reservation.canceled':
    case 'reservation.rescinded':
    case 'reservation.failed':
    case 'reservation.wrapup':
    case 'reservation.completed':
    case 'reservation.force-closed':
    case 'task.transfer-initiated':
    case 'task.transfer-completed':
    case 'task.transfer-failed':
    case 'task.transfer-attempt-failed':
    case 'task.transfer-canceled':
      return placementsOfOffer(event)
    case 'task.created':
    case 'task.updated':
    case 'task.wrapup':
    case 'task.completed':
    case 'task.canceled':
    case 'task.deleted':
    case 'task.system-deleted':
    case 'task.force-closed':
    case 'task-queue.entered':
    case 'task-queue.moved':
    case 'task-queue.timeout':
    case 'workflow.entered':
    case 'workflow.target-matched':
    case 'workflow.timeout':
    case 'workflow.skipped':
    case 'workflow.rejected':
      return [keyed('ledgerline.tasks', event.task), ...placementsInContact(event)]
    case 'task.preceded':
      return [keyed('ledgerline.tasks', event.task)]
    case 'task.reopened':
      return placementsInContact(event)
    case 'worker.created':
    case 'worker.activity.update':
    case 'worker.attributes.update':
    case 'worker.capacity.update':
    case 'worker.channel.availability.update':
    case 'worker.deleted':
    case 'schedule.set':
    case 'schedule.excepted':
      return [keyed('ledgerline.workers', event.worker)]
    // Which activity means what decides how a worker's time is counted, so every shard of workers must see it.
    case 'activity.created':
    case 'activity.updated':
    case 'activity.deleted':
      return [
        keyed('ledgerline.config', event.activity ?? event.id),
        everywhere('ledgerline.workers'),
      ]
    case 'definitions.set':
      return [keyed('ledgerline.config', event.workspace), ...tickedTopics.map(everywhere)]
    // Only what an agent is and does is mapped.
    case 'mapping.set':
      return [keyed('ledgerline.config', event.workspace), everywhere('ledgerline.workers')]
    // Who is called what changes no row of an interval.
    case 'identities.set':
    case 'identity.assigned':
      return [keyed('ledgerline.config', event.label ?? event.id)]
    // What was expected is beside what happened, and changes nothing of it.
    case 'forecast.set':
      return [
        keyed('ledgerline.config', forecastEntity(forecastOf(event), event.since ?? event.at)),
      ]
    case 'clock.ticked':
      return tickedTopics.map(everywhere)
    case 'source.gap':
      return [
        keyed('ledgerline.config', event.source),
        everywhere('ledgerline.tasks'),
        everywhere('ledgerline.workers'),
      ]
    case 'interval.finalised':
    case 'export.delivered':
      return [
        keyed('ledgerline.config', event.table ?? event.id),
        ...(isIntervalTable(event.table) ? [everywhere(topicOfTable[event.table])] : []),
      ]
    case 'source.error':
      return [keyed('ledgerline.config', event.source)]
    case 'conversation.started':
    case 'conversation.updated':
    case 'conversation.ended':
    case 'participant.added':
    case 'participant.updated':
    case 'participant.removed':
      return [keyed('ledgerline.conversations', event.conversation), ...placementsOfPerson(event)]
    case 'message.added':
    case 'message.updated':
    case 'message.removed':
    case 'message.status':
      return [
        keyed('ledgerline.conversations', event.conversation ?? event.message),
        ...(event.conversation === null ? placementsOfPerson(event) : []),
      ]
    case 'call.initiated':
    case 'call.ringing':
    case 'call.answered':
    case 'call.completed':
    case 'call.summary':
      return [keyed('ledgerline.conversations', event.call), ...placementsOfPerson(event)]
    case 'conference.start':
    case 'conference.end':
    case 'conference.participant.join':
    case 'conference.participant.leave':
    case 'conference.participant.hold':
    case 'conference.participant.unhold':
    case 'conference.participant.mute':
    case 'conference.participant.unmute':
    case 'conference.participant.modify':
    case 'conference.participant.speech-start':
    case 'conference.participant.speech-stop':
    case 'conference.participant.summary':
    case 'conference.announcement.end':
    case 'conference.announcement.fail':
    case 'conference.summary':
      return placementsOfConference(event)
    case 'studio.execution.started':
    case 'studio.execution.ended':
    case 'studio.step.ended':
      return [keyed('ledgerline.conversations', event.execution), ...placementsOfPerson(event)]
    case 'profile.identified':
    case 'profile.aliased':
    case 'profile.grouped':
    case 'profile.tracked':
    case 'profile.viewed':
      return event.subjects.length === 0
        ? [keyed('ledgerline.customers', event.id)]
        : placementsOfPerson(event)
    case 'identity.labelled':
      return [keyed('ledgerline.customers', event.address ?? event.id)]
    case 'email.received':
    case 'email.status':
    case 'recording.updated':
    case 'video.room.updated':
    case 'video.participant.updated':
    case 'transcript.available':
    case 'operator.result':
    case 'assistant.message':
      return [
        keyed(
          'ledgerline.conversations',
          event.conversation ?? event.call ?? event.conference ?? event.message ?? event.id,
        ),
        ...placementsOfPerson(event),
      ]
    case 'task-queue.created':
    case 'task-queue.deleted':
    case 'task-queue.expression.updated':
    case 'task-queue.configured':
      return [keyed('ledgerline.config', event.queue ?? event.id)]
    case 'workflow.created':
    case 'workflow.updated':
    case 'workflow.deleted':
    case 'workflow.configured':
      return [keyed('ledgerline.config', event.workflow ?? event.id)]
    case 'task-channel.created':
    case 'task-channel.updated':
    case 'task-channel.deleted':
      return [keyed('ledgerline.config', event.channel ?? event.id)]
    case 'workspace.created':
    case 'workspace.updated':
    case 'workspace.deleted':
      return [keyed('ledgerline.config', event.workspace || event.id)]
    case 'unknown':
      return [placementOfUnknown(event)]
  }
}

type OfOffer = Extract<LedgerEvent, { task: string }>

/** A reservation or a transfer concerns the task, the worker and, in some of its steps, the conversation. */
function placementsOfOffer(event: OfOffer): readonly Placement[] {
  return [
    keyed('ledgerline.tasks', event.task),
    ...(event.worker === null ? [] : [keyed('ledgerline.workers', event.worker)]),
    ...placementsInContact(event),
  ]
}

/** What a conversation or call must know of its tasks: that there is one, its queue, who took it, and its end. */
const knownToContact = new Set<EventType>([
  'task.created',
  'task-queue.entered',
  'reservation.accepted',
  'task.completed',
  'task.canceled',
  'task.deleted',
  'task.system-deleted',
  'task.force-closed',
  'task.reopened',
])

/** A conference is written into the attributes once the call has been taken: then the conference learns of its task. */
const knownToConference = new Set<EventType>(['task.updated', 'task.wrapup', 'task.completed'])

function placementsInContact(event: OfOffer): readonly Placement[] {
  const { type, conversation, conference } = event
  const places: Placement[] = []
  if (conversation !== null && knownToContact.has(type)) {
    places.push(keyed('ledgerline.conversations', conversation))
  }
  if (conference !== null && conference !== conversation && knownToConference.has(type)) {
    places.push(keyed('ledgerline.conversations', conference))
  }
  return [...places, ...placementsOfPerson(event)]
}

/** A conference tells its task of every hold; of the task it is told by its name or, else, by the task's attributes. */
function placementsOfConference(event: ConferenceEvent): readonly Placement[] {
  const { task, conference, road } = event
  const ofTask = task === null ? [] : [keyed('ledgerline.tasks', task)]
  return road === 'hub' ? ofTask : [keyed('ledgerline.conversations', conference), ...ofTask]
}

/** By what a person becomes known: the first event of a contact, and whatever names him in several ways. */
const tellsOfPerson = new Set<EventType>([
  'task.created',
  'conversation.started',
  'participant.added',
  'message.added',
  'call.initiated',
  'call.completed',
  'studio.execution.started',
  'email.received',
  ...profileEventTypes,
])

/** Whoever an event is about: each of his identities learns of the others. */
function placementsOfPerson({ type, subjects }: LedgerEvent): readonly Placement[] {
  if (!tellsOfPerson.has(type)) return []
  return [...new Set(subjects)].map((subject) => keyed('ledgerline.customers', subject))
}

/** A type that nobody knows yet goes where its ids say it belongs, so that it is found when somebody does. */
function placementOfUnknown(event: LedgerEvent): Placement {
  if (event.task !== null) return keyed('ledgerline.tasks', event.task)
  if (event.worker !== null) return keyed('ledgerline.workers', event.worker)
  return keyed('ledgerline.conversations', event.conversation ?? event.id)
}

function keyed(topic: Topic, key: string): Placement {
  return { topic, key, everywhere: false }
}

function everywhere(topic: Topic): Placement {
  return { topic, key: '', everywhere: true }
}
