import { agentStatesSchema, type AgentStateShown } from '../../schemas/feeds/agent-states.ts'
import type { Clock } from '../../services/runtime/clock.ts'

/** No more than so many requests in so long. */
export interface RateLimit {
  readonly requests: number
  readonly perMs: number
}

/** As RingCX limits whoever pulls from it, and a careful product limits itself. */
export const ringCxLimits: readonly RateLimit[] = [
  { requests: 3, perMs: 60_000 },
  { requests: 9, perMs: 900_000 },
]

/** A WFM product that pulls: it asks for everybody as often as it may, and goes by what it has where it is refused. */
export interface PollingWfm {
  /** Asks once, as soon as it may. Answers the status. */
  poll(): Promise<number>
  /** Who is logged on, with the code and since when. */
  readonly agents: ReadonlyMap<string, AgentStateShown>
  /** When it has asked. */
  readonly askedAt: readonly number[]
}

export function createPollingWfm(
  url: string,
  clock: Clock,
  limits: readonly RateLimit[] = ringCxLimits,
): PollingWfm {
  const agents = new Map<string, AgentStateShown>()
  const askedAt: number[] = []
  let notBefore = 0

  function mayAskAt(now: number): number {
    const ofLimits = limits.map(
      ({ requests, perMs }) => (askedAt.at(-requests) ?? -Infinity) + perMs,
    )
    return Math.max(now, notBefore, ...ofLimits)
  }

  function take(states: readonly AgentStateShown[]): void {
    const named = new Set(states.map(({ agent }) => agent))
    for (const agent of agents.keys()) if (!named.has(agent)) agents.delete(agent)
    for (const state of states) {
      if ((agents.get(state.agent)?.sequence ?? 0) >= state.sequence) continue
      agents.set(state.agent, state)
    }
  }

  return {
    agents,
    askedAt,
    async poll() {
      for (let now = clock.now(); mayAskAt(now) > now; now = clock.now()) {
        await clock.sleep(mayAskAt(now) - now)
      }
      askedAt.push(clock.now())
      const answer = await fetch(url)
      if (answer.status === 200) take(agentStatesSchema.parse(await answer.json()).states)
      else {
        // Nobody is logged out because of it.
        notBefore = clock.now() + Number(answer.headers.get('retry-after') ?? 60) * 1000
      }
      return answer.status
    },
  }
}
