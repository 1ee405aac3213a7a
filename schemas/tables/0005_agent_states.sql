-- States of agents: a row for each stretch in which an agent did one thing in one activity.
-- One row: workspace, agent, beginning; the row with the highest version holds.
-- Written by: projection agent-states. Read by: verify, adherence, the timeline of an agent.
-- Read it with FINAL; without it a stretch counts once a version.
-- A stretch ends where the next begins, its end not included; the last one is open.
-- A rebuild writes the same rows, but for version.
CREATE TABLE IF NOT EXISTS agent_states
(
    workspace LowCardinality(String) COMMENT 'The workspace that the row belongs to (WS…)',
    agent LowCardinality(String) COMMENT 'The agent: the worker of the source (WK…)',
    started_at DateTime64(3, 'UTC') COMMENT 'When the stretch began',
    ended_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When it ended; NULL while it lasts',
    is_open Bool COMMENT 'The agent is still in it',
    state LowCardinality(String) COMMENT 'What he did: talk, hold, acw, alert, idle, aux, offline, work_offline',
    activity LowCardinality(String) COMMENT 'The activity that the agent had chosen (WA…)',
    activity_name LowCardinality(String) COMMENT 'Its name at that time',
    activity_class LowCardinality(String) COMMENT 'Its class at that time: available, aux, offline',
    activity_started_at DateTime64(3, 'UTC') COMMENT 'When the activity began',
    version UInt64 COMMENT 'Position in the log of the record that last changed the row; the highest holds',
    is_deleted UInt8 COMMENT '1 where the row has fallen back to nothing; FINAL hides it'
)
ENGINE = ReplacingMergeTree(version, is_deleted)
PARTITION BY toYYYYMM(started_at)
ORDER BY (workspace, agent, started_at)
SETTINGS
    fsync_after_insert = 1,
    fsync_part_directory = 1
COMMENT 'States of agents: a row for each stretch in which an agent did one thing in one activity.';
