import type { OwnRow } from './projection.ts'
import type { Timeline } from './timeline.ts'

/** One row each time that a stretch of a table has left the house. */
export function deliveries(table: string, timeline: Timeline): readonly OwnRow[] {
  return timeline.flatMap(({ type, id, label, since, until, at }) =>
    type === 'export.delivered' && since !== null && until !== null
      ? [
          {
            table: 'deliveries' as const,
            key: { table_name: table, delivery: id },
            values: { target: label ?? '', since, until, delivered_at: at },
          },
        ]
      : [],
  )
}
