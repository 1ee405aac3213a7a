import { z } from 'zod'
import { directions } from '../events/ledger-event.ts'
import { commaSeparated, localCalendar } from './intervals.ts'

// The question of /v1/exports/series: what a forecast is made of, interval by interval, without a hole.

export const seriesKinds = ['channel', 'queue', 'skill'] as const
export const seriesIntervals = ['15', '30', '60', 'day'] as const
export const seriesFormats = ['csv', 'parquet'] as const
export const seriesAttributions = ['arrival', 'end'] as const

const { site, zone, day_starts_at } = localCalendar

export const forecastSeriesQuerySchema = z.strictObject({
  from: z
    .string()
    .describe('The beginning: ISO 8601 with an offset, or local time of the zone; a date is a day'),
  to: z.string().describe('The end, not included'),
  by: z
    .enum(seriesKinds)
    .default('skill')
    .describe(
      'A series a channel, a queue, or a queue and channel: what WFM products call a skill',
    ),
  interval: z.enum(seriesIntervals).default('15').describe('Minutes a row, or a local day'),
  attribution: z
    .enum(seriesAttributions)
    .default('arrival')
    .describe('Which interval an answer and its handle time belong to: of the arrival, or its own'),
  direction: commaSeparated
    .pipe(z.array(z.enum(directions)).optional())
    .default(['inbound'])
    .describe('Of these directions alone, with commas between them'),
  queue: commaSeparated.describe('Only queues of these ids, with commas between them'),
  channel: commaSeparated.describe('Only these channels, with commas between them'),
  ...{ site, zone, day_starts_at },
  format: z.enum(seriesFormats).default('csv'),
})

export type ForecastSeriesQuery = z.infer<typeof forecastSeriesQuerySchema>
export type SeriesKind = (typeof seriesKinds)[number]
