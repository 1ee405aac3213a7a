-- Stays of tasks in queues: when each began, how it ended, and how long the customer waited.
-- One row: workspace, task, number of the visit; the row with the highest version holds.
-- Written by: projection queue-visits. Read by: verify, which recomputes every waiting number of queue_intervals from it.
-- Read it with FINAL; without it a visit counts once a version.
-- The wait is from entry to exit, the exit not included; the thresholds are those that were in force then.
-- A rebuild writes the same rows, but for version.
CREATE TABLE IF NOT EXISTS queue_visits
(
    workspace LowCardinality(String) COMMENT 'The workspace that the row belongs to (WS…)',
    task String COMMENT 'The task (WT…)',
    visit UInt32 COMMENT 'Number of the stay among those of the task, from 1',
    queue LowCardinality(String) COMMENT 'The task queue (WQ…)',
    channel LowCardinality(String) COMMENT 'The task channel by its unique name: voice, chat, sms, …',
    direction LowCardinality(String) COMMENT 'Who began it: inbound, outbound, callback, internal, or unknown',
    entry LowCardinality(String) COMMENT 'How it came about: new, moved, transfer, requeued',
    entered_at DateTime64(3, 'UTC') COMMENT 'When the wait began',
    exited_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When the wait ended; NULL while it lasts',
    is_open Bool COMMENT 'The task still waits here',
    disposition LowCardinality(String) COMMENT 'How the wait ended: answered, abandoned, flowed_out_…; waiting while it lasts',
    wait_ms UInt64 COMMENT 'Length of the wait, 0 while it lasts',
    answered_by String COMMENT 'The reservation that answered it (WR…), empty if none did',
    sl_threshold_ms UInt64 COMMENT 'The service-level threshold by which it was judged',
    short_abandon_ms UInt64 COMMENT 'The short-abandon threshold by which it was judged',
    anomalies Array(LowCardinality(String)) COMMENT 'What the fold had to repair, sorted',
    version UInt64 COMMENT 'Position in the log of the record that last changed the row; the highest holds',
    is_deleted UInt8 COMMENT '1 where the row has fallen back to nothing; FINAL hides it'
)
ENGINE = ReplacingMergeTree(version, is_deleted)
ORDER BY (workspace, task, visit)
SETTINGS
    fsync_after_insert = 1,
    fsync_part_directory = 1
COMMENT 'Stays of tasks in queues: when each began, how it ended, and how long the customer waited.';
