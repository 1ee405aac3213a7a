-- Restatements: what the interval tables said of a time that was final or had been delivered, and say otherwise now.
-- One row: table, the row in it, column, record of the ledger that changed it.
-- Written by: projection restatements. Read by: /v1/restatements, as_reported_at of /v1/intervals.
-- Read it with FINAL; without it a change may count twice after a crash.
-- Rows are parts of one shard, as in the interval tables: old and new are of that part, and their differences add up.
-- A rebuild writes the same rows.
CREATE TABLE IF NOT EXISTS restatements
(
    table_name LowCardinality(String) COMMENT 'The interval table',
    workspace LowCardinality(String) COMMENT 'The workspace of the row',
    queue LowCardinality(String) COMMENT 'Its queue; empty where its table has none',
    agent LowCardinality(String) COMMENT 'Its agent; empty where its table has none',
    activity LowCardinality(String) COMMENT 'Its activity; empty where its table has none',
    channel LowCardinality(String) COMMENT 'Its channel; empty where its table has none',
    direction LowCardinality(String) COMMENT 'Its direction; empty where its table has none',
    interval_start DateTime64(3, 'UTC') COMMENT 'The beginning of its interval',
    shard UInt16 COMMENT 'Which part of the row',
    column_name LowCardinality(String) COMMENT 'The metric that changed',
    position UInt64 COMMENT 'Position in the log of the record that changed it',
    old_value Int64 COMMENT 'What it was; 0 where there was no row. Of a histogram see old_hist',
    new_value Int64 COMMENT 'What it is since',
    old_hist Array(UInt32) COMMENT 'What a histogram was; empty for other metrics',
    new_hist Array(UInt32) COMMENT 'What it is since',
    standing LowCardinality(String) COMMENT 'How it was out: final, or delivered before it was final',
    cause_id String COMMENT 'The event that changed it',
    cause_type LowCardinality(String) COMMENT 'Its type',
    caused_at DateTime64(3, 'UTC') COMMENT 'When it had happened',
    recorded_at DateTime64(3, 'UTC') COMMENT 'When the ledger had it',
    version UInt64 COMMENT 'Position in the log of the record that last changed the row; the highest holds',
    is_deleted UInt8 COMMENT '1 where the row has fallen back to nothing; FINAL hides it'
)
ENGINE = ReplacingMergeTree(version, is_deleted)
PARTITION BY toYYYYMM(interval_start)
ORDER BY (table_name, workspace, queue, agent, activity, channel, direction, interval_start, shard, column_name, position)
SETTINGS
    fsync_after_insert = 1,
    fsync_part_directory = 1
COMMENT 'Restatements: what was said of a time that was final or had been delivered, and is said otherwise now.';
