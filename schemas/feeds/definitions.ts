import { z } from 'zod'
import { definitionsSchema } from '../events/definitions.ts'

// What is counted how, and since when: the answers of /v1/definitions. An instant is milliseconds since 1970 in UTC.

const instant = z.int()

const definitionsSetSchema = z.object({
  version: z.int().min(0).describe('0: the defaults, where nobody has set any'),
  from: instant.nullable().describe('From when on they hold; null: from the beginning'),
  setAt: instant.nullable().describe('When the ledger had them'),
  definitions: definitionsSchema,
})

export const definitionsAnswerSchema = z.object({
  at: instant,
  inForce: definitionsSetSchema.describe('What holds at that instant'),
  versions: z
    .array(definitionsSetSchema)
    .describe('All that were ever set, in the order in which they hold'),
})

export const definitionsSetResultSchema = z.object({
  version: z.int().min(1),
  from: instant,
  isNew: z.boolean().describe('false: the same had been set before, and nothing was added'),
})

export type DefinitionsAnswer = z.infer<typeof definitionsAnswerSchema>
export type DefinitionsSet = z.infer<typeof definitionsSetSchema>
export type DefinitionsSetResult = z.infer<typeof definitionsSetResultSchema>
