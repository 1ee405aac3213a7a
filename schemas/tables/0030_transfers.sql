-- Transfers: who gave a task to which queue or agent, and what came of it.
-- One row: workspace, task, number of the transfer; the row with the highest version holds.
-- Written by: projection transfers. Read by: verify, which recomputes the transfers of the interval tables from it.
-- Read it with FINAL; without it a transfer counts once a version.
-- It counts as initiated at its beginning, and as completed or failed at its end, for the queue and agent that gave.
-- A rebuild writes the same rows, but for version and receipt.
CREATE TABLE IF NOT EXISTS transfers
(
    workspace LowCardinality(String) COMMENT 'The workspace that the row belongs to (WS…)',
    task String COMMENT 'The task (WT…)',
    number UInt32 COMMENT 'Number of the transfer among those of the task, from 1',
    transfer String COMMENT 'The transfer by the source (TT…), empty if it does not say',
    conversation String COMMENT 'The conversation or call that the task is about, empty if unknown',
    workflow LowCardinality(String) COMMENT 'The workflow that routed the task (WW…), empty if unknown',
    channel LowCardinality(String) COMMENT 'The task channel by its unique name: voice, chat, sms, …',
    direction LowCardinality(String) COMMENT 'Who began it: inbound, outbound, callback, internal, or unknown',
    reservation String COMMENT 'The reservation of the agent who gave (WR…), empty if unknown',
    from_agent LowCardinality(String) COMMENT 'The agent who gave (WK…), empty if unknown',
    from_queue LowCardinality(String) COMMENT 'The queue of his reservation, for which the transfer counts',
    kind LowCardinality(String) COMMENT 'To what: queue, agent; empty if unknown',
    to_queue LowCardinality(String) COMMENT 'The queue that it went to, empty if it went to an agent',
    to_agent LowCardinality(String) COMMENT 'The agent whom it went to (WK…), empty if it went to a queue',
    mode LowCardinality(String) COMMENT 'warm or cold, empty if unknown',
    initiated_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When it was begun; NULL if that was never told',
    attempts_failed_count UInt32 COMMENT 'Agents of the target who were offered it in vain',
    ended_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When it was over; NULL while it runs',
    is_open Bool COMMENT 'It has not ended',
    closed_by LowCardinality(String) COMMENT 'Who ended it: source, or hub where it is over with its task; empty while it is open',
    outcome LowCardinality(String) COMMENT 'What came of it: completed, failed, canceled; unknown where only its task ended; open while it runs',
    reason String COMMENT 'Why it failed, by the source',
    anomalies Array(LowCardinality(String)) COMMENT 'What the fold had to repair, sorted',
    first_received_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When the hub had the first that a source told of it; NULL if none did',
    last_received_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When the hub had the last that a source told of it',
    version UInt64 COMMENT 'Position in the log of the record that last changed the row; the highest holds',
    is_deleted UInt8 COMMENT '1 where the row has fallen back to nothing; FINAL hides it'
)
ENGINE = ReplacingMergeTree(version, is_deleted)
ORDER BY (workspace, task, number)
SETTINGS
    fsync_after_insert = 1,
    fsync_part_directory = 1
COMMENT 'Transfers: who gave a task to which queue or agent, and what came of it.';
