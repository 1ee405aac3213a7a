import type { Metric } from './metric.ts'

// The one catalogue of metrics. Tables, API, CSV, dashboards and docs take names and meanings from here; the
// rules behind each are in docs/metrics.md. A column in no catalogue is no metric, and a test says so.

/** Waiting: what happened to stays of tasks in queues. */
const visits = [
  {
    name: 'entered_count',
    attribution: 'event',
    rollUp: 'sum',
    unit: 'count',
    description: 'Visits that were the first of their task: contacts that reached a queue',
  },
  {
    name: 'moved_in_count',
    attribution: 'event',
    rollUp: 'sum',
    unit: 'count',
    description: 'Visits that came from another queue by workflow (overflow in)',
  },
  {
    name: 'transferred_in_count',
    attribution: 'event',
    rollUp: 'sum',
    unit: 'count',
    description: 'Visits that a transfer opened',
  },
  {
    name: 'requeued_in_count',
    attribution: 'event',
    rollUp: 'sum',
    unit: 'count',
    description: 'Visits of a task that came back to a queue for another reason',
  },
  {
    name: 'offered_count',
    attribution: 'event',
    rollUp: 'sum',
    unit: 'count',
    description: 'All visits opened',
  },
  {
    name: 'answered_count',
    attribution: 'event',
    rollUp: 'sum',
    unit: 'count',
    description: 'Visits that ended with an acceptance',
  },
  {
    name: 'answered_in_sl_count',
    attribution: 'event',
    rollUp: 'sum',
    unit: 'count',
    description: 'Of these, waited no longer than the service-level threshold',
  },
  {
    name: 'abandoned_count',
    attribution: 'event',
    rollUp: 'sum',
    unit: 'count',
    description: 'Visits that the customer ended, short ones included',
  },
  {
    name: 'abandoned_short_count',
    attribution: 'event',
    rollUp: 'sum',
    unit: 'count',
    description: 'Of these, waited less than the short-abandon threshold',
  },
  {
    name: 'abandoned_in_sl_count',
    attribution: 'event',
    rollUp: 'sum',
    unit: 'count',
    description: 'Of these, waited no longer than the service-level threshold',
  },
  {
    name: 'flowed_out_count',
    attribution: 'event',
    rollUp: 'sum',
    unit: 'count',
    description: 'Visits that ended neither answered nor abandoned',
  },
  {
    name: 'flowed_out_timeout_count',
    attribution: 'event',
    rollUp: 'sum',
    unit: 'count',
    description: 'Of these, by a time-out of the workflow',
  },
  {
    name: 'flowed_out_moved_count',
    attribution: 'event',
    rollUp: 'sum',
    unit: 'count',
    description: 'Of these, moved to another queue',
  },
  {
    name: 'flowed_out_diverted_count',
    attribution: 'event',
    rollUp: 'sum',
    unit: 'count',
    description: 'Of these, diverted: callback asked for, voicemail, self-service',
  },
  {
    name: 'flowed_out_canceled_count',
    attribution: 'event',
    rollUp: 'sum',
    unit: 'count',
    description: 'Of these, ended by the system or a supervisor',
  },
  {
    name: 'wait_answered_ms',
    attribution: 'event',
    rollUp: 'sum',
    unit: 'ms',
    description: 'Waits of the visits answered',
  },
  {
    name: 'wait_abandoned_ms',
    attribution: 'event',
    rollUp: 'sum',
    unit: 'ms',
    description: 'Waits of the visits abandoned',
  },
  {
    name: 'wait_flowed_out_ms',
    attribution: 'event',
    rollUp: 'sum',
    unit: 'ms',
    description: 'Waits of the visits flowed out',
  },
  {
    name: 'wait_max_ms',
    attribution: 'event',
    rollUp: 'max',
    unit: 'ms',
    description: 'The longest wait of a visit that ended, whatever its end',
  },
  {
    name: 'wait_answered_max_ms',
    attribution: 'event',
    rollUp: 'max',
    unit: 'ms',
    description: 'The longest wait of a visit answered',
  },
  {
    name: 'wait_abandoned_max_ms',
    attribution: 'event',
    rollUp: 'max',
    unit: 'ms',
    description: 'The longest wait of a visit abandoned',
  },
  {
    name: 'wait_answered_hist',
    attribution: 'event',
    rollUp: 'histogram',
    unit: 'counts by bucket',
    description: 'Visits answered by length of wait',
  },
  {
    name: 'wait_abandoned_hist',
    attribution: 'event',
    rollUp: 'histogram',
    unit: 'counts by bucket',
    description: 'Visits abandoned by length of wait',
  },
  {
    name: 'waiting_tti_ms',
    attribution: 'overlap',
    rollUp: 'sum',
    unit: 'ms',
    description: 'Time that contacts spent waiting inside the interval',
  },
  {
    name: 'waiting_boi_count',
    attribution: 'observed',
    rollUp: 'first',
    unit: 'count',
    description: 'Visits open at the beginning of the interval',
  },
  {
    name: 'waiting_eoi_count',
    attribution: 'observed',
    rollUp: 'last',
    unit: 'count',
    description: 'Visits open at the end of the interval',
  },
  {
    name: 'oldest_waiting_eoi_ms',
    attribution: 'observed',
    rollUp: 'last-max',
    unit: 'ms',
    description: 'Age of the oldest visit open at the end',
  },
  {
    name: 'cohort_answered_count',
    attribution: 'arrival',
    rollUp: 'sum',
    unit: 'count',
    description: 'Visits that entered in the interval and were answered',
  },
  {
    name: 'cohort_answered_in_sl_count',
    attribution: 'arrival',
    rollUp: 'sum',
    unit: 'count',
    description: 'Of these, waited no longer than the service-level threshold',
  },
  {
    name: 'cohort_abandoned_count',
    attribution: 'arrival',
    rollUp: 'sum',
    unit: 'count',
    description: 'Visits that entered in the interval and were abandoned',
  },
  {
    name: 'cohort_abandoned_short_count',
    attribution: 'arrival',
    rollUp: 'sum',
    unit: 'count',
    description: 'Of these, waited less than the short-abandon threshold',
  },
  {
    name: 'cohort_abandoned_in_sl_count',
    attribution: 'arrival',
    rollUp: 'sum',
    unit: 'count',
    description: 'Of these, waited no longer than the service-level threshold',
  },
  {
    name: 'cohort_flowed_out_count',
    attribution: 'arrival',
    rollUp: 'sum',
    unit: 'count',
    description: 'Visits that entered in the interval and flowed out',
  },
  {
    name: 'cohort_waiting_count',
    attribution: 'arrival',
    rollUp: 'sum',
    unit: 'count',
    description: 'Visits that entered in the interval and still wait',
  },
  {
    name: 'cohort_wait_answered_ms',
    attribution: 'arrival',
    rollUp: 'sum',
    unit: 'ms',
    description: 'Waits of the visits that entered in the interval and were answered',
  },
  {
    name: 'cohort_handled_count',
    attribution: 'arrival',
    rollUp: 'sum',
    unit: 'count',
    description: 'Answering legs, ended, of visits that entered in the interval',
  },
  {
    name: 'cohort_handle_ms',
    attribution: 'arrival',
    rollUp: 'sum',
    unit: 'ms',
    description: 'Length of these legs: talk, hold and after-contact work',
  },
  {
    name: 'cohort_talk_ms',
    attribution: 'arrival',
    rollUp: 'sum',
    unit: 'ms',
    description: 'Talk of these legs',
  },
  {
    name: 'cohort_hold_ms',
    attribution: 'arrival',
    rollUp: 'sum',
    unit: 'ms',
    description: 'Hold of these legs',
  },
  {
    name: 'cohort_acw_ms',
    attribution: 'arrival',
    rollUp: 'sum',
    unit: 'ms',
    description: 'After-contact work of these legs',
  },
  {
    name: 'sl_event_count',
    attribution: 'event',
    rollUp: 'sum',
    unit: 'count',
    description: 'Visits whose service-level fate was known in the interval',
  },
  {
    name: 'sl_event_met_count',
    attribution: 'event',
    rollUp: 'sum',
    unit: 'count',
    description: 'Of these, answered within the threshold',
  },
  {
    name: 'sl_event_abandoned_count',
    attribution: 'event',
    rollUp: 'sum',
    unit: 'count',
    description: 'Of these, abandoned within the threshold, short ones left out',
  },
] as const satisfies readonly Metric[]

