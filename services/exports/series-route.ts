import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import {
  forecastSeriesQuerySchema,
  seriesIntervals,
  type ForecastSeriesQuery,
} from '../../schemas/feeds/forecast-series.ts'
import { problemSchema, type ProblemError } from '../../schemas/feeds/problem.ts'
import { answering } from '../live/answering.ts'
import { schemaFaults, wrong } from '../live/asked.ts'
import { askedSpan } from '../live/interval-span.ts'
import { forecastSeries, type SeriesSurroundings } from './forecast-series.ts'

/** Some five years of quarter hours. */
const periodsMax = 200_000

const types = {
  csv: { type: 'text/csv; charset=utf-8; header=present', extension: 'csv' },
  parquet: { type: 'application/vnd.apache.parquet', extension: 'parquet' },
} as const

/** What a forecast is made of, interval by interval. */
export function addSeriesRoute(scope: FastifyInstance, surroundings: SeriesSurroundings): void {
  const app = scope.withTypeProvider<ZodTypeProvider>()
  app.get(
    '/v1/exports/series',
    {
      attachValidation: true,
      schema: {
        tags: ['exports'],
        summary: 'Series for forecasting: volume, handle time, service level, backlog; no holes',
        querystring: forecastSeriesQuerySchema,
        ...answering({
          200: {
            description: 'Rows by series, then by time',
            content: {
              'text/csv': { schema: z.string() },
              'application/vnd.apache.parquet': { schema: z.string().meta({ format: 'binary' }) },
            },
          },
          ...{ 400: problemSchema, 401: problemSchema, 503: problemSchema },
        }),
      },
    },
    async (request, reply) => {
      const { query } = request
      const ledger = surroundings.state.ledgerTime()
      const { asked, errors } = askedSpan(withGrain(query), ledger, periodsMax)
      const all = [...schemaFaults(request), ...withInterval(query, errors)]
      if (asked === null || all.length > 0) throw wrong(all)
      const { type, extension } = types[query.format]
      const name = `series_by-${query.by}_${date(asked.span.from)}_${date(asked.span.to)}.${extension}`
      const body = await forecastSeries(surroundings, query, asked)
      return reply
        .header('content-disposition', `attachment; filename="${name}"`)
        .type(type)
        .send(body)
    },
  )
}

/** Periods are of a grain wherever else they are asked for. */
function withGrain({ interval, ...query }: ForecastSeriesQuery) {
  return { ...query, grain: interval }
}

/** What is no interval at all is told by the schema. */
function withInterval(
  { interval }: ForecastSeriesQuery,
  errors: readonly ProblemError[],
): readonly ProblemError[] {
  const isAny = seriesIntervals.includes(interval)
  return errors
    .filter(({ field }) => isAny || field !== 'grain')
    .map((error) => (error.field === 'grain' ? { ...error, field: 'interval' } : error))
}

function date(at: number): string {
  return new Date(at).toISOString().slice(0, 16).replaceAll(/[-:]/g, '')
}
