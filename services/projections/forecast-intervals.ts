import { forecastOf, forecastSchema } from '../../schemas/events/forecast.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import type { OwnRow } from './projection.ts'
import { isSaidAgain } from './said-again.ts'
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

/** Whether it says something else than the last reading, before it, of the same time did. */
function isAnother(reading: LedgerEvent, index: number, readings: Timeline): boolean {
  const { since, until } = reading
  const before = readings
    .slice(0, index)
    .findLast((one) => isOfTime(one, since ?? 0, until ?? Infinity))
  return before === undefined || !isSaidAgain(reading, before)
}

function isOfTime({ since, until }: LedgerEvent, from: number, to: number): boolean {
  return (since ?? to) < to && (until ?? from) > from
}

/** What is checked before it enters the ledger; should something else be there all the same, it says nothing. */
function intervalsOf({ attributes }: LedgerEvent) {
  try {
    return forecastSchema.safeParse(JSON.parse(attributes ?? 'null')).data?.intervals ?? []
  } catch {
    return []
  }
}
