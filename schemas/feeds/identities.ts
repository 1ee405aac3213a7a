import { z } from 'zod'
import { identitiesSchema } from '../events/identities.ts'

// By what WFM products know queues and agents.

export const identitiesAnswerSchema = z
  .object({
    targets: z.array(
      z.object({
        target: z.string(),
        version: z.int().min(0).describe('Of what was set; 0: nothing was'),
        identities: identitiesSchema.nullable(),
        assigned: z
          .array(
            z.object({
              ...{ queue: z.string(), channel: z.string(), direction: z.string() },
              number: z.int().min(0),
            }),
          )
          .describe('The numbers that the hub has given, in their order: they stay'),
      }),
    ),
  })
  .describe('By what products know queues and agents, as far as the ledger tells')

export const identitiesSetResultSchema = z
  .object({ target: z.string(), version: z.int().min(1), isNew: z.boolean() })
  .describe('What was set')

export type IdentitiesAnswer = z.infer<typeof identitiesAnswerSchema>
export type IdentitiesSetResult = z.infer<typeof identitiesSetResultSchema>
