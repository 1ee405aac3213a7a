import type { Instant } from '../../../schemas/events/instant.ts'
import type {
  AdherenceMetric,
  AgentActivityMetric,
  AgentMetric,
  AgentQueueMetric,
  ConversationMetric,
  QueueMetric,
} from '../../../schemas/metrics/catalogue.ts'

/** A value of every metric: a histogram is the counts of its buckets, everything else a number. */
export type Values<Metric extends string> = {
  readonly [Name in Metric]: Name extends `${string}_hist` ? readonly number[] : number
}

// Types and not interfaces, because only these may be read as records.
type IntervalKey = Readonly<Record<'workspace', string> & Record<'interval_start', Instant>>
export type QueueKey = Readonly<Record<'queue' | 'channel' | 'direction', string>>
export type AgentKey = Readonly<Record<'agent', string>>
export type ConversationKey = Readonly<Record<'channel' | 'queue', string>>
export type ActivityKey = Readonly<Record<'agent' | 'activity', string>>

export type QueueRow = IntervalKey & QueueKey & Values<QueueMetric>
export type AgentQueueRow = IntervalKey & AgentKey & QueueKey & Values<AgentQueueMetric>
export type AgentRow = IntervalKey & AgentKey & Values<AgentMetric>
export type ConversationRow = IntervalKey & ConversationKey & Values<ConversationMetric>
export type AgentActivityRow = IntervalKey & ActivityKey & Values<AgentActivityMetric>
export type AdherenceRow = IntervalKey & AgentKey & Values<AdherenceMetric>

/** The tables, by the names that they have in the warehouse. A row that is all zeros is not there. */
export interface ExpectedRows {
  readonly queue_intervals: readonly QueueRow[]
  readonly agent_queue_intervals: readonly AgentQueueRow[]
  readonly agent_intervals: readonly AgentRow[]
  readonly agent_activity_intervals: readonly AgentActivityRow[]
  readonly conversation_intervals: readonly ConversationRow[]
  readonly adherence_intervals: readonly AdherenceRow[]
}

export function isAllZero(values: Readonly<Record<string, number | readonly number[]>>): boolean {
  return Object.values(values).every((value) =>
    typeof value === 'number' ? value === 0 : value.every((count) => count === 0),
  )
}
