import { apportioned } from './differences.ts'
import type { Metric } from './metric.ts'

const overlap = { attribution: 'overlap', rollUp: 'sum', unit: 'ms' } as const

/** Keeping to the plan as it was corrected in the end. */
const corrected = [
  {
    name: 'scheduled_raw_ms',
    ...overlap,
    description: 'Time planned and measured, by the plan alone',
    formula: 'Σ overlap of tracked segments with the interval',
    edges: 'No exceptions, no grace',
    differs: apportioned,
  },
  {
    name: 'adherent_raw_ms',
    ...overlap,
    description: 'Of this, time in a code that the planned one accepts',
    formula: 'Σ of scheduled_raw_ms while the actual code satisfies the planned one',
    edges: 'No exceptions, no grace',
    differs: apportioned,
  },
  {
    name: 'scheduled_ms',
    ...overlap,
    description: 'Time planned and measured, with what was agreed beside the plan',
    formula: 'Σ overlap of the tracked effective plan with the interval, less unknown time',
    edges: 'Another code that was agreed on outside the plan counts; what is excluded does not',
    differs: apportioned,
  },
  {
    name: 'adherent_ms',
    ...overlap,
    description: 'Of this, time as planned, forgiven or excused',
    formula: 'scheduled_ms − nonadherent_ms',
    edges: 'With nonadherent_ms it is scheduled_ms',
    differs: { ...apportioned, connect: 'Adherent time' },
  },
  {
    name: 'nonadherent_ms',
    ...overlap,
    description: 'Of this, time not as planned',
    formula: 'Σ of scheduled_ms in runs out of adherence, less what grace forgives',
    edges: 'A run is judged whole, and then cut to intervals',
    differs: apportioned,
  },
  {
    name: 'graced_ms',
    ...overlap,
    description: 'Of adherent time, what only grace makes so',
    formula: 'Σ of adherent_ms that is forgiven where the plan begins, ends or changes',
    edges: 'As graceMode says: short runs whole, or the first and last of every run',
    differs: apportioned,
  },
  {
    name: 'excused_ms',
    ...overlap,
    description: 'Of adherent time, what only an excuse makes so',
    formula: 'Σ of adherent_ms not as planned, in excused stretches',
    edges: 'Time as planned needs no excuse',
    differs: apportioned,
  },
  {
    name: 'excluded_ms',
    ...overlap,
    description: 'Time planned that is not measured, by agreement',
    formula: 'Σ of the tracked plan in excluded stretches',
    edges: 'In no other column but the raw ones and conf_actual_ms',
    differs: apportioned,
  },
  {
    name: 'unscheduled_work_ms',
    ...overlap,
    description: 'Time signed in while nothing is planned',
    formula: 'Σ signed-in time without a segment',
    edges: 'Only where a plan was read: of other time it is not known what was planned',
    differs: apportioned,
  },
  {
    name: 'conf_scheduled_ms',
    ...overlap,
    description: 'Time planned and measured with a productive code',
    formula: 'Σ of scheduled_ms with a productive planned code',
    edges: 'A plan may say of a segment that it is productive; else its code decides',
    differs: apportioned,
  },
  {
    name: 'conf_actual_ms',
    ...overlap,
    description: 'Time in a productive code, whatever is planned',
    formula: 'Σ time with a productive actual code',
    edges: 'Only where a plan was read',
    differs: apportioned,
  },
  {
    name: 'unknown_ms',
    ...overlap,
    description: 'Time planned and measured in which a source was silent',
    formula: 'Σ of the tracked effective plan inside a gap of a source',
    edges: 'In no other column but the raw ones and excluded_ms',
    differs: apportioned,
  },
  {
    name: 'paid_scheduled_ms',
    ...overlap,
    description: 'Time planned and paid',
    formula: 'Σ overlap of paid segments with the interval',
    edges: 'A plan may say of a segment that it is paid; else all codes but unpaidCodes are',
    differs: apportioned,
  },
  {
    name: 'paid_productive_scheduled_ms',
    ...overlap,
    description: 'Of this, time planned to be productive',
    formula: 'Σ of paid_scheduled_ms in productive segments',
    edges: 'By the plan alone',
    differs: apportioned,
  },
  {
    name: 'paid_productive_ms',
    ...overlap,
    description: 'Of the time planned and paid, time in a productive code',
    formula: 'Σ of paid_scheduled_ms with a productive actual code',
    edges: 'Not in a gap of a source',
    differs: apportioned,
  },
] as const satisfies readonly Metric[]

/** The same by what had been read at each instant: nothing that was corrected later changes it. */
const asKnown = corrected.map((metric) => ({
  ...metric,
  name: `known_${metric.name}` as const,
  description: `${metric.description}; by the plan as it was known at each instant`,
  formula: `as ${metric.name}, each instant by what had been read before it`,
}))

export const adherence = [...corrected, ...asKnown] satisfies readonly Metric[]

export const correctedAdherence: readonly Metric[] = corrected
