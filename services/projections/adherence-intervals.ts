import type { Span } from '../../schemas/events/instant.ts'
import type { AdherenceSpan } from './adherence-spans.ts'
import type { Basis } from './agent-plan.ts'
import { createCells, type Cell } from './cells.ts'
import { addSpan } from './leg-cells.ts'

/** One agent's rows of `adherence_intervals`: how he kept to his plan, by each basis, cut to intervals. */
export function adherenceIntervals(
  agent: string,
  byBasis: Readonly<Record<Basis, readonly AdherenceSpan[]>>,
  intervalMs: number,
): ReadonlyMap<string, Cell> {
  const cells = createCells(intervalMs)
  const dimensions = { agent }
  const add = (metric: string, span: AdherenceSpan) => addSpan(cells, dimensions, metric, span)
  for (const span of byBasis.final) for (const metric of metricsOf(span)) add(metric, span)
  for (const span of byBasis.known)
    for (const metric of metricsOf(span)) add(`known_${metric}`, span)
  return cells.all
}

/** The columns that the length of a stretch counts in. */
export function* metricsOf(span: AdherenceSpan): Generator<string> {
  // What the plan alone says is known in the gap of a source too.
  if (span.isUnscheduled) yield 'unscheduled_work_ms'
  if (span.isScheduledRaw) yield 'scheduled_raw_ms'
  if (span.isAdherentRaw) yield 'adherent_raw_ms'
  if (span.isExcluded) yield 'excluded_ms'
  if (span.isPaid) yield 'paid_scheduled_ms'
  if (span.isPaidProductive) yield 'paid_productive_scheduled_ms'
  if (span.isUnknown) {
    if (span.isTracked) yield 'unknown_ms'
    return
  }
  if (span.isProductive) yield 'conf_actual_ms'
  if (span.isPaid && span.isProductive) yield 'paid_productive_ms'
  if (!span.isTracked) return
  yield 'scheduled_ms'
  if (span.isPlannedProductive) yield 'conf_scheduled_ms'
  if (span.standing === 'nonadherent') yield 'nonadherent_ms'
  else yield 'adherent_ms'
  if (span.standing === 'graced') yield 'graced_ms'
  if (span.standing === 'excused') yield 'excused_ms'
}

/** The same of a stretch of time as a whole, by the corrected plan. */
export function adherenceTotals(
  spans: readonly AdherenceSpan[],
  { from, to }: Span,
): Readonly<Record<string, number>> {
  const totals: Record<string, number> = {}
  for (const span of spans) {
    const lengthMs = Math.min(span.to, to) - Math.max(span.from, from)
    if (lengthMs <= 0) continue
    for (const metric of metricsOf(span)) totals[metric] = (totals[metric] ?? 0) + lengthMs
  }
  return totals
}
