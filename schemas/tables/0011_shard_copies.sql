-- Copies of what shards remember, so that another machine goes on from there and not from the beginning of the ledger.
-- One row: topic, partition, slot, part; of a slot whose parts do not all have one position nothing is used.
-- Written by: the runner, where the ledger is Kafka. Read by: the runner, when it gains a shard.
-- Read it with FINAL.
-- No times in it.
-- A rebuild leaves it alone; copies that belong to the tables of before are not used any more.
CREATE TABLE IF NOT EXISTS shard_copies
(
    topic LowCardinality(String) COMMENT 'The topic of the shard',
    partition UInt32 COMMENT 'The partition of the topic',
    slot UInt8 COMMENT '0 and 1 in turn: while one is written the other is whole',
    part UInt32 COMMENT 'Which piece of the file, from 0',
    parts UInt32 COMMENT 'How many pieces there are',
    generation String COMMENT 'The tables that the memory belongs to',
    position UInt64 COMMENT 'The place in the log up to which it has read; the highest holds',
    bytes String COMMENT 'A piece of the file, compressed, in Base64'
)
ENGINE = ReplacingMergeTree(position)
ORDER BY (topic, partition, slot, part)
SETTINGS
    fsync_after_insert = 1,
    fsync_part_directory = 1
COMMENT 'Copies of what shards remember, for other machines.';
