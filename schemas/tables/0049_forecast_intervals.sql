-- What was forecast of queues, channels and skills: a row for each interval of each reading of a forecast.
-- One row: workspace, queue, channel, skill, interval, reading; the row with the highest version holds.
-- Written by: projection forecast-intervals. Read by: v_forecast_intervals, who asks what was expected at the time.
-- Read it with FINAL, and say which reading: held_until IS NULL is what holds now; of an instant, read_at <= it and (held_until IS NULL OR held_until > it).
-- Intervals are as long as they were told, the end not included; of one thing and one reading they do not overlap. Instants are UTC.
-- A rebuild writes the same rows, but for version.
CREATE TABLE IF NOT EXISTS forecast_intervals
(
    workspace LowCardinality(String) COMMENT 'The workspace of the queue (WS…); empty where the forecast is of no queue and none was told',
    queue LowCardinality(String) COMMENT 'The queue (WQ…); empty: not told apart by queue',
    channel LowCardinality(String) COMMENT 'The channel; empty: not told apart by channel',
    skill LowCardinality(String) COMMENT 'The skill, in the planner\'s words; empty: not told apart by skill',
    interval_start DateTime64(3, 'UTC') COMMENT 'Beginning of the interval, in UTC',
    forecast String COMMENT 'The event of the ledger that tells it: one reading of a day of a forecast',
    interval_end DateTime64(3, 'UTC') COMMENT 'Its end, not included',
    offered Float64 COMMENT 'How many will come in it',
    aht_ms Nullable(UInt64) COMMENT 'How long one of them will take on average; NULL: not told',
    staff Nullable(Float64) COMMENT 'How many agents it takes; NULL: not told',
    read_at DateTime64(3, 'UTC') COMMENT 'When it was read, from when on it held',
    held_until Nullable(DateTime64(3, 'UTC')) COMMENT 'When another reading of the interval took its place; NULL: it holds',
    version UInt64 COMMENT 'Position in the log of the record that last changed the row; the highest holds',
    is_deleted UInt8 COMMENT '1 where the row has fallen back to nothing; FINAL hides it'
)
ENGINE = ReplacingMergeTree(version, is_deleted)
PARTITION BY toYYYYMM(interval_start)
ORDER BY (workspace, queue, channel, skill, interval_start, forecast)
SETTINGS
    fsync_after_insert = 1,
    fsync_part_directory = 1
COMMENT 'What was forecast, in all its versions. One row: workspace, queue, channel, skill, interval, reading.';

-- The rows of forecast_intervals in quarter hours, to be held against queue_intervals: what comes in a longer interval is spread evenly over it.
-- One row: workspace, queue, channel, skill, quarter hour, reading.
-- Written by: nobody, it is a view. Read by: dashboards, analysts.
-- Needs no FINAL. Say which reading, as of the table; mind that forecasts by queue and forecasts by channel of the same contacts are two, not parts of one.
-- A moment on a border belongs to the quarter hour that begins there. An interval shorter than a quarter hour is in the one in which it begins.
-- A rebuild shows the same rows.
CREATE VIEW IF NOT EXISTS v_forecast_intervals
(
    workspace LowCardinality(String) COMMENT 'The workspace of the queue (WS…); empty where the forecast is of no queue and none was told',
    queue LowCardinality(String) COMMENT 'The queue (WQ…); empty: not told apart by queue',
    channel LowCardinality(String) COMMENT 'The channel; empty: not told apart by channel',
    skill LowCardinality(String) COMMENT 'The skill, in the planner\'s words; empty: not told apart by skill',
    interval_start DateTime64(3, 'UTC') COMMENT 'Beginning of the quarter hour, in UTC',
    forecast String COMMENT 'The event of the ledger that tells it: one reading of a day of a forecast',
    offered Float64 COMMENT 'How many will come in it',
    aht_ms Nullable(UInt64) COMMENT 'How long one of them will take on average; NULL: not told',
    staff Nullable(Float64) COMMENT 'How many agents it takes; NULL: not told',
    read_at DateTime64(3, 'UTC') COMMENT 'When it was read, from when on it held',
    held_until Nullable(DateTime64(3, 'UTC')) COMMENT 'When another reading of the interval took its place; NULL: it holds'
)
AS SELECT
    rows.workspace AS workspace,
    rows.queue AS queue,
    rows.channel AS channel,
    rows.skill AS skill,
    rows.interval_start + toIntervalMinute(15 * quarter) AS interval_start,
    rows.forecast AS forecast,
    rows.offered / quarters AS offered,
    rows.aht_ms AS aht_ms,
    rows.staff AS staff,
    rows.read_at AS read_at,
    rows.held_until AS held_until
FROM (
    SELECT *, greatest(1, intDiv(dateDiff('minute', interval_start, interval_end), 15)) AS quarters
    FROM forecast_intervals FINAL
) AS rows
ARRAY JOIN range(toUInt32(quarters)) AS quarter
COMMENT 'What was forecast, by quarter hour. One row: workspace, queue, channel, skill, quarter hour, reading.';
