import type { Threshold } from '@grafana/grafana-foundation-sdk/dashboard'
import { bad, good, plain, warning } from './colours.ts'

/**
 * The defaults of the definitions; a test compares them. Where a queue or channel has others the rows know it, so what is judged
 * by them is shown as a multiple of the threshold in force.
 */
export const defaultSlThresholdSeconds = 20

/** The share that centres promise: 80 in 100. The definitions know no goal, only what counts as in time. */
export const serviceLevelGoal = 0.8
export const serviceLevelFloor = 0.7
export const abandonRateMax = 0.1
export const abandonRateGoal = 0.05

/** How many times its threshold somebody may have waited before supervisors are called. */
export const waitTimesMax = 6

/** The share of planned time that planners hope for; the definitions know no goal, only what is forgiven. */
export const adherenceGoal = 0.9
export const adherenceFloor = 0.8

/** How long somebody may be out of adherence before his team is told. */
export const outSecondsMax = 900

type Steps = Threshold[]

export const none: Steps = [{ value: null, color: plain }]

/** Something is wrong as soon as there is one. */
export const anyIsBad: Steps = [
  { value: null, color: good },
  { value: 1, color: bad },
]

export const waitSteps: Steps = [
  { value: null, color: good },
  { value: defaultSlThresholdSeconds, color: warning },
  { value: defaultSlThresholdSeconds * waitTimesMax, color: bad },
]

export const timesThresholdSteps: Steps = [
  { value: null, color: good },
  { value: 1, color: warning },
  { value: waitTimesMax, color: bad },
]

export const serviceLevelSteps: Steps = [
  { value: null, color: bad },
  { value: serviceLevelFloor, color: warning },
  { value: serviceLevelGoal, color: good },
]

export const abandonSteps: Steps = [
  { value: null, color: good },
  { value: abandonRateGoal, color: warning },
  { value: abandonRateMax, color: bad },
]

export const adherenceSteps: Steps = [
  { value: null, color: bad },
  { value: adherenceFloor, color: warning },
  { value: adherenceGoal, color: good },
]

/** What grace forgives is forgiven already. */
export const outSteps: Steps = [
  { value: null, color: warning },
  { value: outSecondsMax, color: bad },
]

/** Tables are written within seconds of an event; a source that is silent for longer may have lost some. */
export const freshnessSteps: Steps = [
  { value: null, color: good },
  { value: 300, color: warning },
  { value: 900, color: bad },
]

export const completenessSteps: Steps = [
  { value: null, color: bad },
  { value: 0.99, color: warning },
  { value: 1, color: good },
]
