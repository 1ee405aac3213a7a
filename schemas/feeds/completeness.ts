import { z } from 'zod'
import { intervalTables } from '../metrics/catalogue.ts'
import { localCalendar } from './intervals.ts'

// How far each day of each queue has been told: the question and the answer of /v1/completeness.

export const completenessQuerySchema = z.strictObject({
  from: z.string().describe('The first day: a date, or ISO 8601 with an offset'),
  to: z.string().describe('The day after the last'),
  ...localCalendar,
  table: z.enum(intervalTables).default('queue_intervals').describe('The interval table'),
})

export type CompletenessQuery = z.infer<typeof completenessQuerySchema>

const day = z.object({
  date: z.string().describe('The local date'),
  workspace: z.string(),
  key: z.string().describe('The queue, or of a table of agents the agent'),
  expected: z
    .int()
    .describe('Base intervals of the day: of quarter hours 96, or 92 and 100 where clocks change'),
  final: z.int().describe('Of these, final'),
  provisional: z.int().describe('Of these, not final yet'),
  unknown: z.int().describe('Of all, those in which a source has an open gap'),
  busy: z.int().describe('Of all, those in which the key has a row'),
})

export type CompletenessDay = z.infer<typeof day>

export const completenessSchema = z.object({
  zone: z.string(),
  table: z.enum(intervalTables),
  rows: z.array(day),
})
