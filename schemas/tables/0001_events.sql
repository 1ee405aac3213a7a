-- The whole ledger, queryable: every event that was ever understood, once a topic that it stands in.
-- One row: topic, entity, time, id, digest; of several copies the one that arrived first holds.
-- Written by: the runner. Read by: the runner, which loads an evicted timeline from here, and analysts.
-- Read it with FINAL; without it an event that came by three roads counts three times.
-- The time is when it happened, by the clock of its source; late events stand where they belong, not where they came.
-- A rebuild writes the same rows.
CREATE TABLE IF NOT EXISTS events
(
    topic LowCardinality(String) COMMENT 'The ledger that it stands in: tasks, workers, conversations, config, …',
    partition UInt16 COMMENT 'Its partition of the topic',
    position UInt64 COMMENT 'Its place there: epoch and offset in one number that only grows',
    entity String COMMENT 'Its key in the topic: the task\'s, worker\'s, conversation\'s id',
    digest String COMMENT 'Tells apart two events of one id that do not say the same',
    type LowCardinality(String) COMMENT 'What happened, by the name that TaskRouter gives it',
    id String COMMENT 'The source\'s own id of the event; twice the same id is one event',
    source LowCardinality(String) COMMENT 'Which system sent it',
    road LowCardinality(String) COMMENT 'How it came: callback, stream, rest, api, hub',
    at DateTime64(3, 'UTC') COMMENT 'When it happened, by the source\'s clock',
    received_at DateTime64(3, 'UTC') COMMENT 'When the hub had it; never part of a number',
    sequence Nullable(Int64) COMMENT 'The source\'s own order among events of one moment',
    account LowCardinality(String) COMMENT 'The account (AC…)',
    workspace LowCardinality(String) COMMENT 'The workspace that the row belongs to (WS…)',
    subjects Array(String) COMMENT 'Whom the personal data is about, so that it can be erased',
    sealed_key Nullable(String) COMMENT 'Which key the sealed part is encrypted with',
    sealed Nullable(String) COMMENT 'Personal data, encrypted',
    source_type LowCardinality(Nullable(String)) COMMENT 'The source\'s name of the event, where it differs from type',
    task Nullable(String) COMMENT 'The task (WT…)',
    reservation Nullable(String) COMMENT 'The reservation (WR…)',
    worker Nullable(String) COMMENT 'The worker: the agent (WK…)',
    queue LowCardinality(Nullable(String)) COMMENT 'The task queue (WQ…)',
    workflow LowCardinality(Nullable(String)) COMMENT 'The workflow (WW…)',
    conversation Nullable(String) COMMENT 'The conversation or call',
    activity LowCardinality(Nullable(String)) COMMENT 'The activity (WA…)',
    previous_activity LowCardinality(Nullable(String)) COMMENT 'The activity before',
    worker_name Nullable(String) COMMENT 'The worker by name',
    queue_name LowCardinality(Nullable(String)) COMMENT 'The queue by name',
    workflow_name LowCardinality(Nullable(String)) COMMENT 'The workflow by name',
    activity_name LowCardinality(Nullable(String)) COMMENT 'The activity by name',
    previous_activity_name LowCardinality(Nullable(String)) COMMENT 'The activity before, by name',
    channel LowCardinality(Nullable(String)) COMMENT 'The task channel by its unique name',
    direction LowCardinality(Nullable(String)) COMMENT 'inbound, outbound, callback, internal, unknown',
    activity_available Nullable(Bool) COMMENT 'The activity takes tasks',
    time_in_previous_activity_ms Nullable(Int64) COMMENT 'Time in the activity before, by the source',
    channel_available Nullable(Bool) COMMENT 'The worker takes tasks of the channel',
    capacity Nullable(Int64) COMMENT 'The worker\'s capacity for the channel',
    priority Nullable(Int64) COMMENT 'The task\'s priority',
    entity_version Nullable(Int64) COMMENT 'The entity\'s version by the source\'s count',
    status LowCardinality(Nullable(String)) COMMENT 'Status of the task or reservation, by the source',
    reason Nullable(String) COMMENT 'The source\'s reason',
    expression Nullable(String) COMMENT 'The queue\'s expression',
    entry LowCardinality(Nullable(String)) COMMENT 'How a queue visit came about, where the source says so',
    direct Nullable(Bool) COMMENT 'The reservation was made for one worker by name',
    parent_task Nullable(String) COMMENT 'The task that this one was made from',
    continues_task Nullable(String) COMMENT 'The task whose contact this one goes on with',
    requested_at Nullable(DateTime64(3, 'UTC')) COMMENT 'Of a callback: when the customer asked for it',
    transfer Nullable(String) COMMENT 'The transfer (TT…)',
    transfer_mode LowCardinality(Nullable(String)) COMMENT 'warm or cold',
    to_queue LowCardinality(Nullable(String)) COMMENT 'The queue that a transfer goes to',
    to_worker Nullable(String) COMMENT 'The worker that a transfer goes to',
    cause LowCardinality(Nullable(String)) COMMENT 'Of a derived event: the type of the event that it was derived from',
    gap_from Nullable(DateTime64(3, 'UTC')) COMMENT 'Of source.gap: when the silence of the source began',
    gap_to Nullable(DateTime64(3, 'UTC')) COMMENT 'Of source.gap: when it ended',
    attributes Nullable(String) COMMENT 'JSON: attributes of the task or worker, or the definitions, as they came',
    payload Nullable(String) COMMENT 'JSON: everything that the source sent',
    precedence UInt64 MATERIALIZED 18446744073709551615 - position COMMENT 'The earlier a copy stands in the ledger, the greater: so the first one holds'
)
ENGINE = ReplacingMergeTree(precedence)
PARTITION BY toYYYYMM(at)
ORDER BY (topic, entity, at, id, digest)
SETTINGS
    fsync_after_insert = 1,
    fsync_part_directory = 1,
    index_granularity = 1024
COMMENT 'The whole ledger, queryable: every event that was ever understood, once a topic that it stands in.';
