import { atItsMoment } from './differences.ts'
import type { Metric } from './metric.ts'

/** When the fate of a visit is known: at the answer or abandon within the threshold, else when that passes. */
export const serviceLevelEvents = [
  {
    name: 'sl_event_count',
    attribution: 'event',
    rollUp: 'sum',
    unit: 'count',
    description: 'Visits whose service-level fate was known in the interval',
    formula:
      'answered with wait ≤ T, at the answer + abandoned with limit ≤ wait ≤ T, at the abandon + wait > T, at entry + T',
    edges:
      'Late visits count when the threshold passes, be they over or not. Short abandons and flow-outs within T have no such moment',
    differs: atItsMoment,
  },
  {
    name: 'sl_event_met_count',
    attribution: 'event',
    rollUp: 'sum',
    unit: 'count',
    description: 'Of these, answered within the threshold',
    formula: 'visits answered with wait ≤ T',
    edges: 'Equals answered_in_sl_count',
    differs: atItsMoment,
  },
  {
    name: 'sl_event_abandoned_count',
    attribution: 'event',
    rollUp: 'sum',
    unit: 'count',
    description: 'Of these, abandoned within the threshold, short ones left out',
    formula: 'visits abandoned with short limit ≤ wait ≤ T',
    edges: 'Short abandons are left out',
    differs: atItsMoment,
  },
] as const satisfies readonly Metric[]