/** Offers: reservations until they are accepted or refused. */
const offers = [
  {
    name: 'offers_created_count',
    attribution: 'event',
    rollUp: 'sum',
    unit: 'count',
    description: 'Reservations created: the task was offered to an agent',
  },
  {
    name: 'offers_accepted_count',
    attribution: 'event',
    rollUp: 'sum',
    unit: 'count',
    description: 'Offers accepted: answers of queue visits, and direct legs',
  },
  {
    name: 'offers_rejected_count',
    attribution: 'event',
    rollUp: 'sum',
    unit: 'count',
    description: 'Offers that the agent refused',
  },
  {
    name: 'offers_timed_out_count',
    attribution: 'event',
    rollUp: 'sum',
    unit: 'count',
    description: 'Offers that nobody answered in time (RONA)',
  },
  {
    name: 'offers_canceled_count',
    attribution: 'event',
    rollUp: 'sum',
    unit: 'count',
    description: 'Offers taken back: the caller hung up, or the set-up failed',
  },
  {
    name: 'offers_rescinded_count',
    attribution: 'event',
    rollUp: 'sum',
    unit: 'count',
    description: 'Offers taken back because another agent accepted',
  },
  {
    name: 'offers_failed_count',
    attribution: 'event',
    rollUp: 'sum',
    unit: 'count',
    description: 'Offers that could not be made',
  },
  {
    name: 'alert_tti_ms',
    attribution: 'overlap',
    rollUp: 'sum',
    unit: 'ms',
    description: 'Time in which offers were open',
  },
] as const satisfies readonly Metric[]

