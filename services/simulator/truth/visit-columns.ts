import type { QueueMetric } from '../../../schemas/metrics/catalogue.ts'
import type { Disposition, Entry } from '../model/chronicle.ts'
import { acwMsOf, holdMsOf, talkMsOf, type CutVisit } from './cut.ts'
import { histogram } from './histogram.ts'
import {
  contains,
  countOf,
  isOpenAtBegin,
  isOpenAtEnd,
  maxOf,
  shared,
  sumOf,
  type Interval,
} from './interval.ts'
import type { LegMetric, StockMetric } from './leg-columns.ts'
import type { TruthParameters } from './parameters.ts'
import type { Values } from './row.ts'

export type VisitMetric = Exclude<QueueMetric, LegMetric | StockMetric>

/** Sections 7.1 to 7.5 of the dictionary, column by column, over the visits that touch the interval. */
export function visitColumns(
  visits: readonly CutVisit[],
  interval: Interval,
  parameters: TruthParameters,
): Values<VisitMetric> {
  const { slThresholdMs, shortAbandonMs } = parameters
  const { end } = interval
  const waitOf = (visit: CutVisit): number => (visit.to ?? end) - visit.from
  const isIn = (visit: CutVisit): boolean => waitOf(visit) <= slThresholdMs
  const isShort = (visit: CutVisit): boolean => waitOf(visit) < shortAbandonMs
  const was = (disposition: Disposition) => (visit: CutVisit) => visit.disposition === disposition
  const hasFlowedOut = (visit: CutVisit): boolean =>
    visit.to !== null && !was('answered')(visit) && !was('abandoned')(visit)

  const entered = visits.filter((visit) => contains(interval, visit.from))
  const came = (entry: Entry): number => countOf(entered, (visit) => visit.entry === entry)
  const left = visits.filter((visit) => contains(interval, visit.to))
  const answered = left.filter(was('answered'))
  const abandoned = left.filter(was('abandoned'))
  const flowedOut = left.filter(hasFlowedOut)
  const open = visits.filter((visit) => isOpenAtEnd(interval, visit.from, visit.to))
  const cohortAnswered = entered.filter(was('answered'))
  const cohortAbandoned = entered.filter(was('abandoned'))
  const cohortHandled = cohortAnswered.flatMap(({ answeredBy }) => {
    const handle = answeredBy?.handle ?? null
    return handle === null || handle.to === null ? [] : [handle]
  })

  const answeredIn = countOf(answered, isIn)
  const abandonedInNotShort = countOf(abandoned, (visit) => isIn(visit) && !isShort(visit))
  const breached = countOf(
    visits,
    (visit) =>
      contains(interval, visit.from + slThresholdMs) &&
      visit.from + slThresholdMs < (visit.to ?? end),
  )

  return {
    entered_count: came('new'),
    moved_in_count: came('moved'),
    transferred_in_count: came('transfer'),
    requeued_in_count: came('requeued'),
    offered_count: entered.length,
    answered_count: answered.length,
    answered_in_sl_count: answeredIn,
    abandoned_count: abandoned.length,
    abandoned_short_count: countOf(abandoned, isShort),
    abandoned_in_sl_count: countOf(abandoned, isIn),
    flowed_out_count: flowedOut.length,
    flowed_out_timeout_count: countOf(left, was('timeout')),
    flowed_out_moved_count: countOf(left, was('moved')),
    flowed_out_diverted_count: countOf(left, was('diverted')),
    flowed_out_canceled_count: countOf(left, was('canceled')),
    wait_answered_ms: sumOf(answered, waitOf),
    wait_abandoned_ms: sumOf(abandoned, waitOf),
    wait_flowed_out_ms: sumOf(flowedOut, waitOf),
    wait_max_ms: maxOf(left, waitOf),
    wait_answered_max_ms: maxOf(answered, waitOf),
    wait_abandoned_max_ms: maxOf(abandoned, waitOf),
    wait_answered_hist: histogram(answered.map(waitOf)),
    wait_abandoned_hist: histogram(abandoned.map(waitOf)),
    waiting_tti_ms: sumOf(visits, (visit) => shared(interval, visit.from, visit.to ?? end)),
    waiting_boi_count: countOf(visits, (visit) => isOpenAtBegin(interval, visit.from, visit.to)),
    waiting_eoi_count: open.length,
    oldest_waiting_eoi_ms: maxOf(open, (visit) => end - visit.from),
    cohort_answered_count: cohortAnswered.length,
    cohort_answered_in_sl_count: countOf(cohortAnswered, isIn),
    cohort_abandoned_count: cohortAbandoned.length,
    cohort_abandoned_short_count: countOf(cohortAbandoned, isShort),
    cohort_abandoned_in_sl_count: countOf(cohortAbandoned, isIn),
    cohort_flowed_out_count: countOf(entered, hasFlowedOut),
    cohort_waiting_count: countOf(entered, (visit) => visit.to === null),
    cohort_wait_answered_ms: sumOf(cohortAnswered, waitOf),
    cohort_handled_count: cohortHandled.length,
    cohort_handle_ms: sumOf(cohortHandled, (handle) => handle.until - handle.from),
    cohort_talk_ms: sumOf(cohortHandled, talkMsOf),
    cohort_hold_ms: sumOf(cohortHandled, holdMsOf),
    cohort_acw_ms: sumOf(cohortHandled, acwMsOf),
    sl_event_count: answeredIn + abandonedInNotShort + breached,
    sl_event_met_count: answeredIn,
    sl_event_abandoned_count: abandonedInNotShort,
  }
}
