import type { AgentState, QueueState } from '../../../../schemas/feeds/state.ts'
import type { AlertRule, AlertRules } from '../../../../services/alerts/rules/alert-rule.ts'
import { readAlertRules } from '../../../../services/alerts/rules/alert-rules-file.ts'
import type { Observed } from '../../../../services/alerts/rules/readings.ts'
import { faultText } from '../../../../services/definitions/yaml-file.ts'

/** What rules look at, made by hand. */
export const start = Date.parse('2026-01-14T14:00:00Z')

export const nothing: Observed = {
  state: { queues: [], agents: [], isClassTold: () => true },
  serviceLevels: null,
  out: null,
  unmapped: null,
  sources: [],
  lag: { state: null, tables: null },
}

export function withState(state: Partial<NonNullable<Observed['state']>>): Observed {
  return { ...nothing, state: { queues: [], agents: [], isClassTold: () => true, ...state } }
}

export function aQueue(name: string, fields: Partial<QueueState>): QueueState {
  return {
    ...{ id: `WQ-${name}`, workspace: 'WS', name, waiting: 0, oldestWaitingSince: null },
    ...{ waitingByPriority: {}, waitingByChannel: {}, slAtRisk: 0, slBreached: 0, ringing: 0 },
    ...{ handling: 0, wrapping: 0, agents: {}, members: null, slThresholdMs: 20_000 },
    ...fields,
  }
}

export function anAgent(name: string, fields: Partial<AgentState>): AgentState {
  return {
    ...{ id: `WK-${name}`, workspace: 'WS', name, team: null, activity: null },
    ...{ activityName: null, activityClass: null, activitySince: null, state: null },
    ...{ stateSince: null, legs: [], channels: [] },
    ...fields,
  }
}

export function rulesOf(text: string): AlertRules {
  const file = readAlertRules(text)
  if (file.kind === 'refused') throw new Error(file.faults.map(faultText).join('\n'))
  return file.value
}

/** One rule by what stands in a file. */
export function ruleOf(text: string): AlertRule {
  const { rules } = rulesOf(`rules: {one: {${text}}}`)
  if (rules['one'] === undefined) throw new Error('there is no rule')
  return rules['one']
}
