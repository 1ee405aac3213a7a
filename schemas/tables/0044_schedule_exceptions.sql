-- What is agreed beside plans: another code, not to measure, or to accept whatever the agent did.
-- One row: workspace, agent, id, stretch; the row with the highest version holds.
-- Written by: projection schedule-exceptions. Read by: adherence reports, who asks why a number was forgiven.
-- Read it with FINAL. What was withdrawn stays, marked.
-- The end of a stretch is not included.
-- A rebuild writes the same rows, but for version.
CREATE TABLE IF NOT EXISTS schedule_exceptions
(
    workspace LowCardinality(String) COMMENT 'The workspace that the row belongs to (WS…)',
    agent LowCardinality(String) COMMENT 'The agent: the worker of the source (WK…)',
    exception String COMMENT 'Its id',
    started_at DateTime64(3, 'UTC') COMMENT 'When it begins',
    ended_at DateTime64(3, 'UTC') COMMENT 'When it ends',
    kind LowCardinality(String) COMMENT 'replace: he does something else; exclude: it is not measured; excuse: whatever he did is accepted',
    code LowCardinality(String) COMMENT 'What he does instead, where it is replaced',
    reason String COMMENT 'Why',
    approved_by String COMMENT 'Who has agreed',
    is_withdrawn Bool COMMENT 'It does not hold any more',
    set_at DateTime64(3, 'UTC') COMMENT 'When that was told',
    version UInt64 COMMENT 'Position in the log of the record that last changed the row; the highest holds',
    is_deleted UInt8 COMMENT '1 where the row has fallen back to nothing; FINAL hides it'
)
ENGINE = ReplacingMergeTree(version, is_deleted)
PARTITION BY toYYYYMM(started_at)
ORDER BY (workspace, agent, exception, started_at, ended_at)
SETTINGS
    fsync_after_insert = 1,
    fsync_part_directory = 1
COMMENT 'What is agreed beside plans. One row: workspace, agent, id, stretch.';
