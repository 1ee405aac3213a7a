-- How long the base intervals of this ledger are: by the earliest of its definitions, else a quarter hour.
-- One row; it is always there.
-- Written by: nobody, it is a view. Read by: views that make intervals, analysts.
-- Needs no FINAL: a definition counts however often it is read.
-- Times are milliseconds; the rows of all interval tables are of this length.
-- A rebuild shows the same row.
CREATE VIEW IF NOT EXISTS v_interval_length
(
    length_ms UInt64 COMMENT 'Length of a base interval: 300000, 900000 or 1800000'
)
AS SELECT toUInt64(60000 * if(argMin(told.minutes, (told.at, told.id)) = 0, 15, argMin(told.minutes, (told.at, told.id)))) AS length_ms
FROM (
    SELECT at, id, JSONExtractUInt(ifNull(attributes, ''), 'intervalMinutes') AS minutes
    FROM events WHERE topic = 'ledgerline.config' AND type = 'definitions.set' AND minutes IN (0, 5, 15, 30)
) AS told
COMMENT 'How long the base intervals of this ledger are: by the earliest of its definitions, else a quarter hour. One row.';

-- Intervals in which a source has a gap: what is missing there is unknown, not zero.
-- One row: source, gap, interval.
-- Written by: nobody, it is a view. Read by: dashboards, exports, analysts.
-- Needs no FINAL: it is applied here.
-- Times are milliseconds, instants UTC; intervals are as long as v_interval_length says.
-- A rebuild shows the same rows.
CREATE OR REPLACE VIEW v_interval_coverage
(
    source LowCardinality(String) COMMENT 'The source that has lost events, or may have',
    interval_start DateTime64(3, 'UTC') COMMENT 'Beginning of the interval, in UTC; the end is not included',
    unknown_ms UInt64 COMMENT 'Time of the interval in which the source is not known to have told all',
    status LowCardinality(String) COMMENT 'open; filled and empty gaps are known again',
    reason LowCardinality(String) COMMENT 'How the gap was noticed'
)
AS SELECT
    gaps.source AS source,
    fromUnixTimestamp64Milli(start) AS interval_start,
    toUInt64(least(until, start + gaps.length_ms) - greatest(since, start)) AS unknown_ms,
    gaps.status AS status,
    gaps.reason AS reason
FROM (
    SELECT source, status, reason, toInt64(assumeNotNull((SELECT length_ms FROM v_interval_length))) AS length_ms,
        toUnixTimestamp64Milli(gap_from) AS since,
        ifNull(toUnixTimestamp64Milli(gap_to), toUnixTimestamp64Milli(now64(3))) AS until
    FROM source_gaps FINAL
    WHERE until > since
) AS gaps
ARRAY JOIN range(intDiv(since, gaps.length_ms) * gaps.length_ms, until, gaps.length_ms) AS start
COMMENT 'Intervals in which a source has a gap: what is missing there is unknown, not zero. One row: source, gap, interval.';

-- Self-service by flow and interval: how many runs needed no agent, and where they ended.
-- One row: flow, interval.
-- Written by: nobody, it is a view. Read by: dashboards, exports, analysts.
-- Needs no FINAL: it is applied here.
-- Times are milliseconds, instants UTC; intervals are as long as v_interval_length says.
-- A rebuild shows the same rows.
CREATE OR REPLACE VIEW v_self_service
(
    flow LowCardinality(String) COMMENT 'The flow (FW…)',
    interval_start DateTime64(3, 'UTC') COMMENT 'Interval in which the runs began, in UTC',
    runs_count UInt64 COMMENT 'Runs begun',
    contained_count UInt64 COMMENT 'Of these, ended without a task for an agent',
    handed_over_count UInt64 COMMENT 'Of these, led to a task',
    duration_ms UInt64 COMMENT 'Time that the ended ones took',
    last_steps Map(String, UInt64) COMMENT 'Where the contained ones ended: step → runs'
)
AS SELECT
    runs.flow AS flow,
    fromUnixTimestamp64Milli(intDiv(toUnixTimestamp64Milli(runs.started_at), runs.length_ms) * runs.length_ms) AS interval_start,
    count() AS runs_count,
    countIf(NOT runs.is_open AND served.conversation = '') AS contained_count,
    countIf(served.conversation != '') AS handed_over_count,
    sum(runs.duration_ms) AS duration_ms,
    sumMap(if(NOT runs.is_open AND served.conversation = '', map(toString(runs.last_step), toUInt64(1)), map())) AS last_steps
FROM (
    SELECT *, if(call != '', call, conversation) AS origin, toInt64(assumeNotNull((SELECT length_ms FROM v_interval_length))) AS length_ms
    FROM flow_executions FINAL
) AS runs
LEFT JOIN (SELECT DISTINCT conversation FROM contacts FINAL WHERE conversation != '') AS served
    ON served.conversation = runs.origin
GROUP BY flow, interval_start
COMMENT 'Self-service by flow and interval: how many runs needed no agent, and where they ended. One row: flow, interval.';
