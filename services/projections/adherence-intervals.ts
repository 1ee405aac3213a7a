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
function* metricsOf(span: AdherenceSpan): Generator<string> {
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
