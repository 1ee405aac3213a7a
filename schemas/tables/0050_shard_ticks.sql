-- How far time has come in the rows of each shard: what every process knows of how complete the tables are.
-- One row: topic, partition; the row with the highest position holds.
-- Written by: the runner, when a shard's rows are there, where a tick has come since. Read by: API, exports, alerts, repair.
-- Read it with FINAL. The tables are complete up to the least of all partitions, and of none that is missing anybody knows.
-- The instant is the tick's own: what lies before it is in the rows.
-- A rebuild writes it beside its tables, and puts it in their place with them.
CREATE TABLE IF NOT EXISTS shard_ticks
(
    topic LowCardinality(String) COMMENT 'The topic of the shard',
    partition UInt32 COMMENT 'The partition of the topic',
    ticked_at DateTime64(3, 'UTC') COMMENT 'The last tick of the clock that is in its rows',
    position UInt64 COMMENT 'The place in the log up to which it had read; the highest holds'
)
ENGINE = ReplacingMergeTree(position)
ORDER BY (topic, partition)
SETTINGS
    fsync_after_insert = 1,
    fsync_part_directory = 1
COMMENT 'How far time has come in the rows of each shard. One row: topic, partition.';
