import type { PlannedSegment } from '../../schemas/events/schedule.ts'
import { bases, type Basis, type PlanPiece } from './agent-plan.ts'
import type { AgentStory } from './agent-story.ts'
import type { OwnRow } from './projection.ts'

/**
 * The rows of `schedule_segments`: by the final plan all that is planned, by the known one what has
 * begun.
 */
export function scheduleSegmentRows(
  { agent, workspace, window }: AgentStory,
  plans: Readonly<Record<Basis, readonly PlanPiece[]>>,
  asOf: number,
): readonly OwnRow[] {
  return bases.flatMap((basis) =>
    plans[basis].flatMap(({ from, to, segment, plan, readAt }) => {
      if (to < window.from) return []
      if (basis === 'known' && from >= asOf) return []
      return [
        {
          table: 'schedule_segments' as const,
          key: { workspace, basis, agent, started_at: from },
          values: {
            ended_at: to,
            ...columnsOf(segment),
            plan,
            read_at: readAt,
          },
        },
      ]
    }),
  )
}

/** Where it was read that nothing is planned there is a stretch without a code. */
function columnsOf(segment: PlannedSegment | null) {
  return {
    code: segment?.code ?? '',
    name: segment?.name ?? '',
    schedule_date: segment?.date ?? '',
    is_tracked: segment?.tracked ?? false,
    is_paid: segment === null ? false : segment.paid,
    is_productive: segment === null ? false : segment.productive,
    is_time_off: segment?.timeOff ?? false,
    is_overtime: segment?.overtime ?? false,
  }
}
