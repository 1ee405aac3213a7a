import { z } from 'zod'

// What the hub is asked about its counts beside TaskRouter's own, and what it answers. An instant is milliseconds since
// 1970 in UTC.

const instant = z.int()
const count = z.int().min(0)

const quarterMs = 900_000
/** TaskRouter's statistics reach back so far. */
const daysMax = 30
/** What has only just happened may be on its way to us, or not be counted there yet. */
const settledMinutes = 5

export const auditRequestSchema = z.strictObject({
  from: instant.min(0).describe('On a quarter hour'),
  to: instant.min(0).describe('On a quarter hour; not included'),
  pieceMinutes: z
    .int()
    .min(15)
    .max(1440)
    .multipleOf(15)
    .default(60)
    .describe('The length of time that one question to TaskRouter is about'),
  queues: z.array(z.string().min(1)).min(1).optional().describe('All queues if nothing is said'),
  channels: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe("Task channels' unique names, each compared by itself; all together if not said"),
})

/** What is wrong about the time that is asked for, all of it; of what depends on the present, with `now` alone. */
export function auditSpanFaults(
  { from, to }: { readonly from: number; readonly to: number },
  now: number | null,
): readonly { readonly field: 'from' | 'to'; readonly detail: string }[] {
  const faults: { field: 'from' | 'to'; detail: string }[] = []
  if (from % quarterMs !== 0) faults.push({ field: 'from', detail: 'is not on a quarter hour' })
  if (to % quarterMs !== 0) faults.push({ field: 'to', detail: 'is not on a quarter hour' })
  if (to <= from) faults.push({ field: 'to', detail: 'must be after from' })
  if (now === null) return faults
  if (from < now - daysMax * 86_400_000) {
    const detail = `is too long ago: TaskRouter's statistics reach back ${daysMax} days`
    faults.push({ field: 'from', detail })
  }
  if (to > now - settledMinutes * 60_000) {
    faults.push({ field: 'to', detail: `must be at least ${settledMinutes} minutes ago` })
  }
  return faults
}

export const differenceClasses = [
  /** The ledger lacks events that TaskRouter's list holds, and they are young enough to be on their way. */
  'late event',
  /** What the ledger lacks lies where its source was not heard, and was not read again yet. */
  'open gap',
  'missing here',
  'missing there',
  /** Within a second of an edge: their dates have whole seconds. */
  'border',
  'unexplained',
] as const

export const auditResultSchema = z.object({
  from: instant,
  to: instant,
  pieceMinutes: z.int(),
  questions: count.describe('How often TaskRouter was asked for statistics'),
  compared: count.describe('Numbers that were compared'),
  equal: count,
  byDefinition: z
    .array(z.object({ field: z.string(), definition: z.string(), numbers: count }))
    .describe('Differences that follow from counting the same events in another way'),
  differences: z
    .array(
      z.object({
        queue: z.string(),
        queueName: z.string().nullable(),
        channel: z.string().nullable().describe('Null: all together'),
        from: instant,
        to: instant,
        field: z.string().describe("TaskRouter's name of the number"),
        ours: z.number().describe('Counts, or seconds'),
        theirs: z.number().nullable().describe('Null: TaskRouter has no such queue'),
        class: z.enum(differenceClasses),
        why: z.string(),
        events: z.array(z.string()).describe('Ids of events that show it, up to five'),
      }),
    )
    .describe('All others'),
  isExplained: z.boolean().describe('No difference is unexplained'),
})

export type AuditRequest = z.infer<typeof auditRequestSchema>
export type AuditResult = z.infer<typeof auditResultSchema>
export type Difference = AuditResult['differences'][number]
export type DifferenceClass = (typeof differenceClasses)[number]
