import { z } from 'zod'

// What the hub tells and is told about its own running: rebuild and verify, dead letters, progress. An instant is
// milliseconds since 1970 in UTC.

const instant = z.int()
const count = z.int().min(0)

export const workProgressSchema = z
  .object({
    done: count.describe(
      'Records read; of a backfill, seconds of the stretch; of an audit, questions',
    ),
    total: count.describe(
      'Records to be read; of a backfill, seconds of the stretch; of an audit, questions',
    ),
    recordsPerSecond: z.number().min(0),
    secondsLeft: z.number().min(0),
  })
  .describe('How far long work has come')

export const tableCheckSchema = z.object({
  table: z.string(),
  rows: count,
  checksum: z.string().describe('The same for the same rows in any order'),
})

export const rebuildResultSchema = z.object({
  before: z.array(tableCheckSchema),
  after: z.array(tableCheckSchema),
  isSame: z.boolean().describe('The new tables hold what the old ones held'),
})

export const verifyResultSchema = z.object({
  isSame: z.boolean().describe('No difference of any sort was found'),
  tables: z.array(tableCheckSchema),
  againstLog: z
    .array(
      z.object({
        table: z.string(),
        kind: z.enum(['only here', 'only there']).describe('There: what the ledger folds to'),
        row: z.string(),
      }),
    )
    .describe('Rows that differ from what the ledger folds to; up to 20 of each table and kind'),
  missingDerived: z
    .array(z.string())
    .describe('Ids of derived events that the ledger ought to hold and does not'),
  factsCompared: count.describe('Cells of interval tables that were worked out from the facts'),
  againstFacts: z.array(
    z.object({
      table: z.string(),
      key: z.string(),
      metric: z.string(),
      stored: z.number(),
      recomputed: z.number(),
    }),
  ),
})

/** The lists of Twilio's that can be read again. */
export const repairResources = ['taskrouter', 'conversations', 'calls', 'messages'] as const

export const backfillRequestSchema = z
  .strictObject({
    from: instant.min(0),
    to: instant.min(0).describe('Not included; never later than a minute ago'),
    resources: z
      .array(z.enum(repairResources))
      .min(1)
      .optional()
      .describe('Which lists; all that are configured if nothing is said'),
    dryRun: z.boolean().default(false).describe('Count what is missing, and append nothing'),
  })
  .refine(({ from, to }) => from < to, { path: ['to'], message: 'it must be after "from"' })

export const backfillResultSchema = z.object({
  from: instant,
  to: instant,
  dryRun: z.boolean(),
  resources: z.array(
    z.object({
      resource: z.enum(repairResources),
      windows: count.describe('Stretches that were read now'),
      skipped: count.describe('Stretches that an earlier, broken-off run had finished'),
      read: count.describe('Items of the list'),
      added: count.describe('Events that the ledger did not have'),
      known: count.describe('Events that it had'),
      refused: count.describe('Items that went to the dead letters'),
    }),
  ),
  gapsClosed: count.describe('Gaps that are filled, or in which nothing had been missing'),
})

export const workErrorSchema = z.object({ code: z.string(), detail: z.string() })

export const rebuildQuerySchema = z.strictObject({
  from: z.iso
    .date('is no date such as 2026-03-01')
    .optional()
    .describe(
      'Only what lies in the month of this date, in UTC, and after it; all if it is left out',
    ),
})

/** What goes on in the hub whether anybody waits for it or not, one at a time. */
export const jobSchema = z.object({
  id: z.string(),
  work: z.enum(['rebuild', 'verify']),
  state: z
    .enum(['running', 'stopping', 'done', 'stopped', 'failed'])
    .describe('Stopping: it ends as soon as what it is at lets it'),
  from: z.iso
    .date()
    .nullable()
    .describe('Of a rebuild: the first day of the months that it writes; null: it writes all'),
  startedAt: instant,
  endedAt: instant.nullable(),
  phase: z
    .string()
    .describe('What it is at: reading the ledger, comparing tables, adding up facts'),
  progress: workProgressSchema
    .nullable()
    .describe('Of the phase: records while it reads, else tables; null before the first'),
  result: z.unknown().describe('Of what is done: as the work says it'),
  error: workErrorSchema.nullable(),
})

/** A line of the answer of long work: progress, again and again, then a result or an error. */
export const workLineSchema = z.union([
  z.strictObject({ result: z.unknown() }),
  z.strictObject({ error: workErrorSchema }),
  z.strictObject(workProgressSchema.shape),
])

export const shardProgressSchema = z.object({
  topic: z.string(),
  partition: count,
  end: count.describe('The offset that the next record will get'),
  nextOffset: count
    .nullable()
    .describe('Up to where it is in the tables; null: not by this process'),
  lagRecords: count.nullable(),
  tick: instant.nullable().describe('The time that its rows are as of'),
  ageMs: z.int().nullable().describe('How long ago that is'),
})

export const progressSchema = z.object({
  at: instant,
  holdsAll: z.boolean().describe('This process writes every shard: it can rebuild and verify'),
  shards: z.array(shardProgressSchema),
})

export const deadLetterSchema = z.object({
  id: z.string(),
  source: z.string(),
  reason: z.string(),
  detail: z.string(),
  path: z.string().nullable(),
  contentType: z.string().nullable(),
  bodyBytes: count,
  times: count.describe('How often the same bytes came'),
  firstReceivedAt: instant,
  lastReceivedAt: instant,
})

export const deadLettersSchema = z.object({ deadLetters: z.array(deadLetterSchema) })

export const wholeDeadLetterSchema = z.object({
  id: z.string(),
  source: z.string(),
  reason: z.string(),
  detail: z.string(),
  path: z.string().nullable(),
  contentType: z.string().nullable(),
  receivedAt: instant,
  headers: z.record(z.string(), z.string()),
  bodyEncoding: z.literal('base64'),
  body: z.base64().describe('The bytes as they came. They may hold personal data'),
})

/** Which letters are meant; all of the open ones if nothing is said. */
export const deadLetterFilterSchema = z.strictObject({
  id: z.string().min(1).optional(),
  source: z.string().min(1).optional(),
  reason: z.string().min(1).optional(),
  limit: z.coerce.number().int().min(1).optional().describe('The oldest first'),
})

export const redriveResultSchema = z.object({
  id: z.string(),
  resolved: count.describe('Letters whose every event is in the ledger now'),
  open: count.describe('Letters that are not understood today either, or not in full'),
  events: count.describe('Events that were appended'),
})

export type WorkProgress = z.infer<typeof workProgressSchema>
export type Job = z.infer<typeof jobSchema>
export type RebuildResult = z.infer<typeof rebuildResultSchema>
export type RepairResource = (typeof repairResources)[number]
export type BackfillRequest = z.infer<typeof backfillRequestSchema>
export type BackfillResult = z.infer<typeof backfillResultSchema>
export type VerifyResult = z.infer<typeof verifyResultSchema>
export type ShardProgress = z.infer<typeof shardProgressSchema>
export type OperationsProgress = z.infer<typeof progressSchema>
export type DeadLetterFilter = z.infer<typeof deadLetterFilterSchema>
export type DeadLetterLine = z.infer<typeof deadLetterSchema>
export type WholeDeadLetter = z.infer<typeof wholeDeadLetterSchema>
export type RedriveResult = z.infer<typeof redriveResultSchema>

export const twilioConfigResultSchema = z.object({
  queues: z.int().min(0).describe('Task queues that were imported'),
  workflows: z.int().min(0),
})

export type TwilioConfigResult = z.infer<typeof twilioConfigResultSchema>
