-- Messages: who wrote each, what it answered, and what became of it.
-- One row: workspace, conversation, message; the row with the highest version holds.
-- Written by: projection messages. Read by: verify, which recomputes every response time from it, and analysts.
-- Read it with FINAL; without it a message counts once a version.
-- What was written is not here: it is in the payload of the event.
-- A rebuild writes the same rows, but for version.
CREATE TABLE IF NOT EXISTS messages
(
    workspace LowCardinality(String) COMMENT 'The workspace of its first task (WS…), empty while none is known',
    conversation String COMMENT 'The conversation, empty for a message that is of none',
    message String COMMENT 'The message (IM…, SM…)',
    place UInt32 COMMENT 'Its place among the messages of the conversation, from 0',
    task String COMMENT 'The task that the conversation was about then, empty if there was none',
    agent LowCardinality(String) COMMENT 'The agent who wrote it (WK…), empty if it was no agent or he is not known',
    channel LowCardinality(String) COMMENT 'The channel',
    queue LowCardinality(String) COMMENT 'The queue of the conversation\'s first visit, empty until there is one',
    author LowCardinality(String) COMMENT 'Who wrote it: customer, agent or bot',
    sent_at DateTime64(3, 'UTC') COMMENT 'When it was written',
    answers_at Nullable(DateTime64(3, 'UTC')) COMMENT 'Since when the other side had waited: what it answers; NULL if it answers nothing',
    status LowCardinality(String) COMMENT 'How far it has come by the carrier\'s reports: sent, delivered, read, undelivered, …; empty if there are none',
    delivered_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When it was delivered, by the reports',
    read_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When it was read, by the reports',
    failed_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When it was found undeliverable',
    reason String COMMENT 'The carrier\'s error code, empty if there is none',
    is_removed Bool COMMENT 'It was taken back',
    version UInt64 COMMENT 'Position in the log of the record that last changed the row; the highest holds',
    is_deleted UInt8 COMMENT '1 where the row has fallen back to nothing; FINAL hides it'
)
ENGINE = ReplacingMergeTree(version, is_deleted)
ORDER BY (workspace, conversation, message)
SETTINGS
    fsync_after_insert = 1,
    fsync_part_directory = 1
COMMENT 'Messages: who wrote each, what it answered, and what became of it.';
