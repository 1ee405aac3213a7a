-- What is planned for agents: a row for each stretch in which one reading of a plan says one thing.
-- One row: workspace, basis, agent, beginning; the row with the highest version holds.
-- Written by: projection schedule-segments. Read by: adherence timelines, planned hours, shrinkage.
-- Read it with FINAL, and always say which basis: final is the plan as it was corrected in the end, known what had been read by then of each instant.
-- By either basis stretches do not overlap; of time that has none no plan was read. The known plan tells only what has begun; of the time to come it is the final one. Instants are UTC, the end not included.
-- A rebuild writes the same rows, but for version.
CREATE TABLE IF NOT EXISTS schedule_segments
(
    workspace LowCardinality(String) COMMENT 'The workspace that the row belongs to (WS…)',
    basis LowCardinality(String) COMMENT 'By which plan: final, known',
    agent LowCardinality(String) COMMENT 'The agent: the worker of the source (WK…)',
    started_at DateTime64(3, 'UTC') COMMENT 'When the stretch begins',
    ended_at DateTime64(3, 'UTC') COMMENT 'When it ends',
    code LowCardinality(String) COMMENT 'What he is to do, by the WFM product\'s code; empty: it was read that nothing is planned',
    name LowCardinality(String) COMMENT 'The same for people; empty if that was not told',
    schedule_date LowCardinality(String) COMMENT 'The day of the roster that it is of, such as 2026-03-02: a night shift is of the day on which it begins; empty if that was not told',
    is_tracked Bool COMMENT 'It is measured that he keeps to it',
    is_paid Nullable(Bool) COMMENT 'It is paid; NULL: the plan does not say, the code decides',
    is_productive Nullable(Bool) COMMENT 'It is productive; NULL: the plan does not say, the code decides',
    is_time_off Bool COMMENT 'It is time off',
    is_overtime Bool COMMENT 'It is overtime',
    plan String COMMENT 'The event of the ledger that tells it: one reading of the plan',
    read_at DateTime64(3, 'UTC') COMMENT 'When that was read',
    version UInt64 COMMENT 'Position in the log of the record that last changed the row; the highest holds',
    is_deleted UInt8 COMMENT '1 where the row has fallen back to nothing; FINAL hides it'
)
ENGINE = ReplacingMergeTree(version, is_deleted)
PARTITION BY toYYYYMM(started_at)
ORDER BY (workspace, basis, agent, started_at)
SETTINGS
    fsync_after_insert = 1,
    fsync_part_directory = 1
COMMENT 'What is planned for agents. One row: workspace, basis, agent, beginning.';
