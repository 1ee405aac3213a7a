import { z } from 'zod'
import { forecastIntervalSchema } from '../events/forecast.ts'
import { importedOf, importQueryOf } from './imported.ts'

// What is forecast: the questions and answers of /v1/forecasts. An instant in an answer is milliseconds since 1970 in UTC.

export const forecastFormats = ['csv', 'json'] as const

const instant = z.int()

/** The body of an import in our own words; what is forecast of other things stays. */
export const forecastBodySchema = z.strictObject({
  forecasts: z.array(
    z.strictObject({
      queue: z.string().default('').describe('By sid, or by its name'),
      channel: z.string().default(''),
      skill: z.string().default(''),
      intervals: z.array(forecastIntervalSchema),
    }),
  ),
})

export const forecastImportQuerySchema = z.strictObject({
  format: z.enum(forecastFormats).default('csv').describe('What the body is'),
  ...importQueryOf('interval', 'forecasts'),
  interval_minutes: z
    .enum(['15', '30', '60'])
    .optional()
    .describe('Of CSV: how long an interval is; the least distance of two unless given'),
  workspace: z
    .string()
    .default('')
    .describe('Of forecasts that are of no queue; of others it is that of the queue'),
})

export const forecastImportSchema = z.object({
  ...importedOf('nothing was forecast'),
  set: z
    .int()
    .describe('Days of a queue, channel or skill of which something else is forecast now'),
  unchanged: z.int().describe('Days of which the last reading of the same time said the same'),
  unknown: z
    .array(
      z.object({
        queue: z.string(),
        place: z.string().describe('Where it is named first: `line 3`, `forecasts.2`'),
        field: z.string(),
        detail: z.string(),
      }),
    )
    .describe(
      'What nobody here knows by that name, or several go by: its forecast is not taken in',
    ),
})

export const forecastsSchema = z.object({
  at: instant,
  ...{ from: instant, to: instant },
  intervals: z
    .array(
      z.object({
        ...{ workspace: z.string(), queue: z.string(), channel: z.string(), skill: z.string() },
        ...{ from: instant, to: instant },
        offered: z.number(),
        ahtMs: z.number().nullable(),
        staff: z.number().nullable(),
        readAt: instant,
        forecast: z.string().describe('The event that tells it'),
      }),
    )
    .describe('What held at `at`, by queue, channel and skill in the order of time'),
})

export type ForecastFormat = (typeof forecastFormats)[number]
export type ForecastImportQuery = z.infer<typeof forecastImportQuerySchema>
export type ForecastImport = z.infer<typeof forecastImportSchema>
export type Forecasts = z.infer<typeof forecastsSchema>
