-- Each agent's part in a queue's offers and handles, by channel, direction and quarter hour.
-- One row: workspace, agent, queue, channel, direction, interval, shard; the row with the highest version holds.
-- Written by: projection agent-queue-intervals. Read by: v_agent_queue_intervals, and through it agent panels and exports.
-- Read it with FINAL and sum over shards; without FINAL a row counts once a version.
-- A moment on a border belongs to the interval that begins there; times are milliseconds, instants UTC.
-- A rebuild writes the same rows, but for version.
CREATE TABLE IF NOT EXISTS agent_queue_intervals
(
    workspace LowCardinality(String) COMMENT 'The workspace that the row belongs to (WS…)',
    agent LowCardinality(String) COMMENT 'The agent: the worker of the source (WK…)',
    queue LowCardinality(String) COMMENT 'The task queue (WQ…)',
    channel LowCardinality(String) COMMENT 'The task channel by its unique name: voice, chat, sms, …',
    direction LowCardinality(String) COMMENT 'Who began it: inbound, outbound, callback, internal, or unknown',
    interval_start DateTime64(3, 'UTC') COMMENT 'Beginning of the quarter hour, in UTC; the end is not included',
    shard UInt16 COMMENT 'The partition of the log whose owner alone writes this row; sum over it',
    offers_created_count UInt32 COMMENT 'Reservations created: the task was offered to an agent',
    offers_accepted_count UInt32 COMMENT 'Offers accepted: answers of queue visits, and direct legs',
    offers_rejected_count UInt32 COMMENT 'Offers that the agent refused',
    offers_timed_out_count UInt32 COMMENT 'Offers that nobody answered in time (RONA)',
    offers_canceled_count UInt32 COMMENT 'Offers taken back: the caller hung up, or the set-up failed',
    offers_rescinded_count UInt32 COMMENT 'Offers taken back because another agent accepted',
    offers_failed_count UInt32 COMMENT 'Offers that could not be made',
    alert_tti_ms UInt64 COMMENT 'Time in which offers were open',
    handled_count UInt32 COMMENT 'Handles that ended; a contact with two legs is two',
    talk_wce_ms UInt64 COMMENT 'Talk of the handles that ended, whole, without hold',
    hold_wce_ms UInt64 COMMENT 'Hold of the handles that ended, whole',
    acw_wce_ms UInt64 COMMENT 'After-contact work of the handles that ended, whole',
    handle_wce_ms UInt64 COMMENT 'Talk, hold and after-contact work of the handles that ended',
    handle_max_ms UInt64 COMMENT 'The longest handle that ended',
    handled_with_hold_count UInt32 COMMENT 'Handles that ended and had at least one hold',
    hold_started_count UInt32 COMMENT 'Holds begun',
    talk_tti_ms UInt64 COMMENT 'Talk inside the interval, open handles included',
    hold_tti_ms UInt64 COMMENT 'Hold inside the interval, open handles included',
    acw_tti_ms UInt64 COMMENT 'After-contact work inside the interval, open handles included',
    handle_tti_ms UInt64 COMMENT 'Talk, hold and after-contact work inside the interval',
    transfers_initiated_count UInt32 COMMENT 'Transfers begun; they count for the queue of the giving reservation',
    transferred_out_count UInt32 COMMENT 'Transfers completed',
    transfers_failed_count UInt32 COMMENT 'Transfers failed or canceled; a failed attempt that is followed by another is none',
    focus_tti_ms UInt64 COMMENT 'The agent\'s own time given to these contacts: concurrent contacts share it',
    version UInt64 COMMENT 'Position in the log of the record that last changed the row; the highest holds',
    is_deleted UInt8 COMMENT '1 where the row has fallen back to nothing; FINAL hides it'
)
ENGINE = ReplacingMergeTree(version, is_deleted)
PARTITION BY toYYYYMM(interval_start)
-- Rows lie by day: a day of all queues is read most.
-- Earlier: 0c68be16f16232e0b32a3212becc54ac5260c6ddd236c118e673d34fa0c0a3a3
ORDER BY (workspace, toDate(interval_start), agent, queue, channel, direction, interval_start, shard)
SETTINGS
    fsync_after_insert = 1,
    fsync_part_directory = 1
COMMENT 'Each agent\'s part in a queue\'s offers and handles, by channel, direction and quarter hour.';

