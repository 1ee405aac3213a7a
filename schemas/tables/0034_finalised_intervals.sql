-- Finalised intervals: up to when each interval table is final, and since when it has been.
-- One row: table, end of the stretch; the row with the highest version holds.
-- Written by: projection finalised-intervals. Read by: /v1/intervals, /v1/completeness, the hub before it says more.
-- Read it with FINAL.
-- Stretches overlap: each tells of all that is final since the hub first ran.
-- A rebuild writes the same rows, but for version.
CREATE TABLE IF NOT EXISTS finalised_intervals
(
    table_name LowCardinality(String) COMMENT 'The interval table',
    until DateTime64(3, 'UTC') COMMENT 'Intervals that end by then are final',
    since DateTime64(3, 'UTC') COMMENT 'Intervals that begin before were read in as history, and are not',
    finalised_at DateTime64(3, 'UTC') COMMENT 'When they became so',
    version UInt64 COMMENT 'Position in the log of the record that last changed the row; the highest holds',
    is_deleted UInt8 COMMENT '1 where the row has fallen back to nothing; FINAL hides it'
)
ENGINE = ReplacingMergeTree(version, is_deleted)
ORDER BY (table_name, until)
SETTINGS
    fsync_after_insert = 1,
    fsync_part_directory = 1
COMMENT 'Finalised intervals: up to when each interval table is final, and since when.';
