-- Calls: each leg, from its first ring to its end.
-- One row: workspace, call; the row with the highest version holds.
-- Written by: projection calls. Read by: contact search, journeys, analysts.
-- Read it with FINAL; without it a call counts once a version.
-- Most legs report their end alone; then when they were answered is worked out from their length.
-- A rebuild writes the same rows, but for version.
CREATE TABLE IF NOT EXISTS calls
(
    workspace LowCardinality(String) COMMENT 'The workspace of its first task (WS…), empty while none is known',
    call String COMMENT 'The leg (CA…)',
    parent_call String COMMENT 'The leg that it was made from, empty if none',
    direction LowCardinality(String) COMMENT 'inbound, outbound or unknown',
    task String COMMENT 'The first task that was made from it, empty if none',
    queue LowCardinality(String) COMMENT 'The queue of that task\'s first visit, empty if none',
    status LowCardinality(String) COMMENT 'What became of it: completed, busy, no-answer, failed, canceled, or how far it is',
    initiated_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When it was begun',
    ringing_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When it rang',
    answered_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When it was answered',
    ended_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When it ended; NULL while it goes on',
    is_open Bool COMMENT 'It has not ended',
    duration_ms UInt64 COMMENT 'How long it took, by the source',
    disconnected_by LowCardinality(String) COMMENT 'Who hung up, by Voice Insights, empty if not known',
    recordings_count UInt32 COMMENT 'Recordings of it',
    version UInt64 COMMENT 'Position in the log of the record that last changed the row; the highest holds',
    is_deleted UInt8 COMMENT '1 where the row has fallen back to nothing; FINAL hides it'
)
ENGINE = ReplacingMergeTree(version, is_deleted)
ORDER BY (workspace, call)
SETTINGS
    fsync_after_insert = 1,
    fsync_part_directory = 1
COMMENT 'Calls: each leg, from its first ring to its end.';
