-- Self-service: each run of a flow, and where the customer left it.
-- One row: workspace, execution; the row with the highest version holds.
-- Written by: projection flow-executions. Read by: v_self_service, analysts.
-- Read it with FINAL; without it a run counts once a version.
-- Steps are taken in the order of their time.
-- A rebuild writes the same rows, but for version.
CREATE TABLE IF NOT EXISTS flow_executions
(
    workspace LowCardinality(String) COMMENT 'Empty: a flow belongs to an account',
    execution String COMMENT 'The run (FN…)',
    flow LowCardinality(String) COMMENT 'The flow (FW…)',
    call String COMMENT 'The call that began it, empty if none',
    conversation String COMMENT 'The conversation that began it, empty if none',
    started_at DateTime64(3, 'UTC') COMMENT 'When it began',
    ended_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When it ended; NULL while it goes on',
    is_open Bool COMMENT 'It has not ended',
    end_reason String COMMENT 'Why it ended, by the source',
    steps_count UInt32 COMMENT 'Steps taken',
    last_step LowCardinality(String) COMMENT 'Where it was when it ended, or is now',
    path Array(LowCardinality(String)) COMMENT 'The steps that were left, in order',
    duration_ms UInt64 COMMENT 'How long it took, 0 while it goes on',
    version UInt64 COMMENT 'Position in the log of the record that last changed the row; the highest holds',
    is_deleted UInt8 COMMENT '1 where the row has fallen back to nothing; FINAL hides it'
)
ENGINE = ReplacingMergeTree(version, is_deleted)
ORDER BY (workspace, execution)
SETTINGS
    fsync_after_insert = 1,
    fsync_part_directory = 1
COMMENT 'Self-service: each run of a flow, and where the customer left it.';
