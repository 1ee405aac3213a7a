import type { Instant } from '../../schemas/events/instant.ts'
import type { AgentState } from './agent-story.ts'
import type { LiveAgent } from './live-agent.ts'
import type { LiveTask } from './live-task.ts'

/** What is in a queue now. */
export interface LiveQueue {
  readonly id: string
  readonly workspace: string
  readonly waiting: number
  readonly oldestWaitingSince: Instant | null
  readonly ringing: number
  readonly handling: number
  readonly wrapping: number
  /** Agents who have work of this queue, by state; one who works for two queues counts in both. */
  readonly agents: Readonly<Partial<Record<AgentState | 'unknown', number>>>
}

/** The queues that tasks or agents are busy in, by id. */
export function liveQueues(
  tasks: Iterable<LiveTask>,
  agents: Iterable<LiveAgent>,
): ReadonlyMap<string, LiveQueue> {
  const queues = new Map<string, Draft>()
  const queueOf = (id: string, workspace: string): Draft => {
    let queue = queues.get(id)
    if (queue === undefined) queues.set(id, (queue = emptyQueue(id, workspace)))
    return queue
  }
  for (const { workspace, waitingIn, legs } of tasks) {
    if (waitingIn !== null) {
      const queue = queueOf(waitingIn.queue, workspace)
      queue.waiting++
      queue.oldestWaitingSince = Math.min(queue.oldestWaitingSince ?? Infinity, waitingIn.since)
    }
    for (const { leg, phase } of legs) {
      const queue = queueOf(leg.queue, workspace)
      if (phase === 'ringing') queue.ringing++
      else queue.handling++
      if (phase === 'acw') queue.wrapping++
    }
  }
  for (const { workspace, state, legs } of agents) {
    const own = legs.length === 1 ? legs : distinctQueues(legs)
    for (const { leg } of own) {
      const { agents: byState } = queueOf(leg.queue, workspace)
      const name = state?.state ?? 'unknown'
      byState[name] = (byState[name] ?? 0) + 1
    }
  }
  return queues
}

/** A queue in which nothing is. */
export function emptyQueue(id: string, workspace: string): Draft {
  return {
    id,
    workspace,
    waiting: 0,
    oldestWaitingSince: null,
    ringing: 0,
    handling: 0,
    wrapping: 0,
    agents: {},
  }
}

type Draft = { -readonly [Field in keyof Omit<LiveQueue, 'agents'>]: LiveQueue[Field] } & {
  readonly agents: Partial<Record<AgentState | 'unknown', number>>
}

function distinctQueues(legs: LiveAgent['legs']): LiveAgent['legs'] {
  return legs.filter(
    ({ leg }, index) => legs.findIndex((other) => other.leg.queue === leg.queue) === index,
  )
}
