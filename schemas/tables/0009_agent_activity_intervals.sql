-- Time of each agent in each activity that he chose, by quarter hour.
-- One row: workspace, agent, activity, interval, shard; the row with the highest version holds.
-- Written by: projection agent-activity-intervals. Read by: v_agent_activity_intervals, and through it shrinkage panels.
-- Read it with FINAL and sum over shards; without FINAL a row counts once a version.
-- A moment on a border belongs to the interval that begins there; times are milliseconds, instants UTC.
-- A rebuild writes the same rows, but for version.
CREATE TABLE IF NOT EXISTS agent_activity_intervals
(
    workspace LowCardinality(String) COMMENT 'The workspace that the row belongs to (WS…)',
    agent LowCardinality(String) COMMENT 'The agent: the worker of the source (WK…)',
    activity LowCardinality(String) COMMENT 'The activity that the agent had chosen (WA…)',
    interval_start DateTime64(3, 'UTC') COMMENT 'Beginning of the quarter hour, in UTC; the end is not included',
    shard UInt16 COMMENT 'The partition of the log whose owner alone writes this row; sum over it',
    activity_ms UInt64 COMMENT 'Time in the activity',
    activity_ended_count UInt32 COMMENT 'Spans of the activity that ended',
    activity_wce_ms UInt64 COMMENT 'Whole length of the spans that ended',
    version UInt64 COMMENT 'Position in the log of the record that last changed the row; the highest holds',
    is_deleted UInt8 COMMENT '1 where the row has fallen back to nothing; FINAL hides it'
)
ENGINE = ReplacingMergeTree(version, is_deleted)
PARTITION BY toYYYYMM(interval_start)
ORDER BY (workspace, agent, activity, interval_start, shard)
SETTINGS
    fsync_after_insert = 1,
    fsync_part_directory = 1
COMMENT 'Time of each agent in each activity that he chose, by quarter hour.';

-- The rows of agent_activity_intervals as people should read them: FINAL applied.
-- One row: workspace, agent, activity, interval; nothing has to be added to it.
-- Written by: nobody, it is a view. Read by: dashboards, exports, analysts.
-- Needs no FINAL. All rows of an agent lie in one shard, so nothing is grouped here and filters reach the table.
-- A moment on a border belongs to the interval that begins there.
-- A rebuild shows the same rows.
CREATE VIEW IF NOT EXISTS v_agent_activity_intervals
(
    workspace LowCardinality(String) COMMENT 'The workspace that the row belongs to (WS…)',
    agent LowCardinality(String) COMMENT 'The agent: the worker of the source (WK…)',
    activity LowCardinality(String) COMMENT 'The activity that the agent had chosen (WA…)',
    interval_start DateTime64(3, 'UTC') COMMENT 'Beginning of the quarter hour, in UTC; the end is not included',
    activity_ms UInt64 COMMENT 'Time in the activity',
    activity_ended_count UInt64 COMMENT 'Spans of the activity that ended',
    activity_wce_ms UInt64 COMMENT 'Whole length of the spans that ended'
)
AS SELECT
    rows.workspace AS workspace,
    rows.agent AS agent,
    rows.activity AS activity,
    rows.interval_start AS interval_start,
    rows.activity_ms AS activity_ms,
    rows.activity_ended_count AS activity_ended_count,
    rows.activity_wce_ms AS activity_wce_ms
FROM agent_activity_intervals AS rows FINAL
COMMENT 'Time of each agent in each activity that he chose, by quarter hour. FINAL applied.';
