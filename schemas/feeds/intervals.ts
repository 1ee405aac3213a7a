import { z } from 'zod'
import { weekdays } from '../events/definitions.ts'
import { directions } from '../events/ledger-event.ts'
import { namings } from './dimensions.ts'

// What went on, by interval: the question and the answer of /v1/intervals. Columns have the names of the catalogue of
// metrics; rates are worked out from sums and are null where there is nothing to divide by.

export const grains = ['5', '15', '30', '60', 'day', 'week'] as const
export const attributions = ['arrival', 'end', 'interval'] as const

export const rowsMax = 50_000

/** A parameter that may be given more than once: any of its values. */
function several<T extends z.ZodType<string>>(value: T) {
  return z.preprocess(
    (given) => (given === undefined || Array.isArray(given) ? given : [given]),
    z.array(value).max(500).optional(),
  )
}

/** Of whose days and weeks the periods are: of a site that the definitions tell, or as the other three say. */
export const localCalendar = {
  site: z
    .string()
    .optional()
    .describe(
      'A site of the definitions in force: its zone, and when its days and weeks begin. Instead of the three',
    ),
  zone: z
    .string()
    .optional()
    .describe(
      'An IANA time zone, such as America/New_York: periods are of its local time; UTC unless given',
    ),
  day_starts_at: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'is no time of the day, such as 04:00')
    .optional()
    .describe(
      'Local time at which days begin, 00:00 unless given: an earlier hour is of the day before',
    ),
  week_starts_on: z
    .enum(weekdays)
    .optional()
    .describe('The first day of a week, monday unless given'),
}

/** Several values in one parameter, with commas between them, or the parameter more than once. */
export const commaSeparated = z.preprocess(
  (given) =>
    given === undefined
      ? given
      : (Array.isArray(given) ? given : [given]).flatMap((part) => String(part).split(',')),
  z.array(z.string()).max(500).optional(),
)

const metrics = commaSeparated.describe(
  'Only these metrics and rates, with commas between them; all of the attribution unless given',
)

/** What buckets of lengths can tell without a rebuild. */
const fromHistograms = {
  percentiles: commaSeparated.describe(
    'Percentiles of the waits answered, the waits abandoned and the handles, such as 50,90: whole numbers from 1 to 99. The upper bound of the bucket that the percentile lies in; null beyond the last bound',
  ),
  within: commaSeparated.describe(
    'How many of them were no longer than these seconds, such as 20,60: bounds of the buckets, see docs/metrics.md',
  ),
}

const common = {
  from: z
    .string()
    .describe(
      'The beginning: ISO 8601 with an offset, or local time of the zone. Where a base interval begins',
    ),
  to: z.string().describe('The end, not included'),
  grain: z
    .enum(grains)
    .optional()
    .describe(
      'Minutes a row, or a local day or week. Not less than a base interval, which it is unless given',
    ),
  ...localCalendar,
  names: z
    .enum(namings)
    .default('is')
    .describe('Names beside ids: as they are now, or as they were at the end of each period'),
  as_reported_at: z
    .string()
    .optional()
    .describe(
      'What was reported at this instant: only what was final or delivered by then, with every later change taken back',
    ),
  limit: z.coerce.number().int().min(1).max(rowsMax).default(10_000).describe('Rows at most'),
  cursor: z.string().optional().describe('Where to go on: `next` of the answer before'),
  format: z.enum(['json', 'csv']).optional().describe('Instead of an Accept header'),
}

const queue = several(z.string()).describe('The id of a queue; may be repeated')
const channel = several(z.string()).describe("A task channel's unique name; may be repeated")
const direction = several(z.enum(directions)).describe('May be repeated')

export const queueIntervalsQuerySchema = z.strictObject({
  ...common,
  attribution: z
    .enum(attributions)
    .default('end')
    .describe(
      'Which interval a contact belongs to: of its arrival, of its end, or each one that it was in',
    ),
  by: z
    .enum(['queue', 'total'])
    .default('queue')
    .describe('A row a queue, channel and direction; or one of all that the filters let through'),
  ...{ queue, channel, direction, metrics, ...fromHistograms },
})

export const agentIntervalsQuerySchema = z.strictObject({
  ...common,
  attribution: z
    .enum(['end', 'interval'])
    .default('end')
    .describe('Which interval work belongs to: of its end, or each one that it was done in'),
  by: z
    .enum(['agent', 'queue'])
    .default('agent')
    .describe('A row an agent; or a row an agent, queue, channel and direction, of his work alone'),
  agent: several(z.string()).describe('The id of an agent; may be repeated'),
  ...{ queue, channel, direction, metrics, ...fromHistograms },
})

export const conversationIntervalsQuerySchema = z.strictObject({
  ...common,
  attribution: z.enum(['end']).default('end').describe('Each message counts when it was written'),
  by: z
    .enum(['queue', 'total'])
    .default('queue')
    .describe('A row a channel and queue; or one of all that the filters let through'),
  ...{ queue, channel, metrics },
})

export const adherenceIntervalsQuerySchema = z.strictObject({
  ...common,
  attribution: z
    .enum(['interval'])
    .default('interval')
    .describe('Each interval has its own part of a stretch'),
  by: z
    .enum(['agent', 'total'])
    .default('agent')
    .describe('A row an agent; or one of all that the filters let through'),
  agent: several(z.string()).describe('The id of an agent; may be repeated'),
  metrics,
})

const row = z
  .looseObject({
    interval_start: z.string().describe('In UTC'),
    local_start: z
      .string()
      .describe('In local time, with the offset: tells the repeated hour apart'),
    base_intervals: z
      .int()
      .describe(
        'Base intervals in the period: 15 minutes each, unless the definitions say 5 or 30',
      ),
    period_ms: z.int(),
    coverage: z
      .enum(['complete', 'unknown'])
      .describe('unknown: a source has a gap in the period that was not filled yet'),
    status: z
      .enum(['final', 'delivered', 'provisional'])
      .describe(
        'final: what changes from here on is in /v1/restatements, and so it is if delivered; provisional: still to be told',
      ),
    workspace: z.string(),
  })
  .describe('Keys, then the metrics of the attribution, then rates')

const gap = z.object({
  source: z.string().describe('Such as twilio-taskrouter'),
  from: z.string(),
  to: z.string().nullable().describe('Null: it goes on'),
  reason: z.string(),
})

export const intervalsSchema = z.object({
  from: z.string(),
  to: z.string(),
  zone: z.string(),
  grain: z.enum(grains),
  attribution: z.enum(attributions),
  asOf: z
    .int()
    .nullable()
    .describe('Up to when the tables are complete, in milliseconds since 1970; null: not known'),
  gaps: z
    .array(gap)
    .describe(
      'Stretches in which a source has lost events that were not read again: what is not in the rows there is unknown, not zero',
    ),
  next: z.string().nullable().describe('The cursor of the next rows; null: these are the last'),
  rows: z.array(row),
})

export type QueueIntervalsQuery = z.infer<typeof queueIntervalsQuerySchema>
export type AgentIntervalsQuery = z.infer<typeof agentIntervalsQuerySchema>
export type ConversationIntervalsQuery = z.infer<typeof conversationIntervalsQuerySchema>
export type AdherenceIntervalsQuery = z.infer<typeof adherenceIntervalsQuerySchema>
export type Intervals = z.infer<typeof intervalsSchema>
export type AttributionName = (typeof attributions)[number]
