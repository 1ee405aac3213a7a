import {
  forecastEntity,
  type ForecastInterval,
  type ForecastOf,
} from '../../schemas/events/forecast.ts'
import { hubEvent } from '../../schemas/events/hub-event.ts'
import type { Instant, Span } from '../../schemas/events/instant.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { dayMs, dayStart } from '../time/interval.ts'
import { contentDigest } from './content-digest.ts'

export interface ForecastToSet extends ForecastOf {
  /** Empty: not told. */
  readonly workspace: string
  /** Of what time the reading tells: what it does not name there is not forecast. */
  readonly span: Span
  /** In the order of time, without overlaps. */
  readonly intervals: readonly ForecastInterval[]
  readonly readAt: Instant
  readonly now: Instant
}

/** What the ledger keeps of one reading of a forecast: an event for each day in UTC. The same told twice is told once. */
export function toForecastEvents(forecast: ForecastToSet): readonly LedgerEvent[] {
  const { span, intervals } = forecast
  const events: LedgerEvent[] = []
  for (let day = dayStart(span.from); day < span.to; day += dayMs) {
    const part = { from: Math.max(span.from, day), to: Math.min(span.to, day + dayMs) }
    // An interval is of the day in which it begins.
    const own = intervals.filter(({ from }) => from >= day && from < day + dayMs)
    events.push(toEvent(forecast, part, own))
  }
  return events
}

function toEvent(
  { workspace, queue, channel, skill, readAt, now }: ForecastToSet,
  { from, to }: Span,
  intervals: readonly ForecastInterval[],
): LedgerEvent {
  const attributes = JSON.stringify({ intervals: intervals.map(briefly) })
  const entity = forecastEntity({ queue, channel, skill }, from)
  return hubEvent({
    type: 'forecast.set',
    id: `${entity}:${readAt}:${contentDigest({ from, to, attributes }).slice(0, 32)}`,
    ...{ at: readAt, receivedAt: now, workspace, attributes, since: from, until: to },
    ...{ queue: orNull(queue), channel: orNull(channel), label: orNull(skill) },
  })
}

/** What is not told takes no place. */
function briefly({ from, to, offered, ahtMs, staff }: ForecastInterval): object {
  return {
    ...{ from, to, offered },
    ...(ahtMs === null ? {} : { ahtMs }),
    ...(staff === null ? {} : { staff }),
  }
}

function orNull(text: string): string | null {
  return text === '' ? null : text
}
