import type { ActivityClass } from '../../schemas/events/definitions.ts'
import type { Instant } from '../../schemas/events/instant.ts'
import { agentStates } from './agent-states.ts'
import type { AgentState, AgentStory } from './agent-story.ts'
import { openLegs, type OpenLeg } from './live-task.ts'

/** An agent as he stands at the end of his story. */
export interface LiveAgent {
  readonly id: string
  readonly workspace: string
  /** Null: nothing has told yet which activity he is in, so his state is not known either. */
  readonly activity: {
    readonly id: string
    readonly name: string
    readonly class: ActivityClass
    readonly since: Instant
  } | null
  readonly state: { readonly state: AgentState; readonly since: Instant } | null
  readonly legs: readonly OpenLeg[]
}

/** Null when the worker is deleted, or nothing is known of him but work that is over. */
export function liveAgent(story: AgentStory, asOf: Instant): LiveAgent | null {
  const legs = openLegs(story.legs)
  const last = story.activities.at(-1)
  const activity = last === undefined || last.to !== null ? null : last
  if (activity === null && legs.length === 0) return null
  const span = agentStates(story, asOf).at(-1)
  return {
    id: story.agent,
    workspace: story.workspace,
    activity:
      activity === null
        ? null
        : {
            id: activity.id,
            name: activity.name,
            class: activity.class,
            since: activity.from,
          },
    state: activity === null || span === undefined ? null : { state: span.state, since: span.from },
    legs,
  }
}
