import type { OwnRow } from './projection.ts'
import type { Timeline } from './timeline.ts'

/** One row each time that more of a table has become final. */
export function finalisedIntervals(table: string, timeline: Timeline): readonly OwnRow[] {
  return timeline.flatMap(({ type, since, until, at }) =>
    type === 'interval.finalised' && since !== null && until !== null
      ? [
          {
            table: 'finalised_intervals' as const,
            key: { table_name: table, until },
            values: { since, finalised_at: at },
          },
        ]
      : [],
  )
}
