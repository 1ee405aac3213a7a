-- How each agent kept to his plan, by interval: as the plan was corrected in the end and, in the columns known_…, as it was known at each instant.
-- One row: workspace, agent, interval, shard; the row with the highest version holds.
-- Written by: projection adherence-intervals. Read by: v_adherence_intervals, and through it adherence reports and panels.
-- Read it with FINAL and sum over shards; without FINAL a row counts once a version. There are rows only of time of which a plan was read.
-- A moment on a border belongs to the interval that begins there; a stretch is judged whole and then cut. Times are milliseconds, instants UTC.
-- A rebuild writes the same rows, but for version.
CREATE TABLE IF NOT EXISTS adherence_intervals
(
    workspace LowCardinality(String) COMMENT 'The workspace that the row belongs to (WS…)',
    agent LowCardinality(String) COMMENT 'The agent: the worker of the source (WK…)',
    interval_start DateTime64(3, 'UTC') COMMENT 'Beginning of the quarter hour, in UTC; the end is not included',
    shard UInt16 COMMENT 'The partition of the log whose owner alone writes this row; sum over it',
    scheduled_raw_ms UInt64 COMMENT 'Time planned and measured, by the plan alone',
    adherent_raw_ms UInt64 COMMENT 'Of this, time in a code that the planned one accepts',
    scheduled_ms UInt64 COMMENT 'Time planned and measured, with what was agreed beside the plan',
    adherent_ms UInt64 COMMENT 'Of this, time as planned, forgiven or excused',
    nonadherent_ms UInt64 COMMENT 'Of this, time not as planned',
    graced_ms UInt64 COMMENT 'Of adherent time, what only grace makes so',
    excused_ms UInt64 COMMENT 'Of adherent time, what only an excuse makes so',
    excluded_ms UInt64 COMMENT 'Time planned that is not measured, by agreement',
    unscheduled_work_ms UInt64 COMMENT 'Time signed in while nothing is planned',
    conf_scheduled_ms UInt64 COMMENT 'Time planned and measured with a productive code',
    conf_actual_ms UInt64 COMMENT 'Time in a productive code, whatever is planned',
    unknown_ms UInt64 COMMENT 'Time planned and measured in which a source was silent',
    paid_scheduled_ms UInt64 COMMENT 'Time planned and paid',
    paid_productive_scheduled_ms UInt64 COMMENT 'Of this, time planned to be productive',
    paid_productive_ms UInt64 COMMENT 'Of the time planned and paid, time in a productive code',
    known_scheduled_raw_ms UInt64 COMMENT 'Time planned and measured, by the plan alone; by the plan as it was known at each instant',
    known_adherent_raw_ms UInt64 COMMENT 'Of this, time in a code that the planned one accepts; by the plan as it was known at each instant',
    known_scheduled_ms UInt64 COMMENT 'Time planned and measured, with what was agreed beside the plan; by the plan as it was known at each instant',
    known_adherent_ms UInt64 COMMENT 'Of this, time as planned, forgiven or excused; by the plan as it was known at each instant',
    known_nonadherent_ms UInt64 COMMENT 'Of this, time not as planned; by the plan as it was known at each instant',
    known_graced_ms UInt64 COMMENT 'Of adherent time, what only grace makes so; by the plan as it was known at each instant',
    known_excused_ms UInt64 COMMENT 'Of adherent time, what only an excuse makes so; by the plan as it was known at each instant',
    known_excluded_ms UInt64 COMMENT 'Time planned that is not measured, by agreement; by the plan as it was known at each instant',
    known_unscheduled_work_ms UInt64 COMMENT 'Time signed in while nothing is planned; by the plan as it was known at each instant',
    known_conf_scheduled_ms UInt64 COMMENT 'Time planned and measured with a productive code; by the plan as it was known at each instant',
    known_conf_actual_ms UInt64 COMMENT 'Time in a productive code, whatever is planned; by the plan as it was known at each instant',
    known_unknown_ms UInt64 COMMENT 'Time planned and measured in which a source was silent; by the plan as it was known at each instant',
    known_paid_scheduled_ms UInt64 COMMENT 'Time planned and paid; by the plan as it was known at each instant',
    known_paid_productive_scheduled_ms UInt64 COMMENT 'Of this, time planned to be productive; by the plan as it was known at each instant',
    known_paid_productive_ms UInt64 COMMENT 'Of the time planned and paid, time in a productive code; by the plan as it was known at each instant',
    version UInt64 COMMENT 'Position in the log of the record that last changed the row; the highest holds',
    is_deleted UInt8 COMMENT '1 where the row has fallen back to nothing; FINAL hides it'
)
ENGINE = ReplacingMergeTree(version, is_deleted)
PARTITION BY toYYYYMM(interval_start)
ORDER BY (workspace, agent, interval_start, shard)
SETTINGS
    fsync_after_insert = 1,
    fsync_part_directory = 1
COMMENT 'How each agent kept to his plan, by interval.';

