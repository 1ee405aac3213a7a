import { z } from 'zod'
import { directions } from '../events/ledger-event.ts'

const idMax = 256
const textMax = 4096
const subjectsMax = 16

/** An id that an event of its type cannot be without. */
export const requiredId = z
  .string({ error: ({ input }) => (input === undefined ? 'is missing' : undefined) })
  .min(1)
  .max(idMax)

const id = (what: string) => requiredId.nullish().describe(what)
const text = (what: string) => z.string().max(textMax).nullish().describe(what)
const flag = (what: string) => z.boolean().nullish().describe(what)
const count = (what: string) => z.int().nullish().describe(what)
const lengthMs = (what: string) => z.int().min(0).nullish().describe(what)

/** The members of `data`, in snake_case; each is the ledger's field of the same name. */
export const customEventDataFields = {
  workspace: requiredId.describe('The contact centre, or the part of it that is counted together.'),
  account: z.string().max(idMax).nullish().describe('The account that the workspace belongs to.'),
  subjects: z
    .array(z.string().min(1).max(idMax))
    .max(subjectsMax)
    .nullish()
    .describe('Whom it is about, each with its kind: `phone:+15550100`, `email:…`, `user:…`.'),
  sequence: count('The order among events of one moment.'),

  task: id('The contact as it is routed: one piece of work.'),
  reservation: id('The offer of a task to a worker, and his work on it.'),
  worker: id('The agent.'),
  queue: id('The queue.'),
  workflow: id('What has routed the task.'),
  conversation: id('The conversation or call that the task is about.'),
  activity: id('What the worker says that he does, such as being available or on a break.'),
  previous_activity: id('The activity before this one.'),

  worker_name: text('For people.'),
  queue_name: text('For people.'),
  workflow_name: text('For people.'),
  activity_name: text('For people.'),
  previous_activity_name: text('For people.'),

  channel: text('voice, chat, sms, … or one of your own.'),
  direction: z.enum(directions).nullish().describe('Who began it.'),
  activity_available: flag('Whether a worker in this activity is offered work.'),
  time_in_previous_activity_ms: lengthMs('How long the worker was in the activity before.'),
  channel_available: flag('Whether the worker takes work of this channel.'),
  capacity: count('How many tasks of the channel the worker takes at a time.'),
  priority: count('Of the task: the higher, the sooner.'),
  entity_version: count('The version of the task or worker by your own count.'),
  status: text('How it stands, in your words: of a call, a message, a recording.'),
  reason: text('Why it ended or failed, in your words.'),
  expression: text('Which workers a queue takes.'),

  entry: z
    .enum(['new', 'moved', 'transfer', 'requeued'])
    .nullish()
    .describe('How the task came into the queue; left out, it is found out.'),
  direct: flag('Offered to one worker by name: no queue’s visit is answered by it.'),
  parent_task: id('The task that this one was made from.'),
  continues_task: id('The task whose contact this one goes on with.'),
  requested_at: z.iso
    .datetime({ offset: true })
    .nullish()
    .describe('Of a callback: when the customer asked for it.'),
  transfer: id('The transfer.'),
  transfer_mode: text('WARM or COLD.'),
  to_queue: id('Of a transfer: where it goes.'),
  to_worker: id('Of a transfer: to whom it goes.'),

  call: id('A leg of a call.'),
  parent_call: id('The leg that this one was made from.'),
  conference: id('The conference.'),
  customer_call: id('Of a task: the leg by which its customer is in the conference.'),
  message: id('The message. Of `message.added` it may be left out: the event is the message then.'),
  participant: id('Who takes part, by an id of yours.'),
  author: z.enum(['customer', 'agent', 'bot']).nullish().describe('Who wrote the message.'),
  identity: text('The user name of a participant or an author.'),
  address: text('The customer’s number or address.'),
  proxy_address: text('The centre’s own number or address.'),
  label: text('What a participant of a conference is there: customer, worker, …'),
  flow: id('The self-service flow.'),
  execution: id('A run of a flow.'),
  step: text('The step that the flow has left.'),
  next_step: text('The step that the flow goes to.'),
  duration_ms: lengthMs('How long it was.'),

  attributes: z
    .union([z.string(), z.record(z.string(), z.unknown())])
    .nullish()
    .describe('Of the task or worker: JSON, as an object or as the text of one.'),
} as const