/** Handles: reservations from acceptance to completion. */
const handling = [
  {
    name: 'handled_count',
    attribution: 'event',
    rollUp: 'sum',
    unit: 'count',
    description: 'Handles that ended; a contact with two legs is two',
  },
  {
    name: 'talk_wce_ms',
    attribution: 'event',
    rollUp: 'sum',
    unit: 'ms',
    description: 'Talk of the handles that ended, whole, without hold',
  },
  {
    name: 'hold_wce_ms',
    attribution: 'event',
    rollUp: 'sum',
    unit: 'ms',
    description: 'Hold of the handles that ended, whole',
  },
  {
    name: 'acw_wce_ms',
    attribution: 'event',
    rollUp: 'sum',
    unit: 'ms',
    description: 'After-contact work of the handles that ended, whole',
  },
  {
    name: 'handle_wce_ms',
    attribution: 'event',
    rollUp: 'sum',
    unit: 'ms',
    description: 'Talk, hold and after-contact work of the handles that ended',
  },
  {
    name: 'handle_max_ms',
    attribution: 'event',
    rollUp: 'max',
    unit: 'ms',
    description: 'The longest handle that ended',
  },
  {
    name: 'handle_hist',
    attribution: 'event',
    rollUp: 'histogram',
    unit: 'counts by bucket',
    description: 'Handles that ended by length: talk, hold and after-contact work',
  },
  {
    name: 'handled_with_hold_count',
    attribution: 'event',
    rollUp: 'sum',
    unit: 'count',
    description: 'Handles that ended and had at least one hold',
  },
  {
    name: 'hold_started_count',
    attribution: 'event',
    rollUp: 'sum',
    unit: 'count',
    description: 'Holds begun',
  },
  {
    name: 'talk_tti_ms',
    attribution: 'overlap',
    rollUp: 'sum',
    unit: 'ms',
    description: 'Talk inside the interval, open handles included',
  },
  {
    name: 'hold_tti_ms',
    attribution: 'overlap',
    rollUp: 'sum',
    unit: 'ms',
    description: 'Hold inside the interval, open handles included',
  },
  {
    name: 'acw_tti_ms',
    attribution: 'overlap',
    rollUp: 'sum',
    unit: 'ms',
    description: 'After-contact work inside the interval, open handles included',
  },
  {
    name: 'handle_tti_ms',
    attribution: 'overlap',
    rollUp: 'sum',
    unit: 'ms',
    description: 'Talk, hold and after-contact work inside the interval',
  },
] as const satisfies readonly Metric[]

/** Transfers, for the side that gives. */
const transfers = [
  {
    name: 'transfers_initiated_count',
    attribution: 'event',
    rollUp: 'sum',
    unit: 'count',
    description: 'Transfers begun; they count for the queue of the giving reservation',
  },
  {
    name: 'transferred_out_count',
    attribution: 'event',
    rollUp: 'sum',
    unit: 'count',
    description: 'Transfers completed',
  },
  {
    name: 'transfers_failed_count',
    attribution: 'event',
    rollUp: 'sum',
    unit: 'count',
    description:
      'Transfers failed or canceled; a failed attempt that is followed by another is none',
  },
] as const satisfies readonly Metric[]

