import { forecastOf, forecastSchema } from '../../schemas/events/forecast.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import type { OwnRow } from './projection.ts'
import { isAnother, isOfTime } from './said-again.ts'
import type { Timeline } from './timeline.ts'

/**
 * One row an interval of one reading of a forecast. It holds from when it was read until another reading that tells of the
 * interval was: that says something else of it, or, where it leaves it out, that nothing is forecast any more. A reading that
 * says what the last one of the same time said is no other.
 */
export function forecastIntervals(timeline: Timeline): readonly OwnRow[] {
  const readings = timeline.filter(({ type }) => type === 'forecast.set').filter(isAnother)
  return readings.flatMap((reading, index) => {
    const later = readings.slice(index + 1)
    const heldUntil = (from: number, to: number) =>
      later.find((one) => isOfTime(one, from, to))?.at ?? null
    const { workspace, id: forecast, at: readAt } = reading
    return intervalsOf(reading).map(({ from, to, offered, ahtMs, staff }) => ({
      table: 'forecast_intervals' as const,
      key: { workspace, ...forecastOf(reading), interval_start: from, forecast },
      values: {
        ...{ interval_end: to, offered, aht_ms: ahtMs, staff },
        ...{ read_at: readAt, held_until: heldUntil(from, to) },
      },
    }))
  })
}

/** What is checked before it enters the ledger; should something else be there all the same, it says nothing. */
function intervalsOf({ attributes }: LedgerEvent) {
  try {
    return forecastSchema.safeParse(JSON.parse(attributes ?? 'null')).data?.intervals ?? []
  } catch {
    return []
  }
}
