import { z } from 'zod'
import { intervalTables } from '../metrics/catalogue.ts'
import { directions } from '../events/ledger-event.ts'
import { explainedStretchSchema } from './explained-stretch.ts'

// From a number to its events and back: the questions and the answers of /v1/explain.

export const explainedKinds = ['queue', 'agent', 'conversation'] as const
export type ExplainedKind = (typeof explainedKinds)[number]

export const explainQuerySchema = z.strictObject({
  kind: z.enum(explainedKinds).describe('Whose number it is'),
  queue: z.string().optional().describe('Id or name; kind=queue needs it'),
  agent: z.string().optional().describe('Id or name; kind=agent needs it'),
  channel: z.string().optional().describe('One channel only; kind=conversation needs it'),
  direction: z.enum(directions).optional().describe('One direction only'),
  interval: z
    .string()
    .describe('The beginning of a base interval: ISO 8601 with an offset, or local time of `zone`'),
  zone: z.string().default('UTC').describe('An IANA time zone, for a time without an offset'),
  metric: z
    .string()
    .describe('A metric, such as answered_count; `answered` will do where only one is meant'),
  limit: z.coerce.number().int().min(1).max(10_000).default(1_000).describe('Events at most'),
})

export type ExplainQuery = z.infer<typeof explainQuerySchema>

const value = z.union([z.number(), z.array(z.number())]).describe('A histogram is its buckets')
const instant = z.string().describe('ISO 8601 in UTC')

const event = z.object({
  id: z.string(),
  type: z.string(),
  at: instant.describe('When it happened, by its source'),
  receivedAt: instant.describe('When the hub had it'),
  source: z.string(),
  road: z.string(),
  task: z.string().nullable(),
  worker: z.string().nullable(),
})

export const explainedCellSchema = z.object({
  table: z.enum(intervalTables),
  metric: z.string(),
  key: z.record(z.string(), z.string()).describe('What was asked for; over the rest is added up'),
  interval: instant,
  stored: value.describe('As the table has it'),
  recomputed: value.describe('As the ledger folds to it now'),
  asOf: instant.describe('Until when what is open was counted'),
  shares: z
    .array(z.object({ entity: z.string(), share: value }))
    .describe('The contacts or the agent in it, each with its part, the greatest first'),
  stretches: z
    .array(explainedStretchSchema)
    .describe('Of adherence: what is added up in it, in the order of time; of other tables none'),
  events: z.array(event).describe('Without one of them the number would be another'),
  isWhole: z.boolean().describe('false: there are more than `limit`'),
})

export const explainedEventSchema = z.object({
  event,
  asOf: instant,
  cells: z
    .array(
      z.object({
        table: z.enum(intervalTables),
        key: z.record(z.string(), z.string()),
        interval: instant,
        metric: z.string(),
        entity: z.string().describe('The contact or agent through which it counts'),
        share: value.describe('What this one has in it'),
        without: value.describe('What it would have had, had the event not been'),
      }),
    )
    .describe('By table, interval, key and metric'),
  isWhole: z.boolean().describe('false: there are more than are shown'),
})

export type ExplainedCell = z.infer<typeof explainedCellSchema>
export type ExplainedEvent = z.infer<typeof explainedEventSchema>
