import { z } from 'zod'
import {
  configEventTypes,
  hubEventTypes,
  reservationEventTypes,
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
  direction: z.enum(['inbound', 'outbound', 'callback', 'internal', 'unknown']).nullable(),
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
export const hubEventSchema = base.extend({ type: z.enum(hubEventTypes) })
export const unknownEventSchema = base.extend({ type: z.enum(unknownEventTypes), sourceType: id })

export const ledgerEventSchema = z.discriminatedUnion('type', [
  taskEventSchema,
  transferEventSchema,
  reservationEventSchema,
  workerEventSchema,
  configEventSchema,
  hubEventSchema,
  unknownEventSchema,
])

export type TaskEvent = z.infer<typeof taskEventSchema>
export type TransferEvent = z.infer<typeof transferEventSchema>
export type ReservationEvent = z.infer<typeof reservationEventSchema>
export type WorkerEvent = z.infer<typeof workerEventSchema>
export type ConfigEvent = z.infer<typeof configEventSchema>
export type HubEvent = z.infer<typeof hubEventSchema>
export type UnknownEvent = z.infer<typeof unknownEventSchema>
export type LedgerEvent = z.infer<typeof ledgerEventSchema>
export type Direction = NonNullable<LedgerEvent['direction']>

/** The names of the fields, in the order in which they are stored. */
export const ledgerEventFields = ['type', ...Object.keys(fields)] as readonly (keyof LedgerEvent)[]

/** Every field of an event at nothing: what a source, a test or the hub starts from. */
export const emptyFields = {
  sequence: null,
  account: '',
  workspace: '',
  subjects: [],
  sealedKey: null,
  sealed: null,
  sourceType: null,
  task: null,
  reservation: null,
  worker: null,
  queue: null,
  workflow: null,
  conversation: null,
  activity: null,
  previousActivity: null,
  workerName: null,
  queueName: null,
  workflowName: null,
  activityName: null,
  previousActivityName: null,
  channel: null,
  direction: null,
  activityAvailable: null,
  timeInPreviousActivityMs: null,
  channelAvailable: null,
  capacity: null,
  priority: null,
  entityVersion: null,
  status: null,
  reason: null,
  expression: null,
  entry: null,
  direct: null,
  parentTask: null,
  continuesTask: null,
  requestedAt: null,
  transfer: null,
  transferMode: null,
  toQueue: null,
  toWorker: null,
  cause: null,
  gapFrom: null,
  gapTo: null,
  attributes: null,
  payload: null,
} as const satisfies Partial<LedgerEvent>
