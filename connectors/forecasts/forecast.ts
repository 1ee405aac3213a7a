import type { ForecastInterval, ForecastOf } from '../../schemas/events/forecast.ts'
import type { FileFault } from '../file-fault.ts'

/** What is forecast of one thing, in the order of time and without overlaps. */
export interface Forecast extends ForecastOf {
  readonly intervals: readonly ForecastInterval[]
  /** Where its queue is named first: the place and the field of a fault that is about it. */
  readonly named: Named
}

type Named = Pick<FileFault, 'place' | 'field'>

/** Forecasts, or all that is wrong: they are taken whole or not at all. */
export type ReadForecasts =
  | { readonly kind: 'understood'; readonly forecasts: readonly Forecast[] }
  | { readonly kind: 'refused'; readonly faults: readonly FileFault[] }

/** An interval as it was told, with of what it is, and where each of them stood. */
export interface ToldInterval {
  readonly of: ForecastOf
  readonly named: Named
  readonly place: string
  readonly interval: ForecastInterval
}

/** Gathers intervals, in the order in which they were told, by what they are of, in the order of the names. Two intervals of one thing that overlap are a fault of the later. */
export function forecastsOf(told: readonly ToldInterval[]): ReadForecasts {
  const groups = new Map<string, ToldInterval[]>()
  const named = new Map<string, Named>()
  for (const one of told) {
    if (!named.has(one.of.queue)) named.set(one.of.queue, one.named)
    const name = JSON.stringify([one.of.queue, one.of.channel, one.of.skill])
    const own = groups.get(name)
    if (own === undefined) groups.set(name, [one])
    else own.push(one)
  }
  const inTime = [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, own]) => own.toSorted((a, b) => a.interval.from - b.interval.from))
  const faults = inTime.flatMap((own) =>
    own.slice(1).flatMap(({ place, interval }, index): readonly FileFault[] => {
      const before = own[index]
      if (before === undefined || before.interval.to <= interval.from) return []
      const detail = `lies in the interval of ${before.place}, which is of the same`
      return [{ place, field: 'interval_start', detail }]
    }),
  )
  if (faults.length > 0) return { kind: 'refused', faults }
  return {
    kind: 'understood',
    forecasts: inTime.flatMap((own) => {
      const [first] = own
      return first === undefined
        ? []
        : [
            {
              ...first.of,
              intervals: own.map(({ interval }) => interval),
              named: named.get(first.of.queue) ?? first.named,
            },
          ]
    }),
  }
}
