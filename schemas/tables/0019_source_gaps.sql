-- Gaps: stretches in which a source lost events, or may have.
-- One row: source, beginning; the row with the highest version holds.
-- Written by: projection source-gaps. Read by: v_interval_coverage, /v1/sources, /v1/intervals.
-- Read it with FINAL; without it a gap counts once a version.
-- An open gap makes the numbers of its time unknown, not zero.
-- A rebuild writes the same rows, but for version.
CREATE TABLE IF NOT EXISTS source_gaps
(
    source LowCardinality(String) COMMENT 'The source that was silent: twilio-taskrouter, twilio-voice, …',
    gap_from DateTime64(3, 'UTC') COMMENT 'When the silence began',
    gap_to Nullable(DateTime64(3, 'UTC')) COMMENT 'When it ended; NULL while it goes on',
    status LowCardinality(String) COMMENT 'open; filled: what was lost was read again; empty: nothing had been lost',
    reason LowCardinality(String) COMMENT 'How it was noticed: silence, missing, hub_down, …',
    noticed_at DateTime64(3, 'UTC') COMMENT 'When it was noticed',
    closed_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When it was closed; NULL while it is open',
    version UInt64 COMMENT 'Position in the log of the record that last changed the row; the highest holds',
    is_deleted UInt8 COMMENT '1 where the row has fallen back to nothing; FINAL hides it'
)
ENGINE = ReplacingMergeTree(version, is_deleted)
ORDER BY (source, gap_from)
SETTINGS
    fsync_after_insert = 1,
    fsync_part_directory = 1
COMMENT 'Gaps: stretches in which a source lost events, or may have.';
