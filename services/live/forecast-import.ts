import { readCsvForecasts } from '../../connectors/forecasts/csv-file.ts'
import {
  forecastsOf,
  type Forecast,
  type ReadForecasts,
} from '../../connectors/forecasts/forecast.ts'
import { shapeFaults, type FileFault } from '../../connectors/file-fault.ts'
import type { Instant, Span } from '../../schemas/events/instant.ts'
import { forecastBodySchema, type ForecastImportQuery } from '../../schemas/feeds/forecasts.ts'
import type { ProblemError } from '../../schemas/feeds/problem.ts'
import { dayMs } from '../time/interval.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'
import { fileErrors, importSpan, importTimes } from './asked-import.ts'
import { meantBy, type Known, type Meant } from './meant.ts'
import { ProblemAnswer } from './problem.ts'

/** Forecasts as they were sent, and of what time they tell. */
export interface AskedForecasts {
  readonly forecasts: readonly Forecast[]
  /** Null: nothing is forecast, and nobody says of what time. */
  readonly span: Span | null
  readonly readAt: Instant
}

/** What is to be taken in. Throws all that is wrong at once: with the parameters and with the body. */
export function askedForecasts(
  query: ForecastImportQuery,
  body: unknown,
  now: Instant,
): AskedForecasts {
  const errors: ProblemError[] = []
  const times = importTimes(query, now, errors)
  const read = times.isZone ? readForecasts(query, body) : null
  if (read?.kind === 'refused') errors.push(...fileErrors(read.faults))
  const forecasts = read?.kind === 'understood' ? read.forecasts : []
  const span = importSpan(
    times,
    forecasts.flatMap(({ intervals }) => intervals),
  )
  if (span !== null && span.to - span.from > daysMax * dayMs) {
    errors.push({ field: 'to', detail: `is more than ${daysMax} days after from` })
  }
  if (errors.length > 0) throw new ProblemAnswer(400, 'nothing is taken in', errors)
  return { forecasts, span, readAt: times.readAt }
}

/** Nobody forecasts intervals for longer; a wrong year must not make events of a century. */
const daysMax = 800

function readForecasts(query: ForecastImportQuery, body: unknown): ReadForecasts {
  const { format, zone, interval_minutes: minutes } = query
  switch (format) {
    case 'csv':
      if (typeof body !== 'string') {
        throw new ProblemAnswer(415, 'send the forecast as text: content-type text/csv')
      }
      return readCsvForecasts(body, zone, minutes === undefined ? null : Number(minutes))
    case 'json': {
      const read = forecastBodySchema.safeParse(body)
      if (!read.success) return { kind: 'refused', faults: shapeFaults(read.error) }
      const told = read.data.forecasts.flatMap(({ intervals, ...of }, index) =>
        intervals.map((interval, place) => ({
          ...{ of, interval, place: `forecasts.${index}.intervals.${place}` },
          named: { place: `forecasts.${index}`, field: 'queue' },
        })),
      )
      const faults = [
        ...read.data.forecasts.flatMap(({ queue, channel, skill }, index): readonly FileFault[] =>
          queue === '' && channel === '' && skill === ''
            ? [{ place: `forecasts.${index}`, field: 'queue', detail: nothingTold }]
            : [],
        ),
        ...told.flatMap(({ place, interval }): readonly FileFault[] =>
          interval.to <= interval.from || interval.from % quarterHourMs !== 0
            ? [{ place, field: 'from', detail: 'is on no quarter of an hour, or not before to' }]
            : [],
        ),
      ]
      return faults.length > 0 ? { kind: 'refused', faults } : forecastsOf(told)
    }
  }
}

const quarterHourMs = 900_000
const nothingTold = 'neither queue nor channel nor skill is told'

/** The queues that are meant, by sid or by a name that only one of them has ever had. */
export async function forecastQueues(
  warehouse: Warehouse,
  queues: readonly string[],
): Promise<Meant> {
  const rows = await warehouse.query<Known>(
    `SELECT DISTINCT workspace, id, name FROM dimensions
     WHERE kind = 'queue' AND (id IN {queues:Array(String)} OR name IN {queues:Array(String)})`,
    { queues },
  )
  return meantBy(queues, rows, 'is neither the sid nor the name of a queue')
}
