import type { AgentStateShown, AgentStatesAnswer } from '../../schemas/feeds/agent-states.ts'
import type { AgentState } from '../../schemas/avro/agent-state.ts'
import type { Instant } from '../../schemas/events/instant.ts'
import type { AgentStateBoard } from './agent-state-board.ts'

/** A state as the API shows it. */
export function shownState({ state, left, ...one }: AgentState): AgentStateShown {
  const { agent, sequence, since, mappingVersion, rules, causeId, causeAt, observedAt } = one
  return {
    ...{ agent, sequence, since, ...state, previousCode: left?.code ?? null, mappingVersion },
    ...{ rules: [...rules], causeId, causeAt, observedAt },
  }
}

/** What every answer and message says of itself. */
export function placeOf(
  board: AgentStateBoard,
  target: string,
  at: Instant,
): Omit<AgentStatesAnswer, 'states'> {
  return { target, at, position: board.position(), freshness: board.freshness() }
}