/** What only a queue has: stocks of offers and handles, and callbacks. */
const stocks = [
  {
    name: 'alerting_boi_count',
    attribution: 'observed',
    rollUp: 'first',
    unit: 'count',
    description: 'Offers open at the beginning of the interval',
  },
  {
    name: 'alerting_eoi_count',
    attribution: 'observed',
    rollUp: 'last',
    unit: 'count',
    description: 'Offers open at the end of the interval',
  },
  {
    name: 'handling_boi_count',
    attribution: 'observed',
    rollUp: 'first',
    unit: 'count',
    description: 'Handles open at the beginning of the interval',
  },
  {
    name: 'handling_eoi_count',
    attribution: 'observed',
    rollUp: 'last',
    unit: 'count',
    description: 'Handles open at the end of the interval',
  },
  {
    name: 'callback_response_ms',
    attribution: 'event',
    rollUp: 'sum',
    unit: 'ms',
    description: 'Of answered callbacks: from the request to the answer',
  },
] as const satisfies readonly Metric[]

/** What only an agent has: one person's time divided among concurrent contacts. */
const focus = [
  {
    name: 'focus_tti_ms',
    attribution: 'overlap',
    rollUp: 'sum',
    unit: 'ms',
    description: "The agent's own time given to these contacts: concurrent contacts share it",
  },
] as const satisfies readonly Metric[]

/** How an agent's signed-in time was spent. */
const agentTime = [
  {
    name: 'signed_in_ms',
    attribution: 'overlap',
    rollUp: 'sum',
    unit: 'ms',
    description: 'Time in an activity that is not offline',
  },
  {
    name: 'available_ms',
    attribution: 'overlap',
    rollUp: 'sum',
    unit: 'ms',
    description: 'Of this, in an activity of class available',
  },
  {
    name: 'aux_ms',
    attribution: 'overlap',
    rollUp: 'sum',
    unit: 'ms',
    description: 'Of this, in an activity of class aux',
  },
  {
    name: 'state_talk_ms',
    attribution: 'overlap',
    rollUp: 'sum',
    unit: 'ms',
    description: 'Signed-in time with at least one handle in talk',
  },
  {
    name: 'state_hold_ms',
    attribution: 'overlap',
    rollUp: 'sum',
    unit: 'ms',
    description: 'Else with at least one on hold',
  },
  {
    name: 'state_acw_ms',
    attribution: 'overlap',
    rollUp: 'sum',
    unit: 'ms',
    description: 'Else with at least one in after-contact work',
  },
  {
    name: 'state_alert_ms',
    attribution: 'overlap',
    rollUp: 'sum',
    unit: 'ms',
    description: 'Else with at least one offer open',
  },
  {
    name: 'state_idle_ms',
    attribution: 'overlap',
    rollUp: 'sum',
    unit: 'ms',
    description: 'Else in an available activity',
  },
  {
    name: 'state_aux_ms',
    attribution: 'overlap',
    rollUp: 'sum',
    unit: 'ms',
    description: 'Else: in an aux activity',
  },
  {
    name: 'handling_offline_ms',
    attribution: 'overlap',
    rollUp: 'sum',
    unit: 'ms',
    description: 'Time with at least one open handle while not signed in',
  },
  {
    name: 'concurrency_max',
    attribution: 'overlap',
    rollUp: 'max',
    unit: 'count',
    description: 'Most handles open at one instant',
  },
  {
    name: 'sign_in_count',
    attribution: 'event',
    rollUp: 'sum',
    unit: 'count',
    description: 'Changes from offline to signed in',
  },
  {
    name: 'sign_out_count',
    attribution: 'event',
    rollUp: 'sum',
    unit: 'count',
    description: 'Changes from signed in to offline',
  },
] as const satisfies readonly Metric[]

/** Time by the activity that the agent chose. */
const activityTime = [
  {
    name: 'activity_ms',
    attribution: 'overlap',
    rollUp: 'sum',
    unit: 'ms',
    description: 'Time in the activity',
  },
  {
    name: 'activity_ended_count',
    attribution: 'event',
    rollUp: 'sum',
    unit: 'count',
    description: 'Spans of the activity that ended',
  },
  {
    name: 'activity_wce_ms',
    attribution: 'event',
    rollUp: 'sum',
    unit: 'ms',
    description: 'Whole length of the spans that ended',
  },
] as const satisfies readonly Metric[]

