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
  /** Of those that wait, how many are of each priority and each channel. */
  readonly waitingByPriority: Readonly<Record<string, number>>
  readonly waitingByChannel: Readonly<Record<string, number>>
  /** Since when each waits, the oldest first. */
  readonly waitingSince: readonly Instant[]
  /** Agents who have work of this queue, by state; one who works for two queues counts in both. */
  readonly agents: ByState
  /** Agents whom the queue may use, whatever they do; null: nobody has told whom. */
  readonly members: QueueMembership | null
}

export interface QueueMembership {
  readonly total: number
  readonly byState: ByState
  /** By activity id; those of whom none is known are in none. */
  readonly byActivity: Readonly<Record<string, number>>
}

type ByState = Readonly<Partial<Record<AgentState | 'unknown', number>>>

/** A queue from the tasks that wait in it or have legs of it, and the agents who have such legs. */
export function liveQueue(
  id: string,
  tasks: Iterable<LiveTask>,
  agents: Iterable<LiveAgent>,
  members: QueueMembership | null,
): LiveQueue {
  let [ringing, handling, wrapping] = [0, 0, 0]
  const waitingByPriority: Record<string, number> = {}
  const waitingByChannel: Record<string, number> = {}
  const waitingSince: Instant[] = []
  for (const { waitingIn, legs, priority, channel } of tasks) {
    if (waitingIn?.queue === id) {
      waitingSince.push(waitingIn.since)
      count(waitingByPriority, String(priority ?? 0))
      count(waitingByChannel, channel)
    }
    for (const { leg, phase } of legs) {
      if (leg.queue !== id) continue
      if (phase === 'ringing') ringing++
      else handling++
      if (phase === 'acw') wrapping++
    }
  }
  const byState: Record<string, number> = {}
  for (const { state, legs } of agents) {
    if (legs.some(({ leg }) => leg.queue === id)) count(byState, state?.state ?? 'unknown')
  }
  if (waitingSince.length > 1) waitingSince.sort((a, b) => a - b)
  // One by one: thousands of queues are made a second, and to spread objects takes ten times as long.
  return {
    id,
    waiting: waitingSince.length,
    ringing,
    handling,
    wrapping,
    waitingByPriority,
    waitingByChannel,
    waitingSince,
    oldestWaitingSince: waitingSince[0] ?? null,
    agents: byState,
    members,
  }
}

function count(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1
}
