-- Conversations: how each went from its first word to its end.
-- One row: workspace, conversation; the row with the highest version holds.
-- Written by: projection conversations. Read by: verify, contact search, journeys.
-- Read it with FINAL; without it a conversation counts once a version.
-- An open conversation has ended_at NULL; inactive is not ended.
-- A rebuild writes the same rows, but for version.
CREATE TABLE IF NOT EXISTS conversations
(
    workspace LowCardinality(String) COMMENT 'The workspace of its first task (WS…), empty while none is known',
    conversation String COMMENT 'The conversation (CH…)',
    channel LowCardinality(String) COMMENT 'The channel of its first task, else its own: chat, sms, whatsapp, …',
    queue LowCardinality(String) COMMENT 'The queue of its first visit, empty until there is one',
    started_at DateTime64(3, 'UTC') COMMENT 'When it began',
    ended_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When it was closed or removed; NULL while it is open',
    is_open Bool COMMENT 'It has not ended',
    end_reason LowCardinality(String) COMMENT 'Why it ended, by the source, empty if it does not say',
    is_contained Bool COMMENT 'It ended without a task and without a word of an agent',
    awaiting_since Nullable(DateTime64(3, 'UTC')) COMMENT 'The first customer message that nobody has answered, while it is open',
    ended_unanswered Bool COMMENT 'It ended while a customer message was unanswered',
    first_response_at Nullable(DateTime64(3, 'UTC')) COMMENT 'The first agent message, if a customer had written before',
    first_response_ms UInt64 COMMENT 'Time from the first customer message to it, 0 if there is none',
    messages_customer_count UInt32 COMMENT 'Messages that customers wrote',
    messages_agent_count UInt32 COMMENT 'Messages that agents wrote',
    messages_bot_count UInt32 COMMENT 'Messages that machines wrote',
    tasks Array(String) COMMENT 'Its tasks, in order of their creation',
    version UInt64 COMMENT 'Position in the log of the record that last changed the row; the highest holds',
    is_deleted UInt8 COMMENT '1 where the row has fallen back to nothing; FINAL hides it'
)
ENGINE = ReplacingMergeTree(version, is_deleted)
ORDER BY (workspace, conversation)
SETTINGS
    fsync_after_insert = 1,
    fsync_part_directory = 1
COMMENT 'Conversations: how each went from its first word to its end.';
