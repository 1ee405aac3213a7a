import type { AgentQueueMetric, QueueMetric } from '../../../schemas/metrics/catalogue.ts'
import type { Outcome, TransferRecord } from '../model/chronicle.ts'
import { acwMsOf, holdMsOf, talkMsOf, type CutLeg, type CutVisit } from './cut.ts'
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
import type { Values } from './row.ts'

export type LegMetric = Exclude<AgentQueueMetric, 'focus_tti_ms'>
export type StockMetric = Extract<
  QueueMetric,
  `alerting_${string}` | `handling_${string}` | 'callback_response_ms'
>

/** Sections 7.6 to 7.8, the part that queues and agents have in common. */
export function legColumns(
  legs: readonly CutLeg[],
  transfers: readonly TransferRecord[],
  interval: Interval,
): Values<LegMetric> {
  const { end } = interval
  const answered = legs.filter((leg) => contains(interval, leg.offerEndedAt))
  const ended = (outcome: Outcome): number => countOf(answered, (leg) => leg.outcome === outcome)
  const handles = legs.map((leg) => leg.handle).filter((handle) => handle !== null)
  const done = handles.filter((handle) => contains(interval, handle.to))
  const talk = sumOf(done, talkMsOf)
  const hold = sumOf(done, holdMsOf)
  const acw = sumOf(done, acwMsOf)
  const holdTti = sumOf(handles, (handle) =>
    sumOf(handle.holds, (one) => shared(interval, one.from, one.to)),
  )
  const talkTti = sumOf(handles, (one) => shared(interval, one.from, one.talkTo)) - holdTti
  const acwTti = sumOf(handles, (one) => shared(interval, one.talkTo, one.until))
  const transferred = (kind: TransferRecord['kind']): number =>
    countOf(transfers, (transfer) => transfer.kind === kind && contains(interval, transfer.at))
  return {
    offers_created_count: countOf(legs, (leg) => contains(interval, leg.offeredAt)),
    offers_accepted_count: ended('accepted'),
    offers_rejected_count: ended('rejected'),
    offers_timed_out_count: ended('timeout'),
    offers_canceled_count: ended('canceled'),
    offers_rescinded_count: ended('rescinded'),
    offers_failed_count: ended('failed'),
    alert_tti_ms: sumOf(legs, (leg) => shared(interval, leg.offeredAt, leg.offerEndedAt ?? end)),
    handled_count: done.length,
    talk_wce_ms: talk,
    hold_wce_ms: hold,
    acw_wce_ms: acw,
    handle_wce_ms: talk + hold + acw,
    handle_max_ms: maxOf(done, (handle) => handle.until - handle.from),
    handle_hist: histogram(done.map((handle) => handle.until - handle.from)),
    handled_with_hold_count: countOf(done, (handle) => handle.holds.length > 0),
    hold_started_count: sumOf(handles, (handle) =>
      countOf(handle.holds, (one) => one.isOwn && contains(interval, one.from)),
    ),
    talk_tti_ms: talkTti,
    hold_tti_ms: holdTti,
    acw_tti_ms: acwTti,
    handle_tti_ms: talkTti + holdTti + acwTti,
    transfers_initiated_count: transferred('initiated'),
    transferred_out_count: transferred('completed'),
    transfers_failed_count: transferred('failed'),
  }
}

/** What only a queue has: stocks of offers and handles, and how long callbacks were waited for. */
export function stockColumns(
  legs: readonly CutLeg[],
  visits: readonly CutVisit[],
  interval: Interval,
): Values<StockMetric> {
  const handles = legs.map((leg) => leg.handle).filter((handle) => handle !== null)
  return {
    alerting_boi_count: countOf(legs, (leg) =>
      isOpenAtBegin(interval, leg.offeredAt, leg.offerEndedAt),
    ),
    alerting_eoi_count: countOf(legs, (leg) =>
      isOpenAtEnd(interval, leg.offeredAt, leg.offerEndedAt),
    ),
    handling_boi_count: countOf(handles, (one) => isOpenAtBegin(interval, one.from, one.to)),
    handling_eoi_count: countOf(handles, (one) => isOpenAtEnd(interval, one.from, one.to)),
    callback_response_ms: sumOf(visits, ({ to, disposition, requestedAt }) =>
      disposition === 'answered' && requestedAt !== null && to !== null && contains(interval, to)
        ? to - requestedAt
        : 0,
    ),
  }
}