/** What was said in conversations, and how long each side waited for the other. */
const conversations = [
  {
    name: 'conversations_started_count',
    attribution: 'event',
    rollUp: 'sum',
    unit: 'count',
    description: 'Conversations that began',
  },
  {
    name: 'conversations_ended_count',
    attribution: 'event',
    rollUp: 'sum',
    unit: 'count',
    description: 'Conversations that ended',
  },
  {
    name: 'conversations_contained_count',
    attribution: 'event',
    rollUp: 'sum',
    unit: 'count',
    description: 'Of these, ended without a task and without a word of an agent: self-service',
  },
  {
    name: 'messages_customer_count',
    attribution: 'event',
    rollUp: 'sum',
    unit: 'count',
    description: 'Messages that customers wrote',
  },
  {
    name: 'messages_agent_count',
    attribution: 'event',
    rollUp: 'sum',
    unit: 'count',
    description: 'Messages that agents wrote',
  },
  {
    name: 'messages_bot_count',
    attribution: 'event',
    rollUp: 'sum',
    unit: 'count',
    description: 'Messages that machines wrote; they answer nothing',
  },
  {
    name: 'first_response_count',
    attribution: 'event',
    rollUp: 'sum',
    unit: 'count',
    description: 'First agent messages of conversations in which a customer had written before',
  },
  {
    name: 'first_response_ms',
    attribution: 'event',
    rollUp: 'sum',
    unit: 'ms',
    description: 'Time from the first customer message to them',
  },
  {
    name: 'agent_response_count',
    attribution: 'event',
    rollUp: 'sum',
    unit: 'count',
    description: 'Agent messages that answered customer messages',
  },
  {
    name: 'agent_response_ms',
    attribution: 'event',
    rollUp: 'sum',
    unit: 'ms',
    description: 'Time from the first unanswered customer message to them',
  },
  {
    name: 'customer_response_count',
    attribution: 'event',
    rollUp: 'sum',
    unit: 'count',
    description: 'Customer messages that followed one of an agent',
  },
  {
    name: 'customer_response_ms',
    attribution: 'event',
    rollUp: 'sum',
    unit: 'ms',
    description: 'Time from the last agent message to them',
  },
  {
    name: 'conversation_wce_ms',
    attribution: 'event',
    rollUp: 'sum',
    unit: 'ms',
    description: 'Whole length of the conversations that ended',
  },
  {
    name: 'ended_unanswered_count',
    attribution: 'event',
    rollUp: 'sum',
    unit: 'count',
    description: 'Conversations that ended while a customer message was unanswered',
  },
  {
    name: 'awaiting_agent_eoi_count',
    attribution: 'observed',
    rollUp: 'last',
    unit: 'count',
    description: 'Conversations open with an unanswered customer message, just before the end',
  },
] as const satisfies readonly Metric[]

export const queueIntervalMetrics = [
  ...visits,
  ...offers,
  ...handling,
  ...transfers,
  ...stocks,
] as const
export const agentQueueIntervalMetrics = [...offers, ...handling, ...transfers, ...focus] as const
export const agentIntervalMetrics = agentTime
export const agentActivityIntervalMetrics = activityTime
export const conversationIntervalMetrics = conversations

export type QueueMetric = (typeof queueIntervalMetrics)[number]['name']
export type AgentQueueMetric = (typeof agentQueueIntervalMetrics)[number]['name']
export type AgentMetric = (typeof agentIntervalMetrics)[number]['name']
export type AgentActivityMetric = (typeof agentActivityIntervalMetrics)[number]['name']
export type ConversationMetric = (typeof conversationIntervalMetrics)[number]['name']

/** The metrics of each interval table, by the table's name. */
export const intervalMetrics = {
  queue_intervals: queueIntervalMetrics,
  agent_queue_intervals: agentQueueIntervalMetrics,
  agent_intervals: agentIntervalMetrics,
  agent_activity_intervals: agentActivityIntervalMetrics,
  conversation_intervals: conversationIntervalMetrics,
} as const satisfies Record<string, readonly Metric[]>

export type IntervalTable = keyof typeof intervalMetrics

export const intervalTables: readonly IntervalTable[] = [
  'queue_intervals',
  'agent_queue_intervals',
  'agent_intervals',
  'agent_activity_intervals',
  'conversation_intervals',
]

export function isIntervalTable(table: string | null): table is IntervalTable {
  return table !== null && table in intervalMetrics
}
/** The name of a metric of any of them. */
export type MetricName = (typeof intervalMetrics)[IntervalTable][number]['name']
