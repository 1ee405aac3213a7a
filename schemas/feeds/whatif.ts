import { z } from 'zod'

// A past stretch under a routing of one's own: the question and the answer. An instant is milliseconds since 1970 in UTC.

const instant = z.int()
const count = z.int().min(0)

/** Longer than a week is more than a person would compare, and than is in memory at once. */
export const whatIfDaysMax = 7

export const whatIfRequestSchema = z.strictObject({
  from: z.string().describe('Where the counted stretch begins, in ISO 8601 with a zone'),
  to: z.string().describe(`Where it ends; at most ${whatIfDaysMax} days later`),
  workspace: z
    .string()
    .optional()
    .describe('Of which workspace (WS…), where the stretch has several'),
  routing: z
    .unknown()
    .optional()
    .describe(
      'What routes instead of what was imported: the configuration of the only workflow (task_routing), or what import of a twilio-config takes',
    ),
  staff: z
    .array(
      z.strictObject({
        queue: z.string().describe('A queue (WQ…), or its name'),
        by: z
          .int()
          .min(-1000)
          .max(1000)
          .refine((by) => by !== 0, 'a whole number other than 0'),
      }),
    )
    .default([])
    .describe('So many workers of a queue more, or fewer where `by` is below 0'),
  seed: z.string().max(256).default('1').describe('The same seed gives the same answer'),
  runs: z.int().min(2).max(200).default(10).describe('How often it is replayed'),
})

const measure = z.object({
  name: z
    .string()
    .describe('As in the dictionary of metrics; over stays that begin in the stretch'),
  recorded: z
    .number()
    .nullable()
    .describe('What really happened; null: nothing that it is said of'),
  replayed: z
    .object({
      mean: z.number(),
      low: z
        .number()
        .describe('Of the interval that holds the mean of endless runs in 95 of 100 cases'),
      high: z.number(),
    })
    .nullable()
    .describe('null: fewer than two runs have a value'),
})

export const whatIfResultSchema = z.object({
  from: instant,
  to: instant,
  workspace: z.string(),
  seed: z.string(),
  runs: count,
  workflows: z
    .enum(['recorded', 'given'])
    .describe('By which configurations it was replayed: those imported, or those that were sent'),
  total: z.array(measure),
  queues: z.array(z.object({ queue: z.string(), name: z.string(), measures: z.array(measure) })),
  sameFate: measure.shape.replayed.describe(
    'The share of contacts that end in the same queue in the same way as they did',
  ),
  assumed: z
    .object({
      contacts: count.describe('That came in the stretch'),
      patienceDrawn: count.describe('Did not go by themselves: nobody knows when they would have'),
      handlesDrawn: count.describe(
        'Were not answered: nobody knows how long they would have taken',
      ),
      directArrivals: count.describe('Transfers and what fell back: they come when they came'),
      failedOffers: count.describe('Offers that rang in vain: they go with the contact'),
      commitments: count.describe('Work by name or of an agent’s own: it takes place as it did'),
    })
    .describe('Why a replay is not closer to what happened'),
})

export type WhatIfRequest = z.infer<typeof whatIfRequestSchema>
export type WhatIfQuestion = z.input<typeof whatIfRequestSchema>
export type WhatIfResult = z.infer<typeof whatIfResultSchema>
