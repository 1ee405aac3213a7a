-- Which life of these tables this is, so that a shard's memory is never taken for that of other tables.
-- One row; it is made with the tables and changes places with them when a rebuild takes theirs.
-- Written by: the runner, once. Read by: the runner, when it opens its memory.
-- Read it with FINAL.
-- No times in it.
-- A rebuild makes a new one.
CREATE TABLE IF NOT EXISTS generation
(
    one UInt8 COMMENT 'Always 1: there is one row',
    id String COMMENT 'Made at random with the tables'
)
ENGINE = ReplacingMergeTree
ORDER BY one
SETTINGS
    fsync_after_insert = 1,
    fsync_part_directory = 1
COMMENT 'Which life of these tables this is.';
