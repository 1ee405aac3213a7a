import { ledgerEventFields } from '../events/ledger-event.ts'
import { intervalMetrics, type IntervalTable } from '../metrics/catalogue.ts'

/**
 * The tables that projections write, by name: which columns tell a row from every other, and what else it holds. The SQL
 * beside this file creates them; a test compares the two. An instant is DateTime64(3, 'UTC') and travels as milliseconds.
 */
export interface Table {
  /** Together they are the row: the row with the highest `version` holds. */
  readonly key: readonly string[]
  readonly columns: readonly string[]
  /** A fact also says when the hub had what it is made of. */
  readonly hasReceipt?: boolean
}

const intervalKeys: Record<IntervalTable, readonly string[]> = {
  queue_intervals: ['workspace', 'queue', 'channel', 'direction', 'interval_start', 'shard'],
  agent_queue_intervals: [
    'workspace',
    'agent',
    'queue',
    'channel',
    'direction',
    'interval_start',
    'shard',
  ],
  agent_intervals: ['workspace', 'agent', 'interval_start', 'shard'],
  agent_activity_intervals: ['workspace', 'agent', 'activity', 'interval_start', 'shard'],
  conversation_intervals: ['workspace', 'channel', 'queue', 'interval_start', 'shard'],
  adherence_intervals: ['workspace', 'agent', 'interval_start', 'shard'],
}

function intervalTable(name: IntervalTable): Table {
  return { key: intervalKeys[name], columns: intervalMetrics[name].map((metric) => metric.name) }
}

