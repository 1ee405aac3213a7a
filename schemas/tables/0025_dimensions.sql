-- Workers, queues, activities and workflows with their history: what each was called, and when.
-- One row: kind, workspace, id, since: a stretch in which nothing that is told here changed.
-- Written by: nobody, it is a view. Read by: the API, and the views workers, queues, activities, workflows.
-- Needs no FINAL: it is applied here.
-- A stretch begins with the first event that tells the new name, and ends where the next begins; on one day each name counts from its first event, and the one that is told last holds from when no other is told any more.
-- A rebuild shows the same rows.
CREATE VIEW IF NOT EXISTS dimensions
(
    kind LowCardinality(String) COMMENT 'worker, queue, activity, workflow',
    workspace LowCardinality(String) COMMENT 'The workspace that the row belongs to (WS…)',
    id String COMMENT 'The worker (WK…), queue (WQ…), activity (WA…) or workflow (WW…)',
    name String COMMENT 'What it was called; empty if that was never told',
    expression String COMMENT 'Of a queue: which workers it may use; empty if that was never told',
    is_available Nullable(Bool) COMMENT 'Of an activity: it takes tasks; NULL if that was never told',
    since DateTime64(3, 'UTC') COMMENT 'When that was first told; it may have been so before',
    until Nullable(DateTime64(3, 'UTC')) COMMENT 'When something else was told, not included; NULL for the newest',
    is_current Bool COMMENT 'It is the newest that is known, also of what is deleted',
    is_deleted Bool COMMENT 'It was deleted, be it in this stretch or later',
    deleted_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When it was deleted; NULL: it was not'
)
AS SELECT
    kind, workspace, id,
    stretch.2 AS name,
    stretch.3 AS expression,
    if(stretch.4 = '', NULL, CAST(stretch.4 = 'true', 'Bool')) AS is_available,
    stretch.1 AS since,
    following AS until,
    CAST(following IS NULL, 'Bool') AS is_current,
    CAST(deleted_at IS NOT NULL, 'Bool') AS is_deleted,
    deleted_at
FROM (
    SELECT kind, workspace, id, deleted_at,
        arrayFilter(
            (now, next) -> now.1 != next.1,
            states, arrayPushBack(arrayPopFront(states), (toDateTime64(0, 3, 'UTC'), '', '', ''))
        ) AS moments,
        arrayFilter(
            (now, before, place) -> place = 1 OR (now.2, now.3, now.4) != (before.2, before.3, before.4),
            moments, arrayPushFront(arrayPopBack(moments), moments[1]), arrayEnumerate(moments)
        ) AS stretches
    FROM (
        SELECT kind, workspace, id,
            minOrNullIf(firsts[1].1, field = 'is_deleted') AS deleted_at,
            arraySort(groupArrayArray(arrayMap(point -> (point.1, field, point.2), points))) AS told,
            arrayMap(each -> if(each.2 = 'name', each.3, ''), told) AS names,
            arrayMap(each -> if(each.2 = 'expression', each.3, ''), told) AS expressions,
            arrayMap(each -> if(each.2 = 'is_available', each.3, ''), told) AS flags,
            arrayZip(
                told.1,
                arrayReverseFill(text -> text != '', arrayFill(text -> text != '', names)),
                arrayReverseFill(text -> text != '', arrayFill(text -> text != '', expressions)),
                arrayReverseFill(text -> text != '', arrayFill(text -> text != '', flags))
            ) AS states
        FROM (
            SELECT kind, workspace, id, field,
                arraySort(groupArray((toDateTime64(first_at, 3, 'UTC'), value))) AS firsts,
                arraySort(groupArray((toDateTime64(last_at, 3, 'UTC'), value))) AS lasts,
                arrayMap(
                    (last, before) -> (before.1 + toIntervalMillisecond(1), last.2),
                    lasts, arrayPushFront(arrayPopBack(lasts), lasts[1])
                ) AS returns,
                arrayConcat(firsts, arrayFilter(
                    (point, first, last, next) -> toDate(first.1) != toDate(next.1) AND first.2 != last.2,
                    returns, firsts, lasts, arrayPushBack(arrayPopFront(firsts), (toDateTime64(0, 3, 'UTC'), ''))
                )) AS points
            FROM dimension_sightings FINAL
            GROUP BY kind, workspace, id, field
        )
        GROUP BY kind, workspace, id
    )
)
ARRAY JOIN stretches AS stretch, arrayPushBack(arrayMap(at -> toNullable(at), arrayPopFront(stretches.1)), NULL) AS following
COMMENT 'Workers, queues, activities and workflows with their history. One row: kind, workspace, id, since.';

