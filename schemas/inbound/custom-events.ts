import { z } from 'zod'

/**
 * What a custom channel sends to `POST /events`: CloudEvents 1.0 whose type is one of the ledger's own names
 * (`task.created`, `reservation.hold`, ...) and whose data are the ledger's fields, in snake_case.
 */
export const customEventSchema = z.looseObject({
  specversion: z.literal('1.0'),
  id: z.string().min(1).max(256),
  /** Together with `id` it makes the event one, as CloudEvents say. */
  source: z.string().min(1).max(256),
  type: z.string().min(1).max(256),
  time: z.iso.datetime({ offset: true }),
  data: z.looseObject({}),
})

const id = z.string().min(1).max(256).nullish()
const text = z.string().max(4096).nullish()
const flag = z.boolean().nullish()
const count = z.int().nullish()
/** JSON, as an object or as the text of one. */
const json = z.union([z.string(), z.record(z.string(), z.unknown())]).nullish()

/** Fields that are not named here are kept in the payload. */
export const customEventDataSchema = z.looseObject({
  workspace: z.string().min(1).max(256),
  account: z.string().max(256).nullish(),
  subjects: z.array(z.string().min(1).max(256)).max(16).nullish(),
  sequence: count,

  task: id,
  reservation: id,
  worker: id,
  queue: id,
  workflow: id,
  conversation: id,
  activity: id,
  previous_activity: id,

  worker_name: text,
  queue_name: text,
  workflow_name: text,
  activity_name: text,
  previous_activity_name: text,

  channel: text,
  direction: z.enum(['inbound', 'outbound', 'callback', 'internal', 'unknown']).nullish(),
  activity_available: flag,
  time_in_previous_activity_ms: z.int().min(0).nullish(),
  channel_available: flag,
  capacity: count,
  priority: count,
  entity_version: count,
  status: text,
  reason: text,
  expression: text,

  entry: z.enum(['new', 'moved', 'transfer', 'requeued']).nullish(),
  direct: flag,
  parent_task: id,
  continues_task: id,
  requested_at: z.iso.datetime({ offset: true }).nullish(),
  transfer: id,
  transfer_mode: text,
  to_queue: id,
  to_worker: id,

  call: id,
  parent_call: id,
  conference: id,
  customer_call: id,
  message: id,
  participant: id,
  author: z.enum(['customer', 'agent', 'bot']).nullish(),
  identity: text,
  address: text,
  proxy_address: text,
  label: text,
  flow: id,
  execution: id,
  step: text,
  next_step: text,
  duration_ms: z.int().min(0).nullish(),

  attributes: json,
})

export type CustomEvent = z.infer<typeof customEventSchema>
export type CustomEventData = z.infer<typeof customEventDataSchema>
