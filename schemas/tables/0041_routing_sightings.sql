-- When events told what a routing state must know however long ago it was told: queues, and workers' names, attributes, channels.
-- One row: kind, field, id, day, value; of several the least first_at and first_received_at and the greatest last_at hold.
-- Written by: the runner, with the events. Read by: the state of a moment of the past.
-- Read it with FINAL; without it a row stands once an insert.
-- The day is that of the event in UTC; the times are the source's, so a late event counts where it belongs.
-- A rebuild writes the same rows, for least and greatest know neither order nor repetition.
CREATE TABLE IF NOT EXISTS routing_sightings
(
    kind LowCardinality(String) COMMENT 'worker, queue',
    field LowCardinality(String) COMMENT 'What was told: of a queue place, name; of a worker name, team, attributes, capacity, availability',
    id String COMMENT 'The worker (WK…) or queue (WQ…)',
    day Date DEFAULT toDate(first_at) COMMENT 'The day in UTC',
    value String COMMENT 'Of a queue what it was then, its place being its workspace or empty once it is deleted; of a worker the channel, where it was told of one',
    first_at SimpleAggregateFunction(min, DateTime64(3, 'UTC')) COMMENT 'When it was told first on that day',
    last_at SimpleAggregateFunction(max, DateTime64(3, 'UTC')) COMMENT 'When it was told last on that day',
    first_received_at SimpleAggregateFunction(min, DateTime64(3, 'UTC')) COMMENT 'When the first event of that day that told it arrived'
)
ENGINE = AggregatingMergeTree
ORDER BY (kind, field, id, day, value)
SETTINGS
    fsync_after_insert = 1,
    fsync_part_directory = 1
COMMENT 'When events told what a routing state must know however long ago it was told.';

-- The sightings in events that were there before this table.
-- One row: as above.
-- Written by: this file, once; from now on the runner. Read by: as above.
-- Read it with FINAL, as ever.
-- The times are the source's.
-- A rebuild writes the same rows; so does this statement when it runs twice.
INSERT INTO routing_sightings (kind, field, id, day, value, first_at, last_at, first_received_at)
SELECT told.1, told.2, assumeNotNull(told.3), toDate(at) AS day, assumeNotNull(told.4), min(at), max(at), min(received_at)
FROM events
ARRAY JOIN if(topic = 'ledgerline.workers', [
    ('worker', 'name', CAST(entity, 'Nullable(String)'), if(worker_name IS NULL, NULL, '')),
    ('worker', 'team', CAST(entity, 'Nullable(String)'), if(startsWith(type, 'worker.') AND coalesce(
        JSONExtract(ifNull(attributes, ''), 'team_name', 'Nullable(String)'),
        JSONExtract(ifNull(attributes, ''), 'team_id', 'Nullable(String)'), '') != '', '', NULL)),
    ('worker', 'attributes', CAST(entity, 'Nullable(String)'), if(startsWith(type, 'worker.') AND attributes IS NOT NULL, '', NULL)),
    ('worker', 'capacity', CAST(entity, 'Nullable(String)'), if(startsWith(type, 'worker.') AND capacity IS NOT NULL, CAST(channel, 'Nullable(String)'), NULL)),
    ('worker', 'availability', CAST(entity, 'Nullable(String)'), if(startsWith(type, 'worker.') AND channel_available IS NOT NULL, CAST(channel, 'Nullable(String)'), NULL))
], [
    ('queue', 'place', CAST(queue, 'Nullable(String)'), CAST(if(type = 'task-queue.deleted', '', workspace), 'Nullable(String)')),
    ('queue', 'name', CAST(queue, 'Nullable(String)'), CAST(queue_name, 'Nullable(String)'))
]) AS told
WHERE topic IN ('ledgerline.tasks', 'ledgerline.workers', 'ledgerline.config') AND road != 'hub'
    AND told.3 != '' AND told.4 IS NOT NULL
GROUP BY told, day;
