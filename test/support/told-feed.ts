import {
  encodeAgentState,
  encodeAgentStatesTold,
  type AgentState,
  type ToldState,
} from '../../schemas/avro/agent-state.ts'
import type { Instant } from '../../schemas/events/instant.ts'
import type { EventLog } from '../../services/log/log.ts'
import { partitionOf } from '../../services/log/partition.ts'

const topic = 'ledgerline.agent-states'

/** What somebody is told by whom no rule maps. */
export const unmappedCode = 'UNKNOWN'

export function toldAs(code: string): ToldState {
  const loggedOn = code !== 'OUT'
  return {
    ...{ code, reason: null, text: '', class: loggedOn ? 'signed_on' : 'signed_off', loggedOn },
    ...{ countsAsContact: false, paid: true },
  }
}

/** Somebody who tells a feed of agents, as the shards of workers do. */
export function createTeller(log: EventLog, target = 'wfm') {
  const last = new Map<string, AgentState>()
  const partitions = log.partitions(topic)

  function next(agent: string, code: string, at: Instant): AgentState {
    const before = last.get(agent)
    const state: AgentState = {
      ...{ target, agent, workspace: 'WS1', sequence: (before?.sequence ?? 0) + 1, since: at },
      ...{
        state: toldAs(code),
        left: before?.state ?? null,
        mappingVersion: 1,
        rules: code === unmappedCode ? [] : ['rules.0'],
      },
      ...{ causeId: `EV${agent}${at}`, causeAt: at, observedAt: at },
    }
    last.set(agent, state)
    return state
  }

  return {
    /** By agent, the code that he is told by now. */
    async tell(codes: Readonly<Record<string, string>>, at: Instant): Promise<void> {
      const records = Object.entries(codes).map(([agent, code]) => ({
        key: `${target}/${agent}`,
        value: encodeAgentState(next(agent, code, at)),
        partition: partitionOf(agent, partitions),
      }))
      await log.append(topic, records)
    },
    async toldUntil(until: Instant): Promise<void> {
      const value = encodeAgentStatesTold({ until, observedAt: until })
      const all = Array.from({ length: partitions }, (_, partition) => partition)
      await log.append(
        topic,
        all.map((partition) => ({ key: '', value, partition })),
      )
    },
    sequenceOf: (agent: string) => last.get(agent)?.sequence ?? 0,
  }
}

export type Teller = ReturnType<typeof createTeller>
