-- WFM identities: by which number, name or logon each WFM product knows queues and agents, with their history.
-- One row: target, queue in a channel and direction or agent by a logon, since; the row with the highest version holds.
-- Written by: projection wfm-identities. Read by: analysts, who have a vendor's numbers before them.
-- Read it with FINAL.
-- An entry holds from since on, that instant included, and until until, that not included.
-- A rebuild writes the same rows, but for version.
CREATE TABLE IF NOT EXISTS wfm_identities
(
    target LowCardinality(String) COMMENT 'The WFM product, as exports and mappings are told',
    kind LowCardinality(String) COMMENT 'queue or agent',
    id String COMMENT 'The task queue (WQ…) or worker (WK…)',
    channel LowCardinality(String) COMMENT 'Of a queue: in which channel; empty: in any',
    direction LowCardinality(String) COMMENT 'Of a queue: in which direction; empty: in any',
    logon String COMMENT 'Of an agent: by which the product knows him; empty where nothing is said of it',
    since DateTime64(3, 'UTC') COMMENT 'From when on it holds; 1970: from the beginning',
    until Nullable(DateTime64(3, 'UTC')) COMMENT 'When it holds no longer; NULL: it goes on',
    number Nullable(UInt32) COMMENT 'Of a queue: the whole number by which the product knows it',
    name String COMMENT 'What it is called there; empty: as the ledger knows it',
    is_left_out Bool COMMENT 'The product does not want it',
    origin LowCardinality(String) COMMENT 'customer: somebody has said so; hub: the hub has given the number, for good',
    identities_version UInt32 COMMENT 'Of what the customer says, the version; 0 of what the hub has given',
    version UInt64 COMMENT 'Position in the log of the record that last changed the row; the highest holds',
    is_deleted UInt8 COMMENT '1 where the row has fallen back to nothing; FINAL hides it'
)
ENGINE = ReplacingMergeTree(version, is_deleted)
ORDER BY (target, kind, id, channel, direction, logon, since)
SETTINGS
    fsync_after_insert = 1,
    fsync_part_directory = 1
COMMENT 'WFM identities: by which number, name or logon each WFM product knows queues and agents.';
