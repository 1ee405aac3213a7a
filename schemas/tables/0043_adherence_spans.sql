-- How agents keep to their plans: a row for each stretch in which neither what an agent is to do nor what he does changes, nor what it counts as.
-- One row: workspace, basis, agent, beginning; the row with the highest version holds.
-- Written by: projection adherence-spans. Read by: adherence timelines, v_adherence_exceptions, the check of adherence_intervals.
-- Read it with FINAL, and always say which basis: final is the plan as it was corrected in the end, known what had been read by then of each instant.
-- By either basis stretches do not overlap; time of which no plan was read, and idle time in which nothing is planned, has none. The end is not included.
-- A rebuild writes the same rows, but for version.
CREATE TABLE IF NOT EXISTS adherence_spans
(
    workspace LowCardinality(String) COMMENT 'The workspace that the row belongs to (WS…)',
    basis LowCardinality(String) COMMENT 'By which plan: final, known',
    agent LowCardinality(String) COMMENT 'The agent: the worker of the source (WK…)',
    started_at DateTime64(3, 'UTC') COMMENT 'When the stretch began',
    ended_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When it ended; NULL while it lasts',
    is_open Bool COMMENT 'It lasts',
    planned_code LowCardinality(String) COMMENT 'What he was to do, with what was agreed beside the plan; empty if nothing',
    actual_code LowCardinality(String) COMMENT 'What he did, in the same words; empty if there is no code for it',
    standing LowCardinality(String) COMMENT 'What it counts as: adherent, nonadherent, graced, excused, excluded, unknown, untracked, unplanned',
    run_started_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When the stretch out of adherence began that it is part of; NULL: it is part of none',
    exception_min_ms UInt64 COMMENT 'How long such a stretch must be to stand in a list of exceptions',
    is_tracked Bool COMMENT 'It is measured that he keeps to the plan with what was agreed beside it',
    is_unscheduled Bool COMMENT 'He was signed in while nothing was planned',
    is_scheduled_raw Bool COMMENT 'It is measured by the plan alone',
    is_adherent_raw Bool COMMENT 'He did what the plan alone says',
    is_productive Bool COMMENT 'He was in a productive code',
    is_planned_productive Bool COMMENT 'He was to be in a productive code',
    is_paid Bool COMMENT 'The planned time is paid',
    is_paid_productive Bool COMMENT 'The planned time is paid and productive',
    is_unknown Bool COMMENT 'A source was silent, so what he did is not known for sure',
    version UInt64 COMMENT 'Position in the log of the record that last changed the row; the highest holds',
    is_deleted UInt8 COMMENT '1 where the row has fallen back to nothing; FINAL hides it'
)
ENGINE = ReplacingMergeTree(version, is_deleted)
PARTITION BY toYYYYMM(started_at)
ORDER BY (workspace, basis, agent, started_at)
SETTINGS
    fsync_after_insert = 1,
    fsync_part_directory = 1
COMMENT 'How agents keep to their plans. One row: workspace, basis, agent, beginning.';

-- Exceptions: stretches out of adherence, each as long as it was, that neither grace has forgiven whole nor are too short to be told.
-- One row: workspace, basis, agent, beginning.
-- Written by: nobody, it is a view. Read by: dashboards, exports, analysts.
-- Needs no FINAL. Always say which basis, final or known.
-- A stretch is not cut at borders of intervals or days; it belongs to where it began.
-- A rebuild shows the same rows.
CREATE VIEW IF NOT EXISTS v_adherence_exceptions
(
    workspace LowCardinality(String) COMMENT 'The workspace that the row belongs to (WS…)',
    basis LowCardinality(String) COMMENT 'By which plan: final, known',
    agent LowCardinality(String) COMMENT 'The agent: the worker of the source (WK…)',
    started_at DateTime64(3, 'UTC') COMMENT 'When it began',
    ended_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When it ended; NULL while it lasts',
    is_open Bool COMMENT 'It lasts',
    planned_code LowCardinality(String) COMMENT 'What he was to do when it began',
    actual_code LowCardinality(String) COMMENT 'What he did when it began; empty if there is no code for it',
    graced_ms UInt64 COMMENT 'How much of it grace forgives, if it has ended'
)
AS SELECT
    rows.workspace AS workspace,
    rows.basis AS basis,
    rows.agent AS agent,
    assumeNotNull(rows.run_started_at) AS started_at,
    if(max(rows.is_open), NULL, max(rows.ended_at)) AS ended_at,
    max(rows.is_open) AS is_open,
    argMin(rows.planned_code, rows.started_at) AS planned_code,
    argMin(rows.actual_code, rows.started_at) AS actual_code,
    toUInt64(sumIf(ifNull(dateDiff('ms', rows.started_at, rows.ended_at), 0), rows.standing = 'graced')) AS graced_ms
FROM adherence_spans AS rows FINAL
WHERE rows.run_started_at IS NOT NULL
GROUP BY rows.workspace, rows.basis, rows.agent, rows.run_started_at
HAVING countIf(rows.standing != 'graced') > 0
    AND (max(rows.is_open) OR dateDiff('ms', started_at, max(rows.ended_at)) >= max(rows.exception_min_ms))
COMMENT 'Exceptions: stretches out of adherence, each as long as it was. One row: workspace, basis, agent, beginning.';
