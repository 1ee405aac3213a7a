import type { Instant } from '../../schemas/events/instant.ts'
import type { WfmClass } from '../../schemas/events/mapping.ts'
import type { AgentState } from '../agent-state.ts'
import { csvText, type Csv } from '../form/csv.ts'
import { plainText } from '../form/plain-text.ts'
import type { WriteFault, Written } from '../written.ts'

/** A change of an agent's state, with what the product files it under. */
export interface ProductivityState extends AgentState {
  /** From the top: at most five levels, such as region, site and team. */
  readonly hierarchy: readonly string[]
  readonly routingProfile: string | null
}

export interface ProductivityOptions {
  readonly account: string
  /** For the name of the file. */
  readonly writtenAt: Instant
}

const stateTypes: Readonly<Record<WfmClass, string>> = {
  ...{ available: 'A', signed_on: '1', signed_off: '0' },
}
const format: Csv = {
  ...{ kind: 'csv', separator: ',', header: false },
  ...{ quote: 'needed', lineEnd: 'lf', byteOrderMark: false },
}

/**
 * Agent productivity lines: 13 fields each, in the order of time, `null` where nothing is known. A file ends with an empty
 * line, so that one in which nothing happened is there all the same: silence and failure do not look alike.
 */
export function agentProductivity(
  states: readonly ProductivityState[],
  { account, writtenAt }: ProductivityOptions,
): Written {
  const faults = states.flatMap(({ agent, state, hierarchy }, index): readonly WriteFault[] => [
    ...(agent.logon === ''
      ? [{ index, detail: `the agent ${agent.name} (${agent.id}) has no logon` }]
      : []),
    ...(state.code === ''
      ? [{ index, detail: `the agent ${agent.name} (${agent.id}) has no state` }]
      : []),
    ...(hierarchy.length > 5
      ? [{ index, detail: `the agent ${agent.name} (${agent.id}) is in more than five levels` }]
      : []),
  ])
  if (faults.length > 0) return { kind: 'refused', faults }
  const lines = states
    .toSorted((a, b) => a.since - b.since || (a.agent.logon < b.agent.logon ? -1 : 1))
    .map((one) => lineOf(one, account))
  const name = `agent-productivity_${new Date(writtenAt).toISOString().replaceAll(/[-:.]/g, '')}.csv`
  const text = `${csvText([], lines, format)}\n`
  const contentType = 'text/csv; charset=utf-8'
  return { kind: 'written', documents: [{ name, contentType, text, rows: lines.length }] }
}

function lineOf(
  { agent, state, since, hierarchy, routingProfile }: ProductivityState,
  account: string,
): readonly string[] {
  const levels = Array.from({ length: 5 }, (_, level) => hierarchy[level])
  const status = state.class === 'available' ? 'ROUTABLE' : state.loggedOn ? 'CUSTOM' : 'OFFLINE'
  return [
    ...[account, agent.logon, ...levels.map(orNull)],
    new Date(since).toISOString().replace('T', ' ').replace('Z', ''),
    ...[orNull(state.text === '' ? state.code : state.text)],
    ...[state.countsAsContact ? 'CONNECTED' : 'null', stateTypes[state.class]],
    ...[orNull(routingProfile), status],
  ]
}

function orNull(text: string | null | undefined): string {
  return plainText(text ?? '', {}) || 'null'
}

/** The table of state types that goes with the lines: by the names of states, as the lines have them. */
export function statusTable(classes: Readonly<Record<string, WfmClass>>): string {
  const lines = Object.entries(classes).map(([name, one]) => [plainText(name, {}), stateTypes[one]])
  return csvText(['StateName', 'StateType'], lines, { ...format, header: true })
}
