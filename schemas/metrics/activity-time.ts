import { apportioned, whenItEnds } from './differences.ts'
import type { Metric } from './metric.ts'

/** Time by the activity that the agent chose. */
export const activityTime = [
  {
    name: 'activity_ms',
    attribution: 'overlap',
    rollUp: 'sum',
    unit: 'ms',
    description: 'Time in the activity',
    formula: 'Σ overlap of the activity with the interval',
    edges: 'Offline activities are not stored',
    differs: apportioned,
  },
  {
    name: 'activity_ended_count',
    attribution: 'event',
    rollUp: 'sum',
    unit: 'count',
    description: 'Spans of the activity that ended',
    formula: 'count of spans of the activity that ended',
    edges: 'An update to the same activity ends nothing',
    differs: whenItEnds,
  },
  {
    name: 'activity_wce_ms',
    attribution: 'event',
    rollUp: 'sum',
    unit: 'ms',
    description: 'Whole length of the spans that ended',
    formula: 'Σ whole length of those spans',
    edges: 'In the interval of the end',
    differs: {
      ...whenItEnds,
      flexInsights:
        'In the period of the start, with the over- and under-reporting that it warns of',
    },
  },
] as const satisfies readonly Metric[]
