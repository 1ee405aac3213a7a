import type { Instant } from '../../schemas/events/instant.ts'
import type { AgentState } from './agent-story.ts'
import type { LiveAgent } from './live-agent.ts'
import type { LiveTask } from './live-task.ts'

/** What is in a queue now. */
export interface LiveQueue {
  readonly id: string
  readonly waiting: number
  readonly oldestWaitingSince: Instant | null
  readonly ringing: number
  readonly handling: number
  readonly wrapping: number
  /** Agents who have work of this queue, by state; one who works for two queues counts in both. */
  readonly agents: Readonly<Partial<Record<AgentState | 'unknown', number>>>
}

/** A queue from the tasks that wait in it or have legs of it, and the agents who have such legs. */
export function liveQueue(
  id: string,
  tasks: Iterable<LiveTask>,
  agents: Iterable<LiveAgent>,
): LiveQueue {
  const queue = { waiting: 0, ringing: 0, handling: 0, wrapping: 0 }
  let oldest = Infinity
  for (const { waitingIn, legs } of tasks) {
    if (waitingIn?.queue === id) {
      queue.waiting++
      oldest = Math.min(oldest, waitingIn.since)
    }
    for (const { leg, phase } of legs) {
      if (leg.queue !== id) continue
      if (phase === 'ringing') queue.ringing++
      else queue.handling++
      if (phase === 'acw') queue.wrapping++
    }
  }
  const byState: Partial<Record<AgentState | 'unknown', number>> = {}
  for (const { state, legs } of agents) {
    if (!legs.some(({ leg }) => leg.queue === id)) continue
    const name = state?.state ?? 'unknown'
    byState[name] = (byState[name] ?? 0) + 1
  }
  return {
    ...{ id, ...queue },
    oldestWaitingSince: oldest === Infinity ? null : oldest,
    agents: byState,
  }
}
