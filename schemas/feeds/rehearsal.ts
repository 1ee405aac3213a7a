import { z } from 'zod'
import { intervalTables } from '../metrics/catalogue.ts'

// What a file of definitions would change, before it does: the question and the answer of a rehearsal. An instant is
// milliseconds since 1970 in UTC.

const instant = z.int()
const count = z.int().min(0)

/** More than a year nobody has planned by. */
const daysMax = 400

export const rehearsedDays = z.coerce.number().int().min(1).max(daysMax)

export const rehearsalQuerySchema = z.strictObject({
  days: rehearsedDays.default(30).describe('How many whole days back, in UTC, beside today'),
  from: z
    .string()
    .optional()
    .describe('The instant from which they would hold, else the beginning of these days'),
})

export const rehearsalResultSchema = z.object({
  version: count.describe('What they would be called'),
  isNew: z.boolean().describe('false: the same is set already, for the same instant'),
  from: instant.describe('From when on they would hold'),
  since: instant.describe('From when on `old` and `new` are added up'),
  intervalMinutes: z
    .object({ old: z.int(), new: z.int() })
    .describe('The length of all intervals of the ledger, whenever they were'),
  entities: count.describe('Tasks, workers and conversations that were counted in both ways'),
  changes: z
    .array(
      z.object({
        table: z.enum(intervalTables),
        metric: z.string(),
        unit: z.enum(['count', 'ms']),
        workspace: z.string(),
        queue: z.string().describe('Empty where the table has none; so is the agent'),
        queueName: z.string(),
        agent: z.string(),
        agentName: z.string(),
        days: count.describe('In how many days of UTC it changes'),
        old: z.number().describe('What the rows of the table come to'),
        new: z.number().describe('What they would come to; the same as `old`: it moves in time'),
      }),
    )
    .describe('Of all that adds up; what follows from it, as maxima and percentiles, is not told'),
  examples: z
    .array(
      z.object({
        table: z.enum(intervalTables),
        metric: z.string(),
        key: z.record(z.string(), z.string()),
        interval: z.string().describe('When the interval begins, in ISO 8601'),
        entity: z.string().describe('The task, worker or conversation whose part in it differs'),
        old: z.number(),
        new: z.number(),
      }),
    )
    .describe('One part of one row for each table and metric'),
  isWhole: z.boolean().describe('false: there are more changes than are told'),
})

export type RehearsalResult = z.infer<typeof rehearsalResultSchema>
