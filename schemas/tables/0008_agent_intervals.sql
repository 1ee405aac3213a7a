-- How the signed-in time of each agent was spent, by quarter hour.
-- One row: workspace, agent, interval, shard; the row with the highest version holds.
-- Written by: projection agent-intervals. Read by: v_agent_intervals, and through it occupancy panels and exports.
-- Read it with FINAL and sum over shards; without FINAL a row counts once a version.
-- A moment on a border belongs to the interval that begins there; times are milliseconds, instants UTC.
-- A rebuild writes the same rows, but for version.
CREATE TABLE IF NOT EXISTS agent_intervals
(
    workspace LowCardinality(String) COMMENT 'The workspace that the row belongs to (WS…)',
    agent LowCardinality(String) COMMENT 'The agent: the worker of the source (WK…)',
    interval_start DateTime64(3, 'UTC') COMMENT 'Beginning of the quarter hour, in UTC; the end is not included',
    shard UInt16 COMMENT 'The partition of the log whose owner alone writes this row; sum over it',
    signed_in_ms UInt64 COMMENT 'Time in an activity that is not offline',
    available_ms UInt64 COMMENT 'Of this, in an activity of class available',
    aux_ms UInt64 COMMENT 'Of this, in an activity of class aux',
    state_talk_ms UInt64 COMMENT 'Signed-in time with at least one handle in talk',
    state_hold_ms UInt64 COMMENT 'Else with at least one on hold',
    state_acw_ms UInt64 COMMENT 'Else with at least one in after-contact work',
    state_alert_ms UInt64 COMMENT 'Else with at least one offer open',
    state_idle_ms UInt64 COMMENT 'Else in an available activity',
    state_aux_ms UInt64 COMMENT 'Else: in an aux activity',
    handling_offline_ms UInt64 COMMENT 'Time with at least one open handle while not signed in',
    concurrency_max UInt32 COMMENT 'Most handles open at one instant',
    sign_in_count UInt32 COMMENT 'Changes from offline to signed in',
    sign_out_count UInt32 COMMENT 'Changes from signed in to offline',
    version UInt64 COMMENT 'Position in the log of the record that last changed the row; the highest holds',
    is_deleted UInt8 COMMENT '1 where the row has fallen back to nothing; FINAL hides it'
)
ENGINE = ReplacingMergeTree(version, is_deleted)
PARTITION BY toYYYYMM(interval_start)
ORDER BY (workspace, agent, interval_start, shard)
SETTINGS
    fsync_after_insert = 1,
    fsync_part_directory = 1
COMMENT 'How the signed-in time of each agent was spent, by quarter hour.';

-- The rows of agent_intervals as people should read them: FINAL applied.
-- One row: workspace, agent, interval; nothing has to be added to it.
-- Written by: nobody, it is a view. Read by: dashboards, exports, analysts.
-- Needs no FINAL. All rows of an agent lie in one shard, so nothing is grouped here and filters reach the table.
-- A moment on a border belongs to the interval that begins there.
-- A rebuild shows the same rows.
CREATE VIEW IF NOT EXISTS v_agent_intervals
(
    workspace LowCardinality(String) COMMENT 'The workspace that the row belongs to (WS…)',
    agent LowCardinality(String) COMMENT 'The agent: the worker of the source (WK…)',
    interval_start DateTime64(3, 'UTC') COMMENT 'Beginning of the quarter hour, in UTC; the end is not included',
    signed_in_ms UInt64 COMMENT 'Time in an activity that is not offline',
    available_ms UInt64 COMMENT 'Of this, in an activity of class available',
    aux_ms UInt64 COMMENT 'Of this, in an activity of class aux',
    state_talk_ms UInt64 COMMENT 'Signed-in time with at least one handle in talk',
    state_hold_ms UInt64 COMMENT 'Else with at least one on hold',
    state_acw_ms UInt64 COMMENT 'Else with at least one in after-contact work',
    state_alert_ms UInt64 COMMENT 'Else with at least one offer open',
    state_idle_ms UInt64 COMMENT 'Else in an available activity',
    state_aux_ms UInt64 COMMENT 'Else: in an aux activity',
    handling_offline_ms UInt64 COMMENT 'Time with at least one open handle while not signed in',
    concurrency_max UInt32 COMMENT 'Most handles open at one instant',
    sign_in_count UInt64 COMMENT 'Changes from offline to signed in',
    sign_out_count UInt64 COMMENT 'Changes from signed in to offline'
)
AS SELECT
    rows.workspace AS workspace,
    rows.agent AS agent,
    rows.interval_start AS interval_start,
    rows.signed_in_ms AS signed_in_ms,
    rows.available_ms AS available_ms,
    rows.aux_ms AS aux_ms,
    rows.state_talk_ms AS state_talk_ms,
    rows.state_hold_ms AS state_hold_ms,
    rows.state_acw_ms AS state_acw_ms,
    rows.state_alert_ms AS state_alert_ms,
    rows.state_idle_ms AS state_idle_ms,
    rows.state_aux_ms AS state_aux_ms,
    rows.handling_offline_ms AS handling_offline_ms,
    rows.concurrency_max AS concurrency_max,
    rows.sign_in_count AS sign_in_count,
    rows.sign_out_count AS sign_out_count
FROM agent_intervals AS rows FINAL
COMMENT 'How the signed-in time of each agent was spent, by quarter hour. FINAL applied.';
