import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import {
  forecastImportQuerySchema,
  forecastImportSchema,
  forecastsSchema,
  type ForecastImport,
  type Forecasts,
} from '../../schemas/feeds/forecasts.ts'
import { problemSchema } from '../../schemas/feeds/problem.ts'
import { toForecastEvents } from '../definitions/forecast-events.ts'
import { dayMs, dayStart } from '../time/interval.ts'
import { answering } from './answering.ts'
import { widened } from './asked-import.ts'
import { askedParameters } from './asked-parameters.ts'
import { askedForecasts, forecastQueues } from './forecast-import.ts'
import { described } from './operations-described.ts'
import { createReadings } from './readings.ts'
import type { ScheduleRoutesOptions } from './schedule-routes.ts'

/** What is forecast: to be taken in, and to be read as it held at any time. */
export function addForecastRoutes(scope: FastifyInstance, options: ScheduleRoutesOptions): void {
  const { log, warehouse, clock, logger } = options
  const told = { topic: 'ledgerline.config', type: 'forecast.set' } as const
  const readings = createReadings({ log, warehouse, ...told })

  scope.post(
    '/v1/forecasts',
    {
      bodyLimit: bodyBytesMax,
      schema: {
        tags: ['operations'],
        summary: 'Takes forecasts in: CSV or JSON',
        querystring: forecastImportQuerySchema,
        ...answering({ 200: forecastImportSchema, 400: problemSchema, 401: problemSchema }),
      },
    },
    async ({ query, body }) => {
      const now = clock.now()
      const parameters = forecastImportQuerySchema.parse(query)
      const { forecasts, span, readAt } = askedForecasts(parameters, body, now)
      const names = new Set(forecasts.map(({ queue }) => queue).filter((name) => name !== ''))
      const { known, unknown } = await forecastQueues(warehouse, [...names])
      const events = forecasts.flatMap((forecast) => {
        const found = known.get(forecast.queue)
        if (span === null || (forecast.queue !== '' && found === undefined)) return []
        return toForecastEvents({
          ...{ ...forecast, queue: found?.id ?? '', readAt, now },
          workspace: found?.workspace ?? parameters.workspace,
          span: widened(span, forecast.intervals),
        })
      })
      const counts = await readings.append(events)
      logger.info({ ...counts, unknown: unknown.length, readAt }, 'forecasts are taken in')
      return {
        ...{ readAt, from: span?.from ?? null, to: span?.to ?? null, ...counts },
        unknown: unknown.flatMap(({ name: queue, detail }) => {
          const named = forecasts.find((forecast) => forecast.queue === queue)?.named
          return named === undefined ? [] : [{ queue, ...named, detail }]
        }),
      } satisfies ForecastImport
    },
  )

  scope.get(
    '/v1/forecasts',
    described(
      'What is forecast; parameters: from and to, else today in UTC, and at, what had been read by then, else now',
      forecastsSchema,
    ),
    async ({ query }) => {
      const now = clock.now()
      const {
        at = now,
        from = dayStart(now),
        to = from + dayMs,
      } = askedParameters(query, ['at', 'from', 'to'])
      const rows = await warehouse.query(
        `SELECT workspace, queue, channel, skill, toUnixTimestamp64Milli(interval_start) AS "from",
           toUnixTimestamp64Milli(interval_end) AS "to", offered, aht_ms AS "ahtMs", staff,
           toUnixTimestamp64Milli(read_at) AS "readAt", forecast
         FROM forecast_intervals FINAL
         WHERE interval_start >= fromUnixTimestamp64Milli({from:Int64})
           AND interval_start < fromUnixTimestamp64Milli({to:Int64})
           AND read_at <= fromUnixTimestamp64Milli({at:Int64})
           AND (held_until IS NULL OR held_until > fromUnixTimestamp64Milli({at:Int64}))
         ORDER BY workspace, queue, channel, skill, interval_start`,
        { at, from, to },
      )
      const intervals = z.array(intervalRow).parse(rows)
      return { at, from, to, intervals } satisfies Forecasts
    },
  )
}

const count = z.coerce.number()
const intervalRow = z.object({
  ...{ workspace: z.string(), queue: z.string(), channel: z.string(), skill: z.string() },
  ...{ from: count, to: count, readAt: count, offered: z.number() },
  ...{ ahtMs: count.nullable(), staff: z.number().nullable(), forecast: z.string() },
})

/** A year of a large centre. */
const bodyBytesMax = 64 * 1024 * 1024
