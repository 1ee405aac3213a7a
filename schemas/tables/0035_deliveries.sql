-- Deliveries: which stretches of the interval tables have left the house, to whom.
-- One row: table, delivery; the row with the highest version holds.
-- Written by: projection deliveries. Read by: /v1/intervals, analysts.
-- Read it with FINAL.
-- What was delivered is restated like what is final.
-- A rebuild writes the same rows, but for version.
CREATE TABLE IF NOT EXISTS deliveries
(
    table_name LowCardinality(String) COMMENT 'The interval table',
    delivery String COMMENT 'The delivery, by the id of its event',
    target LowCardinality(String) COMMENT 'Who got it',
    since DateTime64(3, 'UTC') COMMENT 'Beginning of the stretch',
    until DateTime64(3, 'UTC') COMMENT 'Its end',
    delivered_at DateTime64(3, 'UTC') COMMENT 'When it left',
    version UInt64 COMMENT 'Position in the log of the record that last changed the row; the highest holds',
    is_deleted UInt8 COMMENT '1 where the row has fallen back to nothing; FINAL hides it'
)
ENGINE = ReplacingMergeTree(version, is_deleted)
ORDER BY (table_name, delivery)
SETTINGS
    fsync_after_insert = 1,
    fsync_part_directory = 1
COMMENT 'Deliveries: which stretches of the interval tables have left the house, to whom.';
