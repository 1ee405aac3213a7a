import type { Instant, Span } from '../../schemas/events/instant.ts'
import type { AgentState } from '../agent-state.ts'
import type { WfmSpan } from '../mapping/mapped-spans.ts'

/** The stretches of states of one agent, in the order of time, without gaps. */
export interface AgentSpans {
  readonly logon: string
  readonly spans: readonly WfmSpan[]
}

/** `/historic/agentStatusData`, of agents without groups: whole states that have time in the span; one that goes on has no end. */
export function agentStatusData(agents: readonly AgentSpans[], span: Span) {
  return agents.flatMap(({ logon, spans }) => {
    const states = spans
      .filter((one) => isIn(one, span))
      .map(({ state, from, to }) => ({
        ...{ startDate: iso(from), endDate: to === null ? null : iso(to) },
        ...{ stateCode: state.code, stateName: state.text },
      }))
    return states.length === 0 ? [] : [{ agentId: logon, states }]
  })
}

/** `/historic/agentLoginData`: from each log-on to the log-off after it. */
export function agentLoginData(agents: readonly AgentSpans[], span: Span, asOf: Instant) {
  return agents.flatMap(({ logon, spans }) => {
    const logins = loggedOn(spans)
      .filter((one) => isIn(one, span))
      .map(({ from, to }) => ({
        ...{ loginDate: iso(from), logoutDate: to === null ? null : iso(to) },
        duration: (to ?? asOf) - from,
      }))
    return logins.length === 0 ? [] : [{ agentId: logon, logins }]
  })
}

/** `/online/agentStatus`: of all who are logged on. */
export function onlineAgentStatus(states: readonly AgentState[]) {
  return states
    .filter(({ state }) => state.loggedOn)
    .map(({ agent, state, since }) => ({
      ...{ agentId: agent.logon, stateCode: state.code, stateName: state.text },
      startDate: iso(since),
    }))
}

type Stretch = Pick<WfmSpan, 'from' | 'to'>

/** Stretches in which he was logged on, whatever he did in them. */
function loggedOn(spans: readonly WfmSpan[]): readonly Stretch[] {
  const found: Stretch[] = []
  for (const { state, from, to } of spans) {
    if (!state.loggedOn) continue
    const last = found.at(-1)
    if (last !== undefined && last.to === from) found[found.length - 1] = { from: last.from, to }
    else found.push({ from, to })
  }
  return found
}

function isIn({ from, to }: Stretch, span: Span): boolean {
  return from < span.to && (to === null || to > span.from)
}

function iso(at: Instant): string {
  return new Date(at).toISOString()
}
