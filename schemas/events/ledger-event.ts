import { z } from 'zod'
import {
  callEventTypes,
  conferenceEventTypes,
  configEventTypes,
  contactEventTypes,
  conversationEventTypes,
  flowEventTypes,
  hubEventTypes,
  messageEventTypes,
  profileEventTypes,
  reservationEventTypes,
  scheduleEventTypes,
  taskEventTypes,
  transferEventTypes,
  unknownEventTypes,
  workerEventTypes,
} from './event-types.ts'

const id = z.string().min(1).max(256)
const text = z.string().nullable()
const instant = z.int().min(0)
const count = z.int().nullable()
const flag = z.boolean().nullable()

/** Who began a contact. */
export const directions = ['inbound', 'outbound', 'callback', 'internal', 'unknown'] as const

/** By which road an event came: the same event by three roads is one event. */
export const roads = ['callback', 'stream', 'rest', 'api', 'hub'] as const

/**
 * One event, flat: every field is there, and `null` where the event has nothing to say. Flat because the same
 * shape is an Avro record and a row of the table `events`; a test keeps the three in step.
 */
const fields = {
  /** The source's own id of the event; twice the same id is one event. */
  id,
  source: z.string().min(1),
  road: z.enum(roads),
  /** When it happened, by the source's clock. */
  at: instant,
  /** When the hub had it. Never part of a decision about numbers. */
  receivedAt: instant,
  /** The source's own order among events of one moment, where it has one. */
  sequence: count,
  account: z.string(),
  workspace: z.string(),
  /** Whom the personal data in this event is about, so that it can be erased. */
  subjects: z.array(z.string()),
  sealedKey: text,
  sealed: text,
  /** The name that the source gave the event, where it differs from `type`. */
  sourceType: text,

  task: text,
  reservation: text,
  worker: text,
  queue: text,
  workflow: text,
  conversation: text,
  activity: text,
  previousActivity: text,

  workerName: text,
  queueName: text,
  workflowName: text,
  activityName: text,
  previousActivityName: text,

  channel: text,
  direction: z.enum(directions).nullable(),
  activityAvailable: flag,
  timeInPreviousActivityMs: count,
  channelAvailable: flag,
  capacity: count,
  priority: count,
  /** The version of the entity by the source's own count. */
  entityVersion: count,
  status: text,
  reason: text,
  expression: text,

  /** How a queue visit came about, where the source says so; else it is derived. */
  entry: z.enum(['new', 'moved', 'transfer', 'requeued']).nullable(),
  /** A reservation made for one worker by name: it opens and answers no queue visit. */
  direct: flag,
  parentTask: text,
  continuesTask: text,
  requestedAt: instant.nullable(),
  transfer: text,
  transferMode: text,
  toQueue: text,
  toWorker: text,
  /** Of a derived event: the type of the event that it was derived from. */
  cause: text,
  /** Of `source.gap`: the stretch in which the source was silent. */
  gapFrom: instant.nullable(),
  gapTo: instant.nullable(),
  /** Of `interval.finalised` and `export.delivered`: of which table, and of what stretch of time, as of what is planned. */
  table: text,
  since: instant.nullable(),
  until: instant.nullable(),

  /** A leg of a call. */
  call: text,
  parentCall: text,
  conference: text,
  /** Of a task: the leg by which its customer is in the conference, as the task's attributes have it. */
  customerCall: text,
  message: text,
  /** A participant of a conversation, conference or room, by the source's id. */
  participant: text,
  /** Who wrote a message, where the source says so; else it is found out from who takes part. */
  author: z.enum(['customer', 'agent', 'bot']).nullable(),
  /** The name by which a participant or author is known to the source: an agent's or a web visitor's user name. */
  identity: text,
  /** The customer's number or address, and the centre's. */
  address: text,
  proxyAddress: text,
  /** What a participant of a conference is called there: customer, worker, … */
  label: text,
  flow: text,
  execution: text,
  /** The step that a flow has left, and the one that it goes to. */
  step: text,
  nextStep: text,
  /** How long it took, where the source says so; of `task.force-closed`: how long nothing had been heard of the task. */
  durationMs: count,

  /** JSON as text: the attributes of the task or worker, or the definitions, as they came. */
  attributes: text,
  /** JSON as text: everything that the source sent. */
  payload: text,
}

const base = z.object(fields)

export const taskEventSchema = base.extend({ type: z.enum(taskEventTypes), task: id })
export const transferEventSchema = base.extend({ type: z.enum(transferEventTypes), task: id })
export const reservationEventSchema = base.extend({
  type: z.enum(reservationEventTypes),
  task: id,
  reservation: id,
})
export const workerEventSchema = base.extend({ type: z.enum(workerEventTypes), worker: id })
export const configEventSchema = base.extend({ type: z.enum(configEventTypes) })
export const conversationEventSchema = base.extend({
  type: z.enum(conversationEventTypes),
  conversation: id,
})
export const messageEventSchema = base.extend({ type: z.enum(messageEventTypes), message: id })
export const callEventSchema = base.extend({ type: z.enum(callEventTypes), call: id })
export const conferenceEventSchema = base.extend({
  type: z.enum(conferenceEventTypes),
  conference: id,
})
export const flowEventSchema = base.extend({ type: z.enum(flowEventTypes), execution: id })
export const profileEventSchema = base.extend({ type: z.enum(profileEventTypes) })
export const contactEventSchema = base.extend({ type: z.enum(contactEventTypes) })
export const scheduleEventSchema = base.extend({ type: z.enum(scheduleEventTypes), worker: id })
export const hubEventSchema = base.extend({ type: z.enum(hubEventTypes) })
export const unknownEventSchema = base.extend({ type: z.enum(unknownEventTypes), sourceType: id })

export const ledgerEventSchema = z.discriminatedUnion('type', [
  taskEventSchema,
  transferEventSchema,
  reservationEventSchema,
  workerEventSchema,
  configEventSchema,
  conversationEventSchema,
  messageEventSchema,
  callEventSchema,
  conferenceEventSchema,
  flowEventSchema,
  profileEventSchema,
  contactEventSchema,
  scheduleEventSchema,
  hubEventSchema,
  unknownEventSchema,
])

export type TaskEvent = z.infer<typeof taskEventSchema>
export type TransferEvent = z.infer<typeof transferEventSchema>
export type ReservationEvent = z.infer<typeof reservationEventSchema>
export type WorkerEvent = z.infer<typeof workerEventSchema>
export type ConfigEvent = z.infer<typeof configEventSchema>
export type ConversationEvent = z.infer<typeof conversationEventSchema>
export type MessageEvent = z.infer<typeof messageEventSchema>
export type CallEvent = z.infer<typeof callEventSchema>
export type ConferenceEvent = z.infer<typeof conferenceEventSchema>
export type FlowEvent = z.infer<typeof flowEventSchema>
export type ProfileEvent = z.infer<typeof profileEventSchema>
export type ContactEvent = z.infer<typeof contactEventSchema>
export type ScheduleEvent = z.infer<typeof scheduleEventSchema>
export type HubEvent = z.infer<typeof hubEventSchema>
export type UnknownEvent = z.infer<typeof unknownEventSchema>
export type LedgerEvent = z.infer<typeof ledgerEventSchema>
export type Author = NonNullable<LedgerEvent['author']>
export type Direction = NonNullable<LedgerEvent['direction']>

/** The names of the fields, in the order in which they are stored. */
export const ledgerEventFields = ['type', ...Object.keys(fields)] as readonly (keyof LedgerEvent)[]
