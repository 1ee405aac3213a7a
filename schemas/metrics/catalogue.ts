import { activityTime } from './activity-time.ts'
import { adherence } from './adherence.ts'
import { agentTime } from './agent-time.ts'
import { cohorts } from './cohorts.ts'
import { conversations } from './conversations.ts'
import { focus } from './focus.ts'
import { handling } from './handling.ts'
import type { Metric } from './metric.ts'
import { offers } from './offers.ts'
import { serviceLevelEvents } from './service-level-events.ts'
import { stocks } from './stocks.ts'
import { transfers } from './transfers.ts'
import { visits } from './visits.ts'
import { waits } from './waits.ts'

// The one catalogue of metrics. Tables, API, CSV, dashboards and docs take names and meanings from here; the
// rules behind all are in docs/metrics.md, what each means beside them in docs/metric-reference.md. A column in no catalogue is no metric, and a test says so.

export const queueIntervalMetrics = [
  ...visits,
  ...waits,
  ...cohorts,
  ...serviceLevelEvents,
  ...offers,
  ...handling,
  ...transfers,
  ...stocks,
] as const
export const agentQueueIntervalMetrics = [...offers, ...handling, ...transfers, ...focus] as const
export const agentIntervalMetrics = agentTime
export const agentActivityIntervalMetrics = activityTime
export const conversationIntervalMetrics = conversations
export const adherenceIntervalMetrics = adherence

export type QueueMetric = (typeof queueIntervalMetrics)[number]['name']
export type AgentQueueMetric = (typeof agentQueueIntervalMetrics)[number]['name']
export type AgentMetric = (typeof agentIntervalMetrics)[number]['name']
export type AgentActivityMetric = (typeof agentActivityIntervalMetrics)[number]['name']
export type ConversationMetric = (typeof conversationIntervalMetrics)[number]['name']
export type AdherenceMetric = (typeof adherenceIntervalMetrics)[number]['name']

/** The metrics of each interval table, by the table's name. */
export const intervalMetrics = {
  queue_intervals: queueIntervalMetrics,
  agent_queue_intervals: agentQueueIntervalMetrics,
  agent_intervals: agentIntervalMetrics,
  agent_activity_intervals: agentActivityIntervalMetrics,
  conversation_intervals: conversationIntervalMetrics,
  adherence_intervals: adherenceIntervalMetrics,
} as const satisfies Record<string, readonly Metric[]>

export type IntervalTable = keyof typeof intervalMetrics

export const intervalTables = [
  'queue_intervals',
  'agent_queue_intervals',
  'agent_intervals',
  'agent_activity_intervals',
  'conversation_intervals',
  'adherence_intervals',
] as const satisfies readonly IntervalTable[]

export function isIntervalTable(table: string | null): table is IntervalTable {
  return table !== null && table in intervalMetrics
}
/** The name of a metric of any of them. */
export type MetricName = (typeof intervalMetrics)[IntervalTable][number]['name']
