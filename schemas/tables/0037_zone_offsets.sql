-- How far the clocks of each time zone are from UTC, and when that changes: what the views v_…_local tell local time by.
-- One row: zone, from_utc: a stretch in which the offset stays the same.
-- Written by: the hub at its start, when it knows other rules for zones or other years than the rows. Read by: v_…_local.
-- Needs no FINAL: a zone's rows come in one insert, and only those of one version of the rules are there.
-- A stretch begins on a whole minute, its end not included; zones are named as IANA names them, older names beside newer ones.
-- A rebuild leaves it alone: it holds nothing of the ledger.
CREATE TABLE IF NOT EXISTS zone_offsets
(
    zone LowCardinality(String) COMMENT 'The time zone: America/New_York, Europe/Berlin, UTC, …',
    from_utc DateTime64(3, 'UTC') COMMENT 'When the stretch begins',
    to_utc DateTime64(3, 'UTC') COMMENT 'When it ends, not included',
    offset_ms Int64 COMMENT 'What local time is ahead of UTC; below 0 in the west',
    rules LowCardinality(String) COMMENT 'The version of the rules for zones, and the years, that the row was made for'
)
ENGINE = ReplacingMergeTree
ORDER BY (zone, from_utc)
SETTINGS
    fsync_after_insert = 1,
    fsync_part_directory = 1
COMMENT 'How far the clocks of each time zone are from UTC, and when that changes. One row: zone, from_utc.';

-- The same by days in UTC, so that an interval finds its offset by its day.
-- One row: zone, day: no zone changes its clocks twice in a day.
-- Written by: nobody, it is a view. Read by: v_…_local.
-- Needs no FINAL: rows of two versions of the rules, while one takes the place of the other, are one row here.
-- The new offset holds from changes_at on.
-- A rebuild leaves it alone.
CREATE VIEW IF NOT EXISTS v_zone_days
(
    zone LowCardinality(String) COMMENT 'The time zone: America/New_York, Europe/Berlin, UTC, …',
    day Date COMMENT 'The day in UTC',
    before_ms Int64 COMMENT 'What local time is ahead of UTC as the day begins',
    changes_at DateTime64(3, 'UTC') COMMENT 'From when on it is after_ms; on most days long ago',
    after_ms Int64 COMMENT 'What local time is ahead of UTC as the day ends'
)
AS SELECT
    spans.zone AS zone,
    CAST(each, 'Date') AS day,
    argMin(spans.offset_ms, spans.from_utc) AS before_ms,
    max(spans.from_utc) AS changes_at,
    argMax(spans.offset_ms, spans.from_utc) AS after_ms
FROM zone_offsets AS spans
ARRAY JOIN range(toUInt16(toDate(spans.from_utc)), toUInt16(toDate(spans.to_utc - toIntervalMillisecond(1))) + 1) AS each
GROUP BY zone, day
COMMENT 'How far the clocks of each time zone are from UTC, by day. One row: zone, day.';
