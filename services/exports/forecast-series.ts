import type { Readable } from 'node:stream'
import { z } from 'zod'
import type { Instant } from '../../schemas/events/instant.ts'
import type { ForecastSeriesQuery } from '../../schemas/feeds/forecast-series.ts'
import { wrong } from '../live/asked.ts'
import { dimensionNames } from '../live/dimension-names.ts'
import type { AskedSpan } from '../live/interval-span.ts'
import { grainMs } from '../time/local-period.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'
import type { ExportSurroundings } from './configured-exports.ts'
import {
  mergedSpans,
  seriesOf,
  seriesStatement,
  type QueueName,
  type SeriesQuestion,
} from './series/series-statement.ts'
import { seriesColumns } from './series/series-columns.ts'
import { standingOf } from './standing.ts'

export type SeriesSurroundings = Pick<
  ExportSurroundings,
  'log' | 'warehouse' | 'state' | 'clock' | 'runnerProgress' | 'unsettled'
>

/** The engine sorts them on its disk; more of them are fetched in pieces. */
const rowsMax = 5_000_000

/** The file of a series. Throws what is wrong with the question, where only the tables can tell. */
export async function forecastSeries(
  surroundings: SeriesSurroundings,
  query: ForecastSeriesQuery,
  asked: NonNullable<AskedSpan['asked']>,
): Promise<Readable> {
  const { warehouse, clock } = surroundings
  const { asOf, gaps } = await standingOf(surroundings, 'queue_intervals', asked.span, clock.now())
  const { by, attribution, direction, queue, channel } = query
  const question: SeriesQuestion = {
    ...{ ...asked, by, filters: { direction, queue, channel }, names: [] },
    columns: seriesColumns(attribution),
    known: { from: (await heardSince(warehouse)) ?? asOf ?? 0, to: asOf ?? 0 },
    gaps: mergedSpans(gaps),
  }
  const { sql, params } = seriesOf(question)
  const series = z.array(seriesRow).parse(await warehouse.query(sql, params))
  const { from, to } = asked.span
  const rows = series.length * Math.ceil((to - from) / grainMs(asked.grain))
  if (rows > rowsMax) {
    const detail = `makes ${rows} rows of ${series.length} series, where ${rowsMax} are allowed; ask for less time, fewer queues or a longer interval`
    throw wrong([{ field: 'to', detail }])
  }
  const statement = seriesStatement({ ...question, names: await namesOf(warehouse, series) })
  const format = query.format === 'parquet' ? 'Parquet' : 'CSVWithNames'
  return warehouse.stream(statement.sql, format, statement.params)
}

const seriesRow = z.object({ workspace: z.string(), queue: z.string().optional() })

async function namesOf(
  warehouse: Warehouse,
  series: readonly z.infer<typeof seriesRow>[],
): Promise<readonly QueueName[]> {
  const queues = series.flatMap(({ workspace, queue }) =>
    queue === undefined ? [] : [{ workspace, queue }],
  )
  const ids = [...new Set(queues.map(({ queue }) => queue))]
  const nameOf = await dimensionNames(warehouse, 'queue', ids, 'is')
  return queues.map(({ workspace, queue }) => ({
    ...{ workspace, queue, name: nameOf(workspace, queue, 0) },
  }))
}

/** From when on the tables tell anything; null: they tell nothing. What was before nobody knows. */
async function heardSince(warehouse: Warehouse): Promise<Instant | null> {
  const rows = await warehouse.query(
    `SELECT toUnixTimestamp64Milli(min(since)) AS at FROM (
       SELECT minOrNull(interval_start) AS since FROM queue_intervals
       UNION ALL
       SELECT minOrNull(e.at) AS since FROM events AS e WHERE e.entity = '' AND e.type = 'clock.ticked'
     ) WHERE since IS NOT NULL`,
  )
  const [first] = z.array(z.object({ at: z.int().nullable() })).parse(rows)
  return first?.at || null
}
