import type { AgentStory } from './agent-story.ts'
import type { OwnRow } from './projection.ts'
import { definitionsAt, type Knowledge } from './definitions.ts'
import { receiptColumns } from './receipt.ts'

/** One row a stretch in an activity, whatever the agent did in it; those of length 0, which count as ended, too. */
export function agentActivities(story: AgentStory, knowledge: Knowledge): readonly OwnRow[] {
  return story.activities.map((activity) => ({
    table: 'agent_activities',
    key: {
      workspace: story.workspace,
      agent: story.agent,
      started_at: activity.from,
      place: activity.place,
    },
    values: {
      ended_at: activity.to,
      is_open: activity.to === null,
      activity: activity.id,
      activity_name: activity.name,
      activity_class: activity.class,
      definitions_version: definitionsAt(knowledge, activity.from).version,
      duration_ms: activity.to === null ? 0 : activity.to - activity.from,
      ...receiptColumns(activity.receipt),
    },
  }))
}