export const tables = {
  queue_intervals: intervalTable('queue_intervals'),
  agent_queue_intervals: intervalTable('agent_queue_intervals'),
  agent_intervals: intervalTable('agent_intervals'),
  agent_activity_intervals: intervalTable('agent_activity_intervals'),
  conversation_intervals: intervalTable('conversation_intervals'),
  adherence_intervals: intervalTable('adherence_intervals'),
  /** One row a task. */
  contacts: {
    key: ['workspace', 'task'],
    columns: [
      'conversation',
      'parent_task',
      'continues_task',
      'channel',
      'direction',
      'workflow',
      'first_queue',
      'last_queue',
      'created_at',
      'requested_at',
      'first_queued_at',
      'first_answered_at',
      'ended_at',
      'is_open',
      'closed_by',
      'outcome',
      'end_reason',
      'visits_count',
      'legs_count',
      'transfers_count',
      'wait_ms',
      'talk_ms',
      'hold_ms',
      'acw_ms',
      'anomalies',
      'definitions_version',
    ],
    hasReceipt: true,
  },
  /** One row a stay of a task in a queue. */
  queue_visits: {
    key: ['workspace', 'task', 'visit'],
    columns: [
      'conversation',
      'workflow',
      'queue',
      'channel',
      'direction',
      'entry',
      'entered_at',
      'exited_at',
      'is_open',
      'closed_by',
      'disposition',
      'wait_ms',
      'answered_by',
      'sl_threshold_ms',
      'short_abandon_ms',
      'anomalies',
      'definitions_version',
    ],
    hasReceipt: true,
  },
  /** One row a reservation leg: an offer and, if it was accepted, the handle. */
  segments: {
    key: ['workspace', 'reservation'],
    columns: [
      'task',
      'conversation',
      'workflow',
      'transfer',
      'agent',
      'queue',
      'channel',
      'direction',
      'is_direct',
      'offered_at',
      'offer_ended_at',
      'offer_outcome',
      'accepted_at',
      'talk_ended_at',
      'ended_at',
      'is_open',
      'closed_by',
      'ring_ms',
      'talk_ms',
      'hold_ms',
      'acw_ms',
      'hold_from',
      'hold_to',
      'hold_started_at',
      'is_accepted_on_hold',
      'anomalies',
      'definitions_version',
    ],
    hasReceipt: true,
  },
  /** One row a stretch of one state of one agent. */
  agent_states: {
    key: ['workspace', 'agent', 'started_at'],
    columns: [
      'ended_at',
      'is_open',
      'state',
      'activity',
      'activity_name',
      'activity_class',
      'activity_started_at',
      'anomalies',
      'definitions_version',
    ],
    hasReceipt: true,
  },
  /** One row a stretch of one agent in one activity. */
  agent_activities: {
    key: ['workspace', 'agent', 'started_at', 'place'],
    columns: [
      'ended_at',
      'is_open',
      'activity',
      'activity_name',
      'activity_class',
      'duration_ms',
      'definitions_version',
    ],
    hasReceipt: true,
  },
  /** One row a stretch of one agent in one state in the words of a WFM product. */
  agent_wfm_states: {
    key: ['workspace', 'target', 'agent', 'started_at'],
    columns: [
      'ended_at',
      'is_open',
      'code',
      'reason',
      'text',
      'class',
      'is_logged_on',
      'is_counted_as_contact',
      'is_paid',
      'unmapped',
      'unmapped_name',
      'rules',
      'mapping_version',
    ],
  },
  /** One row a stretch that is planned for an agent, by one reading of his plan. */
  schedule_segments: {
    key: ['workspace', 'basis', 'agent', 'started_at'],
    columns: [
      'ended_at',
      'code',
      'name',
      'schedule_date',
      'is_tracked',
      'is_paid',
      'is_productive',
      'is_time_off',
      'is_overtime',
      'plan',
      'read_at',
    ],
  },
  /** One row a thing that is agreed beside a plan. */
  schedule_exceptions: {
    key: ['workspace', 'agent', 'exception', 'started_at', 'ended_at'],
    columns: ['kind', 'code', 'reason', 'approved_by', 'is_withdrawn', 'set_at'],
  },
  /** One row a stretch in which neither what an agent is to do nor what he does changes, nor what it counts as. */
  adherence_spans: {
    key: ['workspace', 'basis', 'agent', 'started_at'],
    columns: [
      'ended_at',
      'is_open',
      'planned_code',
      'actual_code',
      'standing',
      'run_started_at',
      'exception_min_ms',
      'is_tracked',
      'is_unscheduled',
      'is_scheduled_raw',
      'is_adherent_raw',
      'is_productive',
      'is_planned_productive',
      'is_paid',
      'is_paid_productive',
      'is_unknown',
    ],
  },
  /** One row a transfer of a task. */
  transfers: {
    key: ['workspace', 'task', 'number'],
    columns: [
      'transfer',
      'conversation',
      'workflow',
      'channel',
      'direction',
      'reservation',
      'from_agent',
      'from_queue',
      'kind',
      'to_queue',
      'to_agent',
      'mode',
      'initiated_at',
      'attempts_failed_count',
      'ended_at',
      'is_open',
      'closed_by',
      'outcome',
      'reason',
      'anomalies',
    ],
    hasReceipt: true,
  },
  /** One row a conversation. */
  conversations: {
    key: ['workspace', 'conversation'],
    columns: [
      'channel',
      'queue',
      'started_at',
      'ended_at',
      'is_open',
      'closed_by',
      'end_reason',
      'is_contained',
      'awaiting_since',
      'ended_unanswered',
      'first_response_at',
      'first_response_ms',
      'messages_customer_count',
      'messages_agent_count',
      'messages_bot_count',
      'tasks',
    ],
    hasReceipt: true,
  },
  /** One row a message. */
  messages: {
    key: ['workspace', 'conversation', 'message'],
    columns: [
      'place',
      'task',
      'agent',
      'channel',
      'queue',
      'author',
      'sent_at',
      'answers_at',
      'status',
      'delivered_at',
      'read_at',
      'failed_at',
      'reason',
      'is_removed',
    ],
    hasReceipt: true,
  },
  /** One row a leg of a call. */
  calls: {
    key: ['workspace', 'call'],
    columns: [
      'parent_call',
      'direction',
      'task',
      'queue',
      'status',
      'initiated_at',
      'ringing_at',
      'answered_at',
      'ended_at',
      'is_open',
      'closed_by',
      'duration_ms',
      'disconnected_by',
      'recordings_count',
    ],
    hasReceipt: true,
  },
  /** One row a run of a self-service flow. */
  flow_executions: {
    key: ['workspace', 'execution'],
    columns: [
      'flow',
      'call',
      'conversation',
      'started_at',
      'ended_at',
      'is_open',
      'closed_by',
      'end_reason',
      'steps_count',
      'last_step',
      'path',
      'duration_ms',
    ],
    hasReceipt: true,
  },
  /** One row a stretch of time in which an identity belonged to one customer. */
  customers: {
    key: ['identity', 'since'],
    columns: ['customer', 'until', 'is_current', 'kind', 'first_seen_at'],
  },
  /** One row a stretch in which a source has lost events, or may have. */
  source_gaps: {
    key: ['source', 'gap_from'],
    columns: ['gap_to', 'status', 'reason', 'noticed_at', 'closed_at'],
  },
  /** One row each time that more of an interval table has become final. */
  finalised_intervals: {
    key: ['table_name', 'until'],
    columns: ['since', 'finalised_at'],
  },
  /** One row each time that a stretch of an interval table has left the house. */
  deliveries: {
    key: ['table_name', 'delivery'],
    columns: ['target', 'since', 'until', 'delivered_at'],
  },
  /** One row a name, number or logon by which a WFM product knows a queue or an agent. */
  wfm_identities: {
    key: ['target', 'kind', 'id', 'channel', 'direction', 'logon', 'since'],
    columns: ['until', 'number', 'name', 'is_left_out', 'origin', 'identities_version'],
  },
  /** One row an interval of one reading of a forecast. */
  forecast_intervals: {
    key: ['workspace', 'queue', 'channel', 'skill', 'interval_start', 'forecast'],
    columns: ['interval_end', 'offered', 'aht_ms', 'staff', 'read_at', 'held_until'],
  },
  /** One row a column of a row that was out and has changed. */
  restatements: {
    key: [
      'table_name',
      'workspace',
      'queue',
      'agent',
      'activity',
      'channel',
      'direction',
      'interval_start',
      'shard',
      'column_name',
      'position',
    ],
    columns: [
      'old_value',
      'new_value',
      'old_hist',
      'new_hist',
      'standing',
      'cause_id',
      'cause_type',
      'caused_at',
      'recorded_at',
    ],
  },
} as const satisfies Record<string, Table>

export type TableName = keyof typeof tables

/**
 * Columns that say when the hub had what a row is made of, and when the row was written, not what it says: left out when two
 * runs are compared. The same event may come sooner by another road, or first as another of its copies.
 */
export const receiptColumns = [
  'first_received_at',
  'last_received_at',
  'version',
  'is_deleted',
] as const

export function receiptColumnsOf({ hasReceipt }: Table): readonly string[] {
  return hasReceipt === true ? receiptColumns : receiptColumns.slice(2)
}

/** The columns of `events`: where it stands in the ledger, then the event's own fields in snake_case. */
export const eventColumns = [
  'topic',
  'partition',
  'position',
  'entity',
  'digest',
  ...ledgerEventFields.map((field) => toSnakeCase(field)),
] as readonly string[]

/** The columns of `dimension_sightings`: those that tell a row from every other, then what merges. */
export const sightingColumns = [
  'kind',
  'workspace',
  'id',
  'field',
  'day',
  'value',
  'first_at',
  'last_at',
] as const

/** The same of `routing_sightings`. */
export const routingSightingColumns = [
  'kind',
  'field',
  'id',
  'day',
  'value',
  'first_at',
  'last_at',
  'first_received_at',
] as const

export function toSnakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}
