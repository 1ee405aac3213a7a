import { lastTold } from './agent-plan.ts'
import type { AgentStory } from './agent-story.ts'
import type { OwnRow } from './projection.ts'

/** The rows of `schedule_exceptions`: what is agreed, as it was told last. */
export function scheduleExceptionRows({
  agent,
  workspace,
  window,
  plans,
}: AgentStory): readonly OwnRow[] {
  return lastTold(plans)
    .filter(({ to }) => to >= window.from)
    .map(({ event, told, from, to }) => ({
      table: 'schedule_exceptions' as const,
      key: { workspace, agent, exception: told.exception, started_at: from, ended_at: to },
      values: {
        kind: told.kind,
        code: told.code ?? '',
        reason: event.reason ?? '',
        approved_by: told.approvedBy,
        is_withdrawn: told.withdrawn,
        set_at: event.at,
      },
    }))
}