-- Workers with their history: as they were and as they are.
-- One row: workspace, worker, since: a stretch of one name.
-- Written by: nobody, it is a view. Read by: exports, analysts.
-- Needs no FINAL: it is applied here.
-- A stretch ends where the next begins, its end not included.
-- A rebuild shows the same rows.
CREATE VIEW IF NOT EXISTS workers
(
    workspace LowCardinality(String) COMMENT 'The workspace that the row belongs to (WS…)',
    worker String COMMENT 'The worker: the agent (WK…)',
    name String COMMENT 'What it was called; empty if that was never told',
    since DateTime64(3, 'UTC') COMMENT 'When that was first told; it may have been so before',
    until Nullable(DateTime64(3, 'UTC')) COMMENT 'When something else was told, not included; NULL for the newest',
    is_current Bool COMMENT 'It is the newest that is known, also of what is deleted',
    is_deleted Bool COMMENT 'It was deleted, be it in this stretch or later',
    deleted_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When it was deleted; NULL: it was not'
)
AS SELECT workspace, id AS worker, name, since, until, is_current, is_deleted, deleted_at
FROM dimensions
WHERE kind = 'worker'
COMMENT 'Workers with their history. One row: workspace, worker, since.';

-- Task queues with their history: as they were and as they are.
-- One row: workspace, queue, since: a stretch of one name or expression.
-- Written by: nobody, it is a view. Read by: exports, analysts.
-- Needs no FINAL: it is applied here.
-- A stretch ends where the next begins, its end not included.
-- A rebuild shows the same rows.
CREATE VIEW IF NOT EXISTS queues
(
    workspace LowCardinality(String) COMMENT 'The workspace that the row belongs to (WS…)',
    queue String COMMENT 'The task queue (WQ…)',
    name String COMMENT 'What it was called; empty if that was never told',
    expression String COMMENT 'Which workers it may use; empty if that was never told',
    since DateTime64(3, 'UTC') COMMENT 'When that was first told; it may have been so before',
    until Nullable(DateTime64(3, 'UTC')) COMMENT 'When something else was told, not included; NULL for the newest',
    is_current Bool COMMENT 'It is the newest that is known, also of what is deleted',
    is_deleted Bool COMMENT 'It was deleted, be it in this stretch or later',
    deleted_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When it was deleted; NULL: it was not'
)
AS SELECT workspace, id AS queue, name, expression, since, until, is_current, is_deleted, deleted_at
FROM dimensions
WHERE kind = 'queue'
COMMENT 'Task queues with their history. One row: workspace, queue, since.';

-- Activities with their history: as they were and as they are.
-- One row: workspace, activity, since: a stretch of one name or kind.
-- Written by: nobody, it is a view. Read by: exports, analysts.
-- Needs no FINAL: it is applied here.
-- A stretch ends where the next begins, its end not included.
-- A rebuild shows the same rows.
CREATE VIEW IF NOT EXISTS activities
(
    workspace LowCardinality(String) COMMENT 'The workspace that the row belongs to (WS…)',
    activity String COMMENT 'The activity (WA…)',
    name String COMMENT 'What it was called; empty if that was never told',
    is_available Nullable(Bool) COMMENT 'It takes tasks; NULL if that was never told',
    since DateTime64(3, 'UTC') COMMENT 'When that was first told; it may have been so before',
    until Nullable(DateTime64(3, 'UTC')) COMMENT 'When something else was told, not included; NULL for the newest',
    is_current Bool COMMENT 'It is the newest that is known, also of what is deleted',
    is_deleted Bool COMMENT 'It was deleted, be it in this stretch or later',
    deleted_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When it was deleted; NULL: it was not'
)
AS SELECT workspace, id AS activity, name, is_available, since, until, is_current, is_deleted, deleted_at
FROM dimensions
WHERE kind = 'activity'
COMMENT 'Activities with their history. One row: workspace, activity, since.';

-- Workflows with their history: as they were and as they are.
-- One row: workspace, workflow, since: a stretch of one name.
-- Written by: nobody, it is a view. Read by: exports, analysts.
-- Needs no FINAL: it is applied here.
-- A stretch ends where the next begins, its end not included.
-- A rebuild shows the same rows.
CREATE VIEW IF NOT EXISTS workflows
(
    workspace LowCardinality(String) COMMENT 'The workspace that the row belongs to (WS…)',
    workflow String COMMENT 'The workflow (WW…)',
    name String COMMENT 'What it was called; empty if that was never told',
    since DateTime64(3, 'UTC') COMMENT 'When that was first told; it may have been so before',
    until Nullable(DateTime64(3, 'UTC')) COMMENT 'When something else was told, not included; NULL for the newest',
    is_current Bool COMMENT 'It is the newest that is known, also of what is deleted',
    is_deleted Bool COMMENT 'It was deleted, be it in this stretch or later',
    deleted_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When it was deleted; NULL: it was not'
)
AS SELECT workspace, id AS workflow, name, since, until, is_current, is_deleted, deleted_at
FROM dimensions
WHERE kind = 'workflow'
COMMENT 'Workflows with their history. One row: workspace, workflow, since.';
