import { apportioned } from './differences.ts'
import type { Metric } from './metric.ts'

/** What only an agent has: one person's time divided among concurrent contacts. */
export const focus = [
  {
    name: 'focus_tti_ms',
    attribution: 'overlap',
    rollUp: 'sum',
    unit: 'ms',
    description: "The agent's own time given to these contacts: concurrent contacts share it",
    formula: 'Σ over slices of L ms with n handles: ⌊L / n⌋, and 1 more for the first L mod n',
    edges: 'Adds up to time by the clock, over a worker’s queues. Holds and wrap-ups cut no slice',
    differs: { ...apportioned, genesys: 'Removes the overlap only where it plans staff' },
  },
] as const satisfies readonly Metric[]
