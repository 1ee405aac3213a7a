import { z } from 'zod'
import { intervalTables } from '../metrics/catalogue.ts'

// What was final or delivered and has changed: the question and the answer of /v1/restatements.

export const restatementsMax = 50_000

export const restatementsQuerySchema = z.strictObject({
  table: z.enum(intervalTables).optional().describe('Only of this interval table'),
  from: z
    .string()
    .describe('Intervals from here on: ISO 8601 with an offset, or local time of `zone`'),
  to: z.string().describe('To here, not included'),
  zone: z.string().default('UTC').describe('An IANA time zone, for times without an offset'),
  recorded_after: z
    .string()
    .optional()
    .describe('Only what the ledger was told after this instant: what is new since you last asked'),
  queue: z.string().optional().describe('The id of a queue'),
  agent: z.string().optional().describe('The id of an agent'),
  metric: z.string().optional().describe('The name of a metric'),
  cause: z.string().optional().describe('The id of the event that changed it'),
  limit: z.coerce.number().int().min(1).max(restatementsMax).default(10_000),
  format: z.enum(['json', 'csv']).optional().describe('Instead of an Accept header'),
})

export type RestatementsQuery = z.infer<typeof restatementsQuerySchema>

export const restatementSchema = z.object({
  table: z.string(),
  workspace: z.string(),
  queue: z.string(),
  agent: z.string(),
  activity: z.string(),
  channel: z.string(),
  direction: z.string(),
  interval_start: z.string().describe('In UTC'),
  metric: z.string(),
  shard: z
    .int()
    .describe(
      'Which part of the row has changed. What the whole row said: /v1/intervals, as_reported_at',
    ),
  old: z
    .union([z.int(), z.array(z.int())])
    .describe('What this part said before, not the whole row. A histogram is its buckets'),
  new: z
    .union([z.int(), z.array(z.int())])
    .describe(
      'What this part says since. The row has changed by the differences of all its parts; of a maximum the greatest part counts',
    ),
  standing: z.enum(['final', 'delivered']),
  cause: z.string().describe('The id of the event that changed it'),
  cause_type: z.string(),
  caused_at: z.string().describe('When that had happened'),
  recorded_at: z.string().describe('When the ledger had it'),
})

export type Restatement = z.infer<typeof restatementSchema>

export const restatementsSchema = z.object({
  rows: z.array(restatementSchema),
  isWhole: z.boolean().describe('false: there are more than `limit`; ask for less'),
})
