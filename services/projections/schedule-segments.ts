import { bases, type Basis, type PlanPiece } from './agent-plan.ts'
import type { AgentStory } from './agent-story.ts'
import type { OwnRow } from './projection.ts'

/** The rows of `schedule_segments`: by the final plan all that is planned, by the known one what has begun. */
export function scheduleSegmentRows(
  { agent, workspace, window }: AgentStory,
  plans: Readonly<Record<Basis, readonly PlanPiece[]>>,
  asOf: number,
): readonly OwnRow[] {
  return bases.flatMap((basis) =>
    plans[basis].flatMap(({ from, to, segment, plan, readAt }) => {
      if (segment === null || to < window.from) return []
      if (basis === 'known' && from >= asOf) return []
      return [
        {
          table: 'schedule_segments' as const,
          key: { workspace, basis, agent, started_at: from },
          values: {
            ended_at: to,
            code: segment.code,
            name: segment.name,
            schedule_date: segment.date ?? '',
            is_tracked: segment.tracked,
            is_paid: segment.paid,
            is_productive: segment.productive,
            is_time_off: segment.timeOff,
            is_overtime: segment.overtime,
            plan,
            read_at: readAt,
          },
        },
      ]
    }),
  )
}
