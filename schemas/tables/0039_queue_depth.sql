-- How many contacts waited in a queue at once, at the most, by interval.
-- One row: workspace, queue, interval in which somebody waited.
-- Written by: nobody, it is a view. Read by: dashboards, exports, analysts.
-- Needs no FINAL: it is applied here to the facts queue_visits, for a maximum of all tasks cannot be added up from shards.
-- One who enters counts from that instant on, one who leaves does not any more; an open visit counts as far as queue_intervals go.
-- A rebuild shows the same rows.
CREATE VIEW IF NOT EXISTS v_queue_depth
(
    workspace LowCardinality(String) COMMENT 'The workspace that the row belongs to (WS…)',
    queue LowCardinality(String) COMMENT 'The task queue (WQ…)',
    interval_start DateTime64(3, 'UTC') COMMENT 'Beginning of the interval, in UTC; the end is not included',
    queue_depth_max UInt64 COMMENT 'Most contacts that waited at one instant of the interval, those who had come before it included'
)
AS SELECT
    visits.workspace AS workspace,
    visits.queue AS queue,
    fromUnixTimestamp64Milli(start, 'UTC') AS interval_start,
    maxIntersections(visits.since, visits.until) AS queue_depth_max
FROM (
    SELECT workspace, queue,
        toInt64(assumeNotNull((SELECT length_ms FROM v_interval_length))) AS length_ms,
        toUnixTimestamp64Milli(entered_at) AS since,
        ifNull(
            toUnixTimestamp64Milli(exited_at),
            toUnixTimestamp64Milli(assumeNotNull((SELECT max(interval_start) FROM queue_intervals))) + length_ms
        ) AS until
    FROM queue_visits FINAL
    WHERE until > since
) AS visits
ARRAY JOIN range(intDiv(visits.since, visits.length_ms) * visits.length_ms, visits.until, visits.length_ms) AS start
GROUP BY workspace, queue, interval_start
COMMENT 'How many contacts waited in a queue at once, at the most, by interval. One row: workspace, queue, interval.';
