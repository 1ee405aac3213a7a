-- What events told of workers, queues, activities and workflows beside their ids: names above all, day by day.
-- One row: kind, workspace, id, field, day, value; of several the least first_at and the greatest last_at hold.
-- Written by: the runner, with the events. Read by: the view dimensions.
-- Read it with FINAL; without it a row stands once an insert.
-- The day is that of the event in UTC; the times are the source's, so a late event counts where it belongs.
-- A rebuild writes the same rows, for least and greatest know neither order nor repetition.
CREATE TABLE IF NOT EXISTS dimension_sightings
(
    kind LowCardinality(String) COMMENT 'worker, queue, activity, workflow',
    workspace LowCardinality(String) COMMENT 'The workspace that the row belongs to (WS…)',
    id String COMMENT 'The worker (WK…), queue (WQ…), activity (WA…) or workflow (WW…)',
    field LowCardinality(String) COMMENT 'What was told: name, expression, is_available, is_deleted',
    day Date DEFAULT toDate(first_at) COMMENT 'The day in UTC',
    value String COMMENT 'What it was then; true or false of a flag',
    first_at SimpleAggregateFunction(min, DateTime64(3, 'UTC')) COMMENT 'When it was told first on that day',
    last_at SimpleAggregateFunction(max, DateTime64(3, 'UTC')) COMMENT 'When it was told last on that day'
)
ENGINE = AggregatingMergeTree
ORDER BY (kind, workspace, id, field, day, value)
SETTINGS
    fsync_after_insert = 1,
    fsync_part_directory = 1
COMMENT 'What events told of workers, queues, activities and workflows beside their ids, day by day.';

-- The sightings in events that were there before this table.
-- One row: as above.
-- Written by: this file, once; from now on the runner. Read by: the view dimensions.
-- Read it with FINAL, as ever.
-- The times are the source's.
-- A rebuild writes the same rows; so does this statement when it runs twice.
INSERT INTO dimension_sightings (kind, workspace, id, field, day, value, first_at, last_at)
SELECT told.1, workspace, assumeNotNull(told.2), told.3, toDate(at) AS day, assumeNotNull(told.4), min(at), max(at)
FROM events
ARRAY JOIN [
    ('worker', worker, 'name', worker_name),
    ('worker', worker, 'is_deleted', if(type = 'worker.deleted', 'true', NULL)),
    ('queue', CAST(queue, 'Nullable(String)'), 'name', CAST(queue_name, 'Nullable(String)')),
    ('queue', CAST(queue, 'Nullable(String)'), 'expression', expression),
    ('queue', CAST(queue, 'Nullable(String)'), 'is_deleted', if(type = 'task-queue.deleted', 'true', NULL)),
    ('activity', CAST(activity, 'Nullable(String)'), 'name', CAST(activity_name, 'Nullable(String)')),
    ('activity', CAST(previous_activity, 'Nullable(String)'), 'name', CAST(previous_activity_name, 'Nullable(String)')),
    ('activity', CAST(activity, 'Nullable(String)'), 'is_available', toString(activity_available)),
    ('activity', CAST(activity, 'Nullable(String)'), 'is_deleted', if(type = 'activity.deleted', 'true', NULL)),
    ('workflow', CAST(workflow, 'Nullable(String)'), 'name', CAST(workflow_name, 'Nullable(String)')),
    ('workflow', CAST(workflow, 'Nullable(String)'), 'is_deleted', if(type = 'workflow.deleted', 'true', NULL))
] AS told
WHERE road != 'hub' AND told.2 != '' AND told.4 != ''
GROUP BY workspace, told, day;
