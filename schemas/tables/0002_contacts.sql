-- Contacts: what became of each task, from creation to end.
-- One row: workspace, task; the row with the highest version holds.
-- Written by: projection contacts. Read by: verify, contact search, exports of whole contacts.
-- Read it with FINAL; without it a contact counts once a version.
-- Lengths are those of what has ended; an open contact has ended_at NULL and goes on changing.
-- A rebuild writes the same rows, but for version.
CREATE TABLE IF NOT EXISTS contacts
(
    workspace LowCardinality(String) COMMENT 'The workspace that the row belongs to (WS…)',
    task String COMMENT 'The task (WT…)',
    conversation String COMMENT 'The conversation or call that the task is about, empty if unknown',
    parent_task String COMMENT 'The task that this one was made from, empty if none',
    continues_task String COMMENT 'The task whose contact this one goes on with, empty if none',
    channel LowCardinality(String) COMMENT 'The task channel by its unique name: voice, chat, sms, …',
    direction LowCardinality(String) COMMENT 'Who began it: inbound, outbound, callback, internal, or unknown',
    workflow LowCardinality(String) COMMENT 'The workflow that routed it (WW…), empty if unknown',
    first_queue LowCardinality(String) COMMENT 'The queue of the first visit, empty if there was none',
    last_queue LowCardinality(String) COMMENT 'The queue of the last visit, empty if there was none',
    created_at DateTime64(3, 'UTC') COMMENT 'When the contact reached the hub: creation of the task',
    requested_at Nullable(DateTime64(3, 'UTC')) COMMENT 'Of a callback: when the customer asked for it',
    first_queued_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When the first visit began',
    first_answered_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When an agent first accepted',
    ended_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When the task ended; NULL while it is open',
    is_open Bool COMMENT 'The task has not ended',
    outcome LowCardinality(String) COMMENT 'What became of it: answered, abandoned, …, waiting, open, not_queued',
    end_reason LowCardinality(String) COMMENT 'The source\'s reason for the end, empty if it gave none',
    visits_count UInt32 COMMENT 'Stays in queues',
    legs_count UInt32 COMMENT 'Reservations accepted',
    transfers_count UInt32 COMMENT 'Transfers completed',
    wait_ms UInt64 COMMENT 'Waits of the visits that ended',
    talk_ms UInt64 COMMENT 'Talk of the legs that ended',
    hold_ms UInt64 COMMENT 'Hold of the legs that ended',
    acw_ms UInt64 COMMENT 'After-contact work of the legs that ended',
    anomalies Array(LowCardinality(String)) COMMENT 'What the fold had to repair, sorted: clock_skew, missing_begin, missing_end, forced, …',
    version UInt64 COMMENT 'Position in the log of the record that last changed the row; the highest holds',
    is_deleted UInt8 COMMENT '1 where the row has fallen back to nothing; FINAL hides it'
)
ENGINE = ReplacingMergeTree(version, is_deleted)
ORDER BY (workspace, task)
SETTINGS
    fsync_after_insert = 1,
    fsync_part_directory = 1
COMMENT 'Contacts: what became of each task, from creation to end.';
