import { z } from 'zod'
import type { AgentState as ConnectorState } from '../../connectors/agent-state.ts'
import type { Identities } from '../../connectors/identities.ts'
import { wfmClasses } from '../../schemas/events/mapping.ts'
import type { AgentState as OutboxState } from '../delivery/outbox/states.ts'
import { positionOf } from '../runtime/position.ts'
import type { PlacedState } from './agent-state-board.ts'

const told = z.object({
  ...{ code: z.string(), reason: z.string().nullable(), text: z.string() },
  class: z.enum(wfmClasses),
  ...{ loggedOn: z.boolean(), countsAsContact: z.boolean(), paid: z.boolean() },
})

const bodySchema = z.object({
  agents: z.array(z.object({ id: z.string(), logon: z.string(), name: z.string() })),
  state: told,
  left: told.nullable(),
  ...{ since: z.number(), causeAt: z.number(), observedAt: z.number() },
})

/** A state as it waits in the outbox: with all that the message to its target is made of. */
export type WaitingBody = z.infer<typeof bodySchema>

/** What becomes of a state for one target: put, or why not. */
export type Put = OutboxState | 'left out' | 'missing'

/** By what the target knows the agent now. A feed that was made anew counts from 1 again, and is newer all the same. */
export function toOutbox(state: PlacedState, identities: Identities, epoch: number): Put {
  const agents = identities.agentsAt(state.agent, state.since)
  if (agents === 'left out' || agents === 'missing') return agents
  const { left, since, causeAt, observedAt } = state
  const body: WaitingBody = {
    ...{ agents: [...agents], state: state.state, left, since, causeAt, observedAt },
  }
  return {
    agent: state.agent,
    sequence: positionOf(epoch, state.sequence),
    body: Buffer.from(JSON.stringify(body)),
  }
}

export function fromOutbox({ body }: OutboxState): WaitingBody {
  return bodySchema.parse(JSON.parse(Buffer.from(body).toString()))
}

/** One for each of his logons. */
export function toConnector({
  agents,
  state,
  left,
  since,
}: WaitingBody): readonly ConnectorState[] {
  return agents.map((agent) => ({ agent, state, since, ...(left === null ? {} : { left }) }))
}
