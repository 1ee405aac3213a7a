import type { Instant, Span } from '../../schemas/events/instant.ts'
import type { AgentState } from '../agent-state.ts'
import type { WfmState } from '../mapping/mapper.ts'

/** A stretch of one state, as much of it as ARGUS is told; `to` is null while it lasts. */
export interface ToldSpan extends Stretch {
  readonly state: Pick<WfmState, 'code' | 'text' | 'loggedOn'>
}

/** The stretches of states of one agent, in the order of time. */
export interface AgentSpans {
  readonly agent: string
  readonly spans: readonly ToldSpan[]
}

/**
 * All that the product knows an agent by at an instant. What lasts longer than a logon does is told by the one that held when it
 * began, as it is in what is pushed. None: nothing is told of him.
 */
export type LogonsAt = (agent: string, at: Instant) => readonly string[]

/** `/historic/agentStatusData`, of agents without groups: whole states that have time in the span; one that goes on has no end. */
export function agentStatusData(agents: readonly AgentSpans[], span: Span, logonsAt: LogonsAt) {
  const told = agents.map(({ agent, spans }) => ({ agent, stretches: spans }))
  return [...byLogon(told, span, logonsAt)].map(([agentId, own]) => ({
    agentId,
    states: own.map(({ state, from, to }) => ({
      ...{ startDate: iso(from), endDate: to === null ? null : iso(to) },
      ...{ stateCode: state.code, stateName: state.text },
    })),
  }))
}

/** `/historic/agentLoginData`: from each log-on to the log-off after it; one that goes on has lasted until `asOf`. */
export function agentLoginData(
  agents: readonly AgentSpans[],
  span: Span,
  logonsAt: LogonsAt,
  asOf: Instant,
) {
  const told = agents.map(({ agent, spans }) => ({ agent, stretches: loggedOn(spans) }))
  return [...byLogon(told, span, logonsAt)].map(([agentId, own]) => ({
    agentId,
    logins: own.map(({ from, to }) => ({
      ...{ loginDate: iso(from), logoutDate: to === null ? null : iso(to) },
      // A source's clock may be a little ahead of ours.
      duration: Math.max(0, (to ?? asOf) - from),
    })),
  }))
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

interface Stretch {
  readonly from: Instant
  readonly to: Instant | null
}

/** What has time in a span, in its order: a logon may have been somebody else's before. */
function byLogon<T extends Stretch>(
  agents: readonly { readonly agent: string; readonly stretches: readonly T[] }[],
  span: Span,
  logonsAt: LogonsAt,
): ReadonlyMap<string, readonly T[]> {
  const found = new Map<string, T[]>()
  for (const { agent, stretches } of agents) {
    for (const one of stretches) {
      if (!isIn(one, span)) continue
      for (const logon of logonsAt(agent, one.from)) {
        const own = found.get(logon)
        if (own === undefined) found.set(logon, [one])
        else own.push(one)
      }
    }
  }
  for (const own of found.values()) own.sort((a, b) => a.from - b.from)
  return found
}

/** Stretches in which he was logged on, whatever he did in them. */
function loggedOn(spans: readonly ToldSpan[]): readonly Stretch[] {
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
