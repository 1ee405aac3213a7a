-- What was said in conversations and how long each side waited, by channel, queue and quarter hour.
-- One row: workspace, channel, queue, interval, shard; the row with the highest version holds.
-- Written by: projection conversation-intervals. Read by: v_conversation_intervals, and through it response-time panels.
-- Read it with FINAL and sum over shards; without FINAL a row counts once a version.
-- A moment on a border belongs to the interval that begins there; times are milliseconds, instants UTC.
-- A rebuild writes the same rows, but for version.
CREATE TABLE IF NOT EXISTS conversation_intervals
(
    workspace LowCardinality(String) COMMENT 'The workspace that the row belongs to (WS…), empty while no task of the conversation is known',
    channel LowCardinality(String) COMMENT 'The channel of its first task, else its own: chat, sms, whatsapp, …',
    queue LowCardinality(String) COMMENT 'The queue of its first visit, empty until there is one',
    interval_start DateTime64(3, 'UTC') COMMENT 'Beginning of the quarter hour, in UTC; the end is not included',
    shard UInt16 COMMENT 'The partition of the log whose owner alone writes this row; sum over it',
    conversations_started_count UInt32 COMMENT 'Conversations that began',
    conversations_ended_count UInt32 COMMENT 'Conversations that ended',
    conversations_contained_count UInt32 COMMENT 'Of these, ended without a task and without a word of an agent: self-service',
    messages_customer_count UInt32 COMMENT 'Messages that customers wrote',
    messages_agent_count UInt32 COMMENT 'Messages that agents wrote',
    messages_bot_count UInt32 COMMENT 'Messages that machines wrote; they answer nothing',
    first_response_count UInt32 COMMENT 'First agent messages of conversations in which a customer had written before',
    first_response_ms UInt64 COMMENT 'Time from the first customer message to them',
    agent_response_count UInt32 COMMENT 'Agent messages that answered customer messages',
    agent_response_ms UInt64 COMMENT 'Time from the first unanswered customer message to them',
    customer_response_count UInt32 COMMENT 'Customer messages that followed one of an agent',
    customer_response_ms UInt64 COMMENT 'Time from the last agent message to them',
    conversation_wce_ms UInt64 COMMENT 'Whole length of the conversations that ended',
    ended_unanswered_count UInt32 COMMENT 'Conversations that ended while a customer message was unanswered',
    awaiting_agent_eoi_count UInt32 COMMENT 'Conversations open with an unanswered customer message, just before the end',
    version UInt64 COMMENT 'Position in the log of the record that last changed the row; the highest holds',
    is_deleted UInt8 COMMENT '1 where the row has fallen back to nothing; FINAL hides it'
)
ENGINE = ReplacingMergeTree(version, is_deleted)
PARTITION BY toYYYYMM(interval_start)
-- Rows lie by day: a day of all queues is read most.
-- Earlier: 7ec4c6a3cee91d452677d478b312abfce45ce696a3ef3b905868300e491788d5
ORDER BY (workspace, toDate(interval_start), channel, queue, interval_start, shard)
SETTINGS
    fsync_after_insert = 1,
    fsync_part_directory = 1
COMMENT 'What was said in conversations and how long each side waited, by channel, queue and quarter hour.';

-- The rows of conversation_intervals as people should read them: FINAL applied, shards added up.
-- One row: workspace, channel, queue, interval; nothing has to be added to it.
-- Written by: nobody, it is a view. Read by: dashboards, exports, analysts.
-- Needs no FINAL.
-- A moment on a border belongs to the interval that begins there.
-- A rebuild shows the same rows.
CREATE VIEW IF NOT EXISTS v_conversation_intervals
(
    workspace LowCardinality(String) COMMENT 'The workspace that the row belongs to (WS…), empty while no task of the conversation is known',
    channel LowCardinality(String) COMMENT 'The channel of its first task, else its own: chat, sms, whatsapp, …',
    queue LowCardinality(String) COMMENT 'The queue of its first visit, empty until there is one',
    interval_start DateTime64(3, 'UTC') COMMENT 'Beginning of the quarter hour, in UTC; the end is not included',
    conversations_started_count UInt64 COMMENT 'Conversations that began',
    conversations_ended_count UInt64 COMMENT 'Conversations that ended',
    conversations_contained_count UInt64 COMMENT 'Of these, ended without a task and without a word of an agent: self-service',
    messages_customer_count UInt64 COMMENT 'Messages that customers wrote',
    messages_agent_count UInt64 COMMENT 'Messages that agents wrote',
    messages_bot_count UInt64 COMMENT 'Messages that machines wrote; they answer nothing',
    first_response_count UInt64 COMMENT 'First agent messages of conversations in which a customer had written before',
    first_response_ms UInt64 COMMENT 'Time from the first customer message to them',
    agent_response_count UInt64 COMMENT 'Agent messages that answered customer messages',
    agent_response_ms UInt64 COMMENT 'Time from the first unanswered customer message to them',
    customer_response_count UInt64 COMMENT 'Customer messages that followed one of an agent',
    customer_response_ms UInt64 COMMENT 'Time from the last agent message to them',
    conversation_wce_ms UInt64 COMMENT 'Whole length of the conversations that ended',
    ended_unanswered_count UInt64 COMMENT 'Conversations that ended while a customer message was unanswered',
    awaiting_agent_eoi_count UInt64 COMMENT 'Conversations open with an unanswered customer message, just before the end'
)
AS SELECT
    rows.workspace AS workspace,
    rows.channel AS channel,
    rows.queue AS queue,
    rows.interval_start AS interval_start,
    sum(rows.conversations_started_count) AS conversations_started_count,
    sum(rows.conversations_ended_count) AS conversations_ended_count,
    sum(rows.conversations_contained_count) AS conversations_contained_count,
    sum(rows.messages_customer_count) AS messages_customer_count,
    sum(rows.messages_agent_count) AS messages_agent_count,
    sum(rows.messages_bot_count) AS messages_bot_count,
    sum(rows.first_response_count) AS first_response_count,
    sum(rows.first_response_ms) AS first_response_ms,
    sum(rows.agent_response_count) AS agent_response_count,
    sum(rows.agent_response_ms) AS agent_response_ms,
    sum(rows.customer_response_count) AS customer_response_count,
    sum(rows.customer_response_ms) AS customer_response_ms,
    sum(rows.conversation_wce_ms) AS conversation_wce_ms,
    sum(rows.ended_unanswered_count) AS ended_unanswered_count,
    sum(rows.awaiting_agent_eoi_count) AS awaiting_agent_eoi_count
FROM conversation_intervals AS rows FINAL
GROUP BY workspace, channel, queue, interval_start
COMMENT 'What was said in conversations and how long each side waited, by channel, queue and quarter hour. FINAL applied.';
