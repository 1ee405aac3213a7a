import { z } from 'zod'
import type { Instant } from './instant.ts'
import type { LedgerEvent } from './ledger-event.ts'

/** What is forecast of one interval. Instants are milliseconds since 1970, the end not included. */
export const forecastIntervalSchema = z.strictObject({
  from: z.int(),
  to: z.int(),
  /** How many will come; planners reckon with parts of a contact. */
  offered: z.number().min(0),
  /** How long one takes on average; null: not told. */
  ahtMs: z.int().min(0).nullable().default(null),
  /** How many agents it takes; null: not told. */
  staff: z.number().min(0).nullable().default(null),
})

export type ForecastInterval = z.infer<typeof forecastIntervalSchema>

/** What `forecast.set` has in its attributes: all that is forecast from `since` to `until`, in the order of time. */
export const forecastSchema = z
  .object({ intervals: z.array(forecastIntervalSchema) })
  .refine(({ intervals }) =>
    intervals.every(
      ({ from, to }, index) => from < to && from >= (intervals[index - 1]?.to ?? -Infinity),
    ),
  )

/** Of what a forecast is: a queue by its sid, a channel, a skill, or several of these together; empty: not told apart by it. */
export interface ForecastOf {
  readonly queue: string
  readonly channel: string
  readonly skill: string
}

/** Of what a `forecast.set` is. */
export function forecastOf({
  queue,
  channel,
  label,
}: Pick<LedgerEvent, 'queue' | 'channel' | 'label'>): ForecastOf {
  return { queue: queue ?? '', channel: channel ?? '', skill: label ?? '' }
}

/** One entity of the ledger is what is forecast of one thing for one day in UTC, in all its versions: so none grows for ever. */
export function forecastEntity({ queue, channel, skill }: ForecastOf, since: Instant): string {
  const day = new Date(since).toISOString().slice(0, 10)
  return `forecast/${day}/${[queue, channel, skill].map(encodeURIComponent).join('/')}`
}
