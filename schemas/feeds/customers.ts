import { z } from 'zod'

// One customer over all channels: by what he is known, and what he has done, in order.

const instant = z.string().describe('ISO 8601 in UTC')

export const journeyQuerySchema = z.strictObject({
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(1000)
    .default(200)
    .describe('Steps at most: the latest ones'),
})

export const stepKinds = [
  'task',
  'conversation',
  'call',
  'message',
  'self_service',
  'email',
  'profile',
] as const

const step = z.object({
  at: instant,
  kind: z.enum(stepKinds),
  id: z.string().describe('Of the task, conversation, call, message, run of a flow, or event'),
  contact: z
    .string()
    .describe(
      'What belongs to one contact bears the same: its conversation or call, else its task',
    ),
  channel: z.string(),
  direction: z.string().nullable(),
  queue: z.string().nullable(),
  endedAt: instant.nullable(),
  outcome: z
    .string()
    .nullable()
    .describe('Of a task as in contacts; of a call its status; of a flow its last step'),
  waitMs: z.int().nullable(),
  handleMs: z.int().nullable(),
  isRepeat: z.boolean().describe('Of a task: another contact began in the seven days before'),
  isOtherChannel: z.boolean().describe('Of a task: the contact before came by another channel'),
})

export const journeySchema = z.object({
  customer: z
    .string()
    .describe('As he is known now: ids of customers that were found to be one lead to it'),
  identities: z.array(
    z.object({
      identity: z.string(),
      kind: z.string(),
      firstSeenAt: instant,
      since: instant.describe('From when it is known to be his'),
    }),
  ),
  contactsCount: z.int().describe('Tasks among the steps'),
  repeatsCount: z.int(),
  channelChangesCount: z.int(),
  steps: z.array(step).describe('In order of time'),
})

export type Journey = z.infer<typeof journeySchema>
export type JourneyStep = Journey['steps'][number]
