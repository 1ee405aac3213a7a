-- Activities of agents: a row for each stretch in an activity, from one change to the next, whatever the agent did in it.
-- One row: workspace, agent, beginning, place; the row with the highest version holds.
-- Written by: projection agent-activities. Read by: verify, which recomputes signing in and out and activities from it.
-- Read it with FINAL; without it a stretch counts once a version.
-- A stretch ends where the next begins, its end not included; one of length 0 is a row too; the last one is open.
-- A rebuild writes the same rows, but for version and receipt.
CREATE TABLE IF NOT EXISTS agent_activities
(
    workspace LowCardinality(String) COMMENT 'The workspace that the row belongs to (WS…)',
    agent LowCardinality(String) COMMENT 'The agent: the worker of the source (WK…)',
    started_at DateTime64(3, 'UTC') COMMENT 'When the activity began',
    place UInt32 COMMENT 'Number among those that began at the same instant, from 0: all but the last of them have length 0',
    ended_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When it ended; NULL while it lasts',
    is_open Bool COMMENT 'The agent is still in it',
    activity LowCardinality(String) COMMENT 'The activity (WA…)',
    activity_name LowCardinality(String) COMMENT 'Its name at that time',
    activity_class LowCardinality(String) COMMENT 'Its class at that time: available, aux, offline',
    duration_ms UInt64 COMMENT 'Its length, 0 while it lasts',
    first_received_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When the hub had the first that a source told of it; NULL if none did',
    last_received_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When the hub had the last that a source told of it',
    version UInt64 COMMENT 'Position in the log of the record that last changed the row; the highest holds',
    is_deleted UInt8 COMMENT '1 where the row has fallen back to nothing; FINAL hides it'
)
ENGINE = ReplacingMergeTree(version, is_deleted)
PARTITION BY toYYYYMM(started_at)
ORDER BY (workspace, agent, started_at, place)
SETTINGS
    fsync_after_insert = 1,
    fsync_part_directory = 1
COMMENT 'Activities of agents: a row for each stretch in an activity, from one change to the next, whatever the agent did in it.';
