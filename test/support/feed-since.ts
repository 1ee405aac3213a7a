import type { Instant } from '../../schemas/events/instant.ts'
import { agentStatesSchema, type AgentStateShown } from '../../schemas/feeds/agent-states.ts'
import { feedPath } from '../../services/feeds/routes.ts'
import { readEvents } from '../services/live/event-stream-reader.ts'

/** By agent, all that a feed has told of him since an instant, in its order, up to what he is now. */
export async function feedSince(
  url: string,
  target: string,
  from: Instant,
): Promise<ReadonlyMap<string, readonly AgentStateShown[]>> {
  const address = `${url}${feedPath}?target=${target}`
  const now = agentStatesSchema.parse(await (await fetch(address)).json())
  const stopping = new AbortController()
  const past = await fetch(`${address}&from=${new Date(from).toISOString()}`, {
    ...{ headers: { accept: 'text/event-stream' }, signal: stopping.signal },
  })
  const told = new Map<string, AgentStateShown[]>()
  const isWhole = () =>
    now.states.every(({ agent, sequence }) =>
      told.get(agent)?.some((state) => state.sequence >= sequence),
    )
  for await (const { event, data } of readEvents(past)) {
    if (event !== 'changes') continue
    for (const state of agentStatesSchema.parse(data).states) {
      const own = told.get(state.agent) ?? []
      told.set(state.agent, own)
      own.push(state)
    }
    if (isWhole()) break
  }
  stopping.abort()
  return told
}
