import type { Instant } from '../../../schemas/events/instant.ts'
import type { Chronicle } from '../model/chronicle.ts'
import { cutLegs, cutVisits } from './cut.ts'
import { countOf, sumOf } from './interval.ts'
import { defaultTruthParameters, type TruthParameters } from './parameters.ts'

/** The facts, counted and not attributed to any interval. */
export interface Totals {
  readonly tasks: number
  readonly tasks_open: number
  readonly visits: number
  readonly visits_open: number
  readonly answered: number
  readonly answered_in_sl: number
  readonly abandoned: number
  readonly abandoned_short: number
  readonly flowed_out: number
  readonly offers: number
  readonly legs_accepted: number
  readonly legs_open: number
  readonly wait_ms: number
  readonly handle_ms: number
  readonly transfers: number
  readonly activity_changes: number
  readonly agents_deleted: number
}

export function expectedTotals(
  chronicle: Chronicle,
  asOf: Instant,
  parameters: TruthParameters = defaultTruthParameters,
): Totals {
  const byRecord = cutLegs(chronicle, asOf)
  const legs = [...byRecord.values()]
  const handles = legs.flatMap((leg) => (leg.handle === null ? [] : [leg.handle]))
  const visits = cutVisits(chronicle, byRecord, asOf)
  const ended = visits.filter((visit) => visit.to !== null)
  const wait = (visit: (typeof visits)[number]): number => (visit.to ?? asOf) - visit.from
  const answered = ended.filter((visit) => visit.disposition === 'answered')
  const abandoned = ended.filter((visit) => visit.disposition === 'abandoned')
  const tasks = chronicle.tasks.filter((task) => task.createdAt < asOf)
  return {
    tasks: tasks.length,
    tasks_open: countOf(tasks, (task) => task.endedAt === null || task.endedAt >= asOf),
    visits: visits.length,
    visits_open: visits.length - ended.length,
    answered: answered.length,
    answered_in_sl: countOf(answered, (visit) => wait(visit) <= parameters.slThresholdMs),
    abandoned: abandoned.length,
    abandoned_short: countOf(abandoned, (visit) => wait(visit) < parameters.shortAbandonMs),
    flowed_out: ended.length - answered.length - abandoned.length,
    offers: legs.length,
    legs_accepted: handles.length,
    legs_open: countOf(handles, (handle) => handle.to === null),
    wait_ms: sumOf(visits, wait),
    handle_ms: sumOf(handles, (handle) => handle.until - handle.from),
    transfers: countOf(
      chronicle.transfers,
      (transfer) => transfer.kind === 'initiated' && transfer.at < asOf,
    ),
    activity_changes: countOf(chronicle.activitySpans, (span) => span.from < asOf),
    agents_deleted: [...chronicle.deletions.values()].filter((at) => at < asOf).length,
  }
}