-- The rows of adherence_intervals as people should read them: FINAL applied.
-- One row: workspace, agent, interval; nothing has to be added to it.
-- Written by: nobody, it is a view. Read by: dashboards, exports, analysts.
-- Needs no FINAL. All rows of an agent lie in one shard, so nothing is grouped here and filters reach the table.
-- A moment on a border belongs to the interval that begins there.
-- A rebuild shows the same rows.
CREATE VIEW IF NOT EXISTS v_adherence_intervals
(
    workspace LowCardinality(String) COMMENT 'The workspace that the row belongs to (WS…)',
    agent LowCardinality(String) COMMENT 'The agent: the worker of the source (WK…)',
    interval_start DateTime64(3, 'UTC') COMMENT 'Beginning of the quarter hour, in UTC; the end is not included',
    scheduled_raw_ms UInt64 COMMENT 'Time planned and measured, by the plan alone',
    adherent_raw_ms UInt64 COMMENT 'Of this, time in a code that the planned one accepts',
    scheduled_ms UInt64 COMMENT 'Time planned and measured, with what was agreed beside the plan',
    adherent_ms UInt64 COMMENT 'Of this, time as planned, forgiven or excused',
    nonadherent_ms UInt64 COMMENT 'Of this, time not as planned',
    graced_ms UInt64 COMMENT 'Of adherent time, what only grace makes so',
    excused_ms UInt64 COMMENT 'Of adherent time, what only an excuse makes so',
    excluded_ms UInt64 COMMENT 'Time planned that is not measured, by agreement',
    unscheduled_work_ms UInt64 COMMENT 'Time signed in while nothing is planned',
    conf_scheduled_ms UInt64 COMMENT 'Time planned and measured with a productive code',
    conf_actual_ms UInt64 COMMENT 'Time in a productive code, whatever is planned',
    unknown_ms UInt64 COMMENT 'Time planned and measured in which a source was silent',
    paid_scheduled_ms UInt64 COMMENT 'Time planned and paid',
    paid_productive_scheduled_ms UInt64 COMMENT 'Of this, time planned to be productive',
    paid_productive_ms UInt64 COMMENT 'Of the time planned and paid, time in a productive code',
    known_scheduled_raw_ms UInt64 COMMENT 'Time planned and measured, by the plan alone; by the plan as it was known at each instant',
    known_adherent_raw_ms UInt64 COMMENT 'Of this, time in a code that the planned one accepts; by the plan as it was known at each instant',
    known_scheduled_ms UInt64 COMMENT 'Time planned and measured, with what was agreed beside the plan; by the plan as it was known at each instant',
    known_adherent_ms UInt64 COMMENT 'Of this, time as planned, forgiven or excused; by the plan as it was known at each instant',
    known_nonadherent_ms UInt64 COMMENT 'Of this, time not as planned; by the plan as it was known at each instant',
    known_graced_ms UInt64 COMMENT 'Of adherent time, what only grace makes so; by the plan as it was known at each instant',
    known_excused_ms UInt64 COMMENT 'Of adherent time, what only an excuse makes so; by the plan as it was known at each instant',
    known_excluded_ms UInt64 COMMENT 'Time planned that is not measured, by agreement; by the plan as it was known at each instant',
    known_unscheduled_work_ms UInt64 COMMENT 'Time signed in while nothing is planned; by the plan as it was known at each instant',
    known_conf_scheduled_ms UInt64 COMMENT 'Time planned and measured with a productive code; by the plan as it was known at each instant',
    known_conf_actual_ms UInt64 COMMENT 'Time in a productive code, whatever is planned; by the plan as it was known at each instant',
    known_unknown_ms UInt64 COMMENT 'Time planned and measured in which a source was silent; by the plan as it was known at each instant',
    known_paid_scheduled_ms UInt64 COMMENT 'Time planned and paid; by the plan as it was known at each instant',
    known_paid_productive_scheduled_ms UInt64 COMMENT 'Of this, time planned to be productive; by the plan as it was known at each instant',
    known_paid_productive_ms UInt64 COMMENT 'Of the time planned and paid, time in a productive code; by the plan as it was known at each instant'
)
AS SELECT
    rows.workspace AS workspace,
    rows.agent AS agent,
    rows.interval_start AS interval_start,
    rows.scheduled_raw_ms AS scheduled_raw_ms,
    rows.adherent_raw_ms AS adherent_raw_ms,
    rows.scheduled_ms AS scheduled_ms,
    rows.adherent_ms AS adherent_ms,
    rows.nonadherent_ms AS nonadherent_ms,
    rows.graced_ms AS graced_ms,
    rows.excused_ms AS excused_ms,
    rows.excluded_ms AS excluded_ms,
    rows.unscheduled_work_ms AS unscheduled_work_ms,
    rows.conf_scheduled_ms AS conf_scheduled_ms,
    rows.conf_actual_ms AS conf_actual_ms,
    rows.unknown_ms AS unknown_ms,
    rows.paid_scheduled_ms AS paid_scheduled_ms,
    rows.paid_productive_scheduled_ms AS paid_productive_scheduled_ms,
    rows.paid_productive_ms AS paid_productive_ms,
    rows.known_scheduled_raw_ms AS known_scheduled_raw_ms,
    rows.known_adherent_raw_ms AS known_adherent_raw_ms,
    rows.known_scheduled_ms AS known_scheduled_ms,
    rows.known_adherent_ms AS known_adherent_ms,
    rows.known_nonadherent_ms AS known_nonadherent_ms,
    rows.known_graced_ms AS known_graced_ms,
    rows.known_excused_ms AS known_excused_ms,
    rows.known_excluded_ms AS known_excluded_ms,
    rows.known_unscheduled_work_ms AS known_unscheduled_work_ms,
    rows.known_conf_scheduled_ms AS known_conf_scheduled_ms,
    rows.known_conf_actual_ms AS known_conf_actual_ms,
    rows.known_unknown_ms AS known_unknown_ms,
    rows.known_paid_scheduled_ms AS known_paid_scheduled_ms,
    rows.known_paid_productive_scheduled_ms AS known_paid_productive_scheduled_ms,
    rows.known_paid_productive_ms AS known_paid_productive_ms
FROM adherence_intervals AS rows FINAL
COMMENT 'How each agent kept to his plan, by interval. FINAL applied.';
