import type { Instant } from '../../schemas/events/instant.ts'
import type { AgentStory } from './agent-story.ts'
import { createCells, type Cell } from './cells.ts'
import { addSpan } from './leg-cells.ts'

/** One worker's rows in `agent_activity_intervals`: the same time by the activity that he chose. Offline is not stored. */
export function agentActivityIntervals(
  story: AgentStory,
  asOf: Instant,
  intervalMs: number,
): ReadonlyMap<string, Cell> {
  const cells = createCells(intervalMs)
  for (const span of story.activities) {
    if (span.class === 'offline') continue
    const dimensions = { agent: story.agent, activity: span.id }
    const from = Math.max(span.from, story.window.from)
    addSpan(cells, dimensions, 'activity_ms', { from, to: span.to ?? asOf })
    if (span.to === null) continue
    cells.add(span.to, dimensions, 'activity_ended_count', 1)
    cells.add(span.to, dimensions, 'activity_wce_ms', span.to - span.from)
  }
  return cells.all
}
