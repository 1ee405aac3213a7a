import type { Instant, Span } from '../../schemas/events/instant.ts'
import { intervalMetrics } from '../../schemas/metrics/catalogue.ts'
import type { Metric } from '../../schemas/metrics/metric.ts'
import { dayMs, intervalsOf } from '../../services/time/interval.ts'
import { offsetSpans } from '../../services/time/zone.ts'
import type { IntervalRow } from '../interval-row.ts'

/** One interval of a target: base intervals of ours that it writes with the same time. */
export interface Period {
  readonly key: string
  /** Its beginning by the wall clock, as if that were UTC, and how far the clock is from UTC. */
  readonly local: number
  readonly offsetMs: number
  /** Comes earlier in a file where it is less. */
  readonly order: number
  /** Where its first and its last base interval begin. */
  readonly first: Instant
  readonly last: Instant
  /** Where the last one ends, by the clock that holds in it. */
  readonly end: { readonly at: Instant; readonly offsetMs: number }
}

export interface PeriodsAsked {
  readonly span: Span
  readonly baseMs: number
  readonly zone: string
  readonly intervalMs: number
  /** Whether the target tells the hour that comes twice apart; if not, both are one. */
  readonly isUnique: boolean
}

/**
 * The periods of a span, by the beginnings of base intervals. The hour that never comes has none. A day is one whatever
 * its clocks do.
 */
export function periodsOf(asked: PeriodsAsked): ReadonlyMap<Instant, Period> {
  const { span, baseMs, zone, intervalMs, isUnique } = asked
  const periods = new Map<string, Period>()
  const keys = new Map<Instant, string>()
  for (const { from, to, offsetMs } of offsetSpans(zone, span, baseMs)) {
    for (const at of intervalsOf({ from, to }, baseMs)) {
      const local = Math.floor((at + offsetMs) / intervalMs) * intervalMs
      const key = isUnique && intervalMs < dayMs ? `${local} ${offsetMs}` : String(local)
      const known = periods.get(key)
      const order = isUnique ? local - offsetMs : local
      const end = { at: at + baseMs, offsetMs }
      periods.set(key, { ...(known ?? { key, local, offsetMs, order, first: at }), last: at, end })
      keys.set(at, key)
    }
  }
  const found = [...keys].map(([at, key]) => [at, periods.get(key)] as const)
  return new Map(found.flatMap(([at, period]) => (period === undefined ? [] : [[at, period]])))
}

/** The values of rows of one period as one: added, the greatest, or those of its first or last base interval. */
export function rolledUp(
  rows: readonly Pick<IntervalRow, 'from' | 'values'>[],
  { first, last }: Pick<Period, 'first' | 'last'>,
): IntervalRow['values'] {
  const total: Record<string, number> = {}
  for (const { from, values } of rows) {
    for (const [name, value] of Object.entries(values)) {
      const before = total[name] ?? 0
      const rule = rollUps.get(name) ?? 'sum'
      if ((rule === 'first' && from !== first) || (rule.startsWith('last') && from !== last))
        continue
      total[name] = rule === 'max' || rule === 'last-max' ? Math.max(before, value) : before + value
    }
  }
  return total
}

const rollUps: ReadonlyMap<string, Metric['rollUp']> = new Map(
  Object.values<readonly Metric[]>(intervalMetrics)
    .flat()
    .map(({ name, rollUp }) => [name, rollUp]),
)
