import type { Instant, Span } from '../../schemas/events/instant.ts'
import { intervalsOf, overlapMs } from '../time/interval.ts'
import { bucketOf, type Cells, type Dimensions } from './cells.ts'
import type { Leg, Refusal } from './leg.ts'

const refusalMetric: Record<Refusal, string> = {
  rejected: 'offers_rejected_count',
  timed_out: 'offers_timed_out_count',
  canceled: 'offers_canceled_count',
  rescinded: 'offers_rescinded_count',
  failed: 'offers_failed_count',
}

export interface Phases {
  readonly talk: number
  readonly hold: number
  readonly acw: number
}

/**
 * What a leg adds to the interval tables of its queue and of its agent: the same function for both, so that the agents'
 * rows add up to the queue's (law L15).
 */
export function addLeg(cells: Cells, dimensions: Dimensions, leg: Leg, asOf: Instant): void {
  const add = (at: Instant, metric: string, amount = 1) => cells.add(at, dimensions, metric, amount)

  add(leg.offered, 'offers_created_count')
  if (leg.accepted !== null) add(leg.accepted, 'offers_accepted_count')
  if (leg.offerEnded !== null && leg.refusal !== null)
    add(leg.offerEnded, refusalMetric[leg.refusal])
  addSpan(cells, dimensions, 'alert_tti_ms', { from: leg.offered, to: leg.offerEnded ?? asOf })
  if (leg.accepted === null) return

  for (const hold of leg.holds) if (hold.isOwn) add(hold.from, 'hold_started_count')
  for (const span of talkSpans(leg, asOf)) addSpan(cells, dimensions, 'talk_tti_ms', span)
  for (const span of holdSpans(leg, asOf)) addSpan(cells, dimensions, 'hold_tti_ms', span)
  addSpan(cells, dimensions, 'acw_tti_ms', acwSpan(leg, asOf))
  addSpan(cells, dimensions, 'handle_tti_ms', { from: leg.accepted, to: leg.ended ?? asOf })
  if (leg.ended === null) return

  const { talk, hold, acw } = phasesOf(leg, leg.accepted, leg.ended)
  const handle = leg.ended - leg.accepted
  add(leg.ended, 'handled_count')
  add(leg.ended, 'talk_wce_ms', talk)
  add(leg.ended, 'hold_wce_ms', hold)
  add(leg.ended, 'acw_wce_ms', acw)
  add(leg.ended, 'handle_wce_ms', handle)
  cells.most(leg.ended, dimensions, 'handle_max_ms', handle)
  add(leg.ended, bucketOf('handle_hist', handle))
  if (leg.holds.length > 0) add(leg.ended, 'handled_with_hold_count')
}

/** Time by overlap: each interval gets its own part of the span. */
export function addSpan(cells: Cells, dimensions: Dimensions, metric: string, span: Span): void {
  const { intervalMs } = cells
  for (const start of intervalsOf(span, intervalMs))
    cells.add(start, dimensions, metric, overlapMs(span, start, intervalMs))
}

/** Lengths of the phases of a handle that has ended; they add up to the handle. */
export function phasesOf(leg: Leg, accepted: Instant, ended: Instant): Phases {
  const acw = ended - (leg.talkEnded ?? ended)
  const hold = holdSpans(leg, ended).reduce((sum, span) => sum + span.to - span.from, 0)
  return { talk: ended - accepted - acw - hold, hold, acw }
}

export function holdSpans(leg: Leg, asOf: Instant): readonly Span[] {
  return leg.holds.map((hold) => ({ from: hold.from, to: hold.to ?? asOf }))
}

/** Talk is what the holds leave of the time from acceptance to wrap-up. */
export function talkSpans(leg: Leg, asOf: Instant): readonly Span[] {
  if (leg.accepted === null) return []
  const spans: Span[] = []
  let from = leg.accepted
  for (const hold of holdSpans(leg, asOf)) {
    spans.push({ from, to: hold.from })
    from = hold.to
  }
  spans.push({ from, to: leg.talkEnded ?? asOf })
  return spans.filter((span) => span.to > span.from)
}

export function acwSpan(leg: Leg, asOf: Instant): Span {
  const from = leg.talkEnded ?? asOf
  return { from, to: leg.ended ?? asOf }
}
