import { hubEvent } from '../../schemas/events/hub-event.ts'
import type { Instant, Span } from '../../schemas/events/instant.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { intervalTables, type IntervalTable } from '../../schemas/metrics/catalogue.ts'
import { addEvent, appendAll, type RecordsByTopic } from '../ingest/records.ts'
import type { Appender } from '../log/appender.ts'
import { isMadeOf } from '../projections/coverage.ts'
import type { Clock } from '../runtime/clock.ts'
import { intervalStart, quarterHourMs } from '../time/interval.ts'
import type { Gap } from './gaps.ts'
import type { Journal } from './journal.ts'
import type { Observations } from './observations.ts'

/** A gap that nobody has filled for so long is not waited for any more: its time is final, and stays unknown. */
const heldBackMsMax = 7 * 86_400_000

/**
 * Up to when a table is final: every source that it is made of has told all of the time before, as far as anybody knows, and
 * what comes late has had so long to come (rule R12 of the dictionary).
 */
export function finalUntil(
  table: IntervalTable,
  gaps: readonly Gap[],
  now: Instant,
  latenessMs: number,
): Instant {
  const open = gaps.filter(
    ({ source, status, from }) =>
      status === 'open' && isMadeOf(table, source) && now - from < heldBackMsMax,
  )
  return intervalStart(Math.min(now - latenessMs, ...open.map(({ from }) => from)), quarterHourMs)
}

export interface FinalisingOptions {
  readonly observations: Pick<Observations, 'gaps' | 'finalised' | 'firstTick'>
  readonly journal: Pick<Journal, 'starts'>
  readonly appender: Appender
  readonly clock: Clock
  readonly latenessMs: number
}

/**
 * Says in the ledger of each table what has become final since it was last said. Of the time that the hub was down nothing is,
 * before somebody has looked at what that has left.
 */
export async function finalise(options: FinalisingOptions): Promise<void> {
  const { observations, journal, appender, clock, latenessMs } = options
  const now = clock.now()
  const downSince = Math.min(...journal.starts().map(({ lastTickAt }) => lastTickAt))
  const [gaps, finalised] = [await observations.gaps(now), await observations.finalised()]
  const records: RecordsByTopic = new Map()
  let beginning: Instant | null = null
  for (const table of intervalTables) {
    const told = Math.min(finalUntil(table, gaps, now, latenessMs), downSince)
    const until = intervalStart(told, quarterHourMs)
    const known = finalised.get(table)
    // What was read in as history, from before the hub ran, was never out.
    beginning ??=
      known?.from ?? intervalStart((await observations.firstTick()) ?? now, quarterHourMs)
    const since = known?.from ?? beginning
    if (until <= (known?.to ?? since)) continue
    const event = toFinalisedEvent(table, { from: since, to: until }, now)
    const reason = addEvent(records, event, (topic) => appender.partitions(topic))
    if (reason !== null) throw new Error(`what is final does not fit the ledger: ${reason.detail}`)
  }
  await appendAll(records, (topic, ofTopic) => appender.append(topic, ofTopic))
}

function toFinalisedEvent(table: IntervalTable, { from, to }: Span, now: Instant): LedgerEvent {
  return hubEvent({
    type: 'interval.finalised',
    id: `finalised:${table}:${to}`,
    at: now,
    table,
    since: from,
    until: to,
  })
}
