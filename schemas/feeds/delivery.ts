import { z } from 'zod'

// How delivery to targets stands, and what has left. An instant is milliseconds since 1970 in UTC.

const instant = z.int()
const count = z.int().min(0)

const waiting = {
  waiting: count,
  oldestSince: instant.nullable().describe('Since when the oldest of them has waited'),
}

export const deliveryTargetSchema = z
  .object({
    name: z.string(),
    kind: z.enum(['http', 'tcp', 'sftp', 'directory', 'kafka']),
    address: z.string().describe('Without what may be secret in it'),
    breaker: z
      .enum(['closed', 'half-open', 'open'])
      .describe('open: nothing is tried; half-open: one attempt goes out to see'),
    failures: count.describe('Attempts that have failed since the last that did not'),
    restsUntil: instant.nullable().describe('The next attempt is not before'),
    lastDeliveredAt: instant.nullable(),
    lastFailure: z
      .object({ at: instant, reason: z.string() })
      .nullable()
      .describe('By this process: a status, or the code of an error'),
    states: z.object(waiting).describe('Agents whose newest state has not been taken'),
    documents: z.object({
      ...waiting,
      bytes: count,
      deadLetters: count.describe('Refused for good or given up, and not sent again since'),
    }),
    agents: z
      .object({
        mapping: z.string().describe('In the words of whose mapping'),
        notReady: z
          .string()
          .nullable()
          .describe("Why nobody can say everybody's state at the moment; null: somebody can"),
        lastDeliveredAt: instant.nullable().describe('By this process'),
        unknown: count.describe('Agents who are not told: nobody has said what it knows them by'),
        unknownAgents: z.array(z.string()).describe('The first hundred of them'),
        snapshotFault: z
          .string()
          .nullable()
          .describe('What kept the last snapshot from being told; null: nothing'),
      })
      .nullable()
      .describe('How it is told of agents; null: it is not'),
  })
  .describe('A target')

export const deliveryAnswerSchema = z
  .object({ at: instant, targets: z.array(deliveryTargetSchema) })
  .describe('How delivery stands')

export const deliveryOutcomes = ['delivered', 'refused', 'given_up'] as const

export const deliveryJournalLineSchema = z
  .object({
    id: z.int(),
    target: z.string(),
    kind: z.enum(['states', 'document']),
    key: z.string().describe('The idempotency key, the same at every attempt'),
    name: z.string().describe('Of the file, where the target takes files'),
    at: instant.describe('When the last answer came'),
    bytes: count,
    sha256: z.string().describe('Of the body, in hex'),
    attempts: count,
    outcome: z.enum(deliveryOutcomes),
    answer: z.string().describe('Of the target: a status or a code'),
    states: count.describe("How many agents' states are in it; 0 of a document"),
  })
  .describe('What has left, or never will')

const journalPageMax = 1_000

export const deliveryJournalQuerySchema = z.strictObject({
  target: z.string().optional(),
  kind: z.enum(['states', 'document']).optional(),
  outcome: z.enum(deliveryOutcomes).optional(),
  key: z.string().optional(),
  from: z.iso.datetime({ offset: true }).optional().describe('Answered at or after this time'),
  to: z.iso.datetime({ offset: true }).optional().describe('Answered before this time'),
  before: z.coerce
    .number()
    .int()
    .min(1)
    .optional()
    .describe('Lines with smaller ids: the next page'),
  limit: z.coerce.number().int().min(1).max(journalPageMax).default(100),
})

export const deliveryJournalSchema = z
  .object({
    lines: z.array(deliveryJournalLineSchema).describe('The latest first'),
    isWhole: z.boolean().describe('False: there are more; ask again with before'),
  })
  .describe('The journal of what was sent')

export const deliveryAgainSchema = z.strictObject({
  target: z.string(),
  key: z.string().optional(),
  from: instant.optional().describe('Documents that were last answered at or after this'),
  to: instant.optional().describe('And before this'),
  newKeys: z
    .boolean()
    .default(false)
    .describe('For a target that knows the old keys, but has lost what was under them'),
})

export const deliveryAgainResultSchema = z.object({
  put: count.describe('Documents that are sent again'),
  waiting: count.describe('That wait for the first time, or again already'),
  gone: count.describe('Of which only the journal is left'),
})

export type DeliveryTarget = z.infer<typeof deliveryTargetSchema>
export type DeliveryAnswer = z.infer<typeof deliveryAnswerSchema>
export type DeliveryJournal = z.infer<typeof deliveryJournalSchema>
export type DeliveryJournalQuery = z.infer<typeof deliveryJournalQuerySchema>
export type DeliveryAgain = z.input<typeof deliveryAgainSchema>
export type DeliveryAgainResult = z.infer<typeof deliveryAgainResultSchema>
