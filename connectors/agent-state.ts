import type { Instant } from '../schemas/events/instant.ts'
import type { AgentIdentity } from './interval-row.ts'
import type { WfmState } from './mapping/mapper.ts'

/** What an agent is and since when. */
export interface AgentState {
  readonly agent: AgentIdentity
  readonly state: WfmState
  readonly since: Instant
  /** What he was before; where it is not known, or was signed off and not told, nothing. */
  readonly left?: WfmState
}

/** States that are told together: of those who changed, or of everybody. */
export interface StateBatch {
  readonly kind: 'changes' | 'snapshot'
  readonly target: string
  readonly states: readonly AgentState[]
  /** One instant for all messages of a batch. */
  readonly at: Instant
  /** What `{setting.name}` stands for: keys and sources, which no form has in it. */
  readonly settings: Readonly<Record<string, string>>
}