-- The rows of agent_queue_intervals as people should read them: FINAL applied.
-- One row: workspace, agent, queue, channel, direction, interval; nothing has to be added to it.
-- Written by: nobody, it is a view. Read by: dashboards, exports, analysts.
-- Needs no FINAL. All rows of an agent lie in one shard, so nothing is grouped here and filters reach the table.
-- A moment on a border belongs to the interval that begins there.
-- A rebuild shows the same rows.
CREATE VIEW IF NOT EXISTS v_agent_queue_intervals
(
    workspace LowCardinality(String) COMMENT 'The workspace that the row belongs to (WS…)',
    agent LowCardinality(String) COMMENT 'The agent: the worker of the source (WK…)',
    queue LowCardinality(String) COMMENT 'The task queue (WQ…)',
    channel LowCardinality(String) COMMENT 'The task channel by its unique name: voice, chat, sms, …',
    direction LowCardinality(String) COMMENT 'Who began it: inbound, outbound, callback, internal, or unknown',
    interval_start DateTime64(3, 'UTC') COMMENT 'Beginning of the quarter hour, in UTC; the end is not included',
    offers_created_count UInt64 COMMENT 'Reservations created: the task was offered to an agent',
    offers_accepted_count UInt64 COMMENT 'Offers accepted: answers of queue visits, and direct legs',
    offers_rejected_count UInt64 COMMENT 'Offers that the agent refused',
    offers_timed_out_count UInt64 COMMENT 'Offers that nobody answered in time (RONA)',
    offers_canceled_count UInt64 COMMENT 'Offers taken back: the caller hung up, or the set-up failed',
    offers_rescinded_count UInt64 COMMENT 'Offers taken back because another agent accepted',
    offers_failed_count UInt64 COMMENT 'Offers that could not be made',
    alert_tti_ms UInt64 COMMENT 'Time in which offers were open',
    handled_count UInt64 COMMENT 'Handles that ended; a contact with two legs is two',
    talk_wce_ms UInt64 COMMENT 'Talk of the handles that ended, whole, without hold',
    hold_wce_ms UInt64 COMMENT 'Hold of the handles that ended, whole',
    acw_wce_ms UInt64 COMMENT 'After-contact work of the handles that ended, whole',
    handle_wce_ms UInt64 COMMENT 'Talk, hold and after-contact work of the handles that ended',
    handle_max_ms UInt64 COMMENT 'The longest handle that ended',
    handled_with_hold_count UInt64 COMMENT 'Handles that ended and had at least one hold',
    hold_started_count UInt64 COMMENT 'Holds begun',
    talk_tti_ms UInt64 COMMENT 'Talk inside the interval, open handles included',
    hold_tti_ms UInt64 COMMENT 'Hold inside the interval, open handles included',
    acw_tti_ms UInt64 COMMENT 'After-contact work inside the interval, open handles included',
    handle_tti_ms UInt64 COMMENT 'Talk, hold and after-contact work inside the interval',
    transfers_initiated_count UInt64 COMMENT 'Transfers begun; they count for the queue of the giving reservation',
    transferred_out_count UInt64 COMMENT 'Transfers completed',
    transfers_failed_count UInt64 COMMENT 'Transfers failed or canceled; a failed attempt that is followed by another is none',
    focus_tti_ms UInt64 COMMENT 'The agent\'s own time given to these contacts: concurrent contacts share it'
)
AS SELECT
    rows.workspace AS workspace,
    rows.agent AS agent,
    rows.queue AS queue,
    rows.channel AS channel,
    rows.direction AS direction,
    rows.interval_start AS interval_start,
    rows.offers_created_count AS offers_created_count,
    rows.offers_accepted_count AS offers_accepted_count,
    rows.offers_rejected_count AS offers_rejected_count,
    rows.offers_timed_out_count AS offers_timed_out_count,
    rows.offers_canceled_count AS offers_canceled_count,
    rows.offers_rescinded_count AS offers_rescinded_count,
    rows.offers_failed_count AS offers_failed_count,
    rows.alert_tti_ms AS alert_tti_ms,
    rows.handled_count AS handled_count,
    rows.talk_wce_ms AS talk_wce_ms,
    rows.hold_wce_ms AS hold_wce_ms,
    rows.acw_wce_ms AS acw_wce_ms,
    rows.handle_wce_ms AS handle_wce_ms,
    rows.handle_max_ms AS handle_max_ms,
    rows.handled_with_hold_count AS handled_with_hold_count,
    rows.hold_started_count AS hold_started_count,
    rows.talk_tti_ms AS talk_tti_ms,
    rows.hold_tti_ms AS hold_tti_ms,
    rows.acw_tti_ms AS acw_tti_ms,
    rows.handle_tti_ms AS handle_tti_ms,
    rows.transfers_initiated_count AS transfers_initiated_count,
    rows.transferred_out_count AS transferred_out_count,
    rows.transfers_failed_count AS transfers_failed_count,
    rows.focus_tti_ms AS focus_tti_ms
FROM agent_queue_intervals AS rows FINAL
COMMENT 'Each agent\'s part in a queue\'s offers and handles, by channel, direction and quarter hour. FINAL applied.';
