-- A column of contacts: under which definitions the row was made.
-- One row: as in 0002_contacts.sql.
-- Written by: projection contacts. Read by: analysts, verify.
-- Read it with FINAL, as ever.
-- A version holds from its instant on, that instant included.
-- A rebuild writes the same rows, but for version.
ALTER TABLE contacts
    ADD COLUMN IF NOT EXISTS definitions_version UInt32 COMMENT 'Of the definitions, the version that was in force when the task was created; 0: the defaults' AFTER anomalies;

-- A column of queue_visits: under which definitions the row was made.
-- One row: as in 0003_queue_visits.sql.
-- Written by: projection queue-visits. Read by: analysts, verify.
-- Read it with FINAL, as ever.
-- A version holds from its instant on, that instant included.
-- A rebuild writes the same rows, but for version.
ALTER TABLE queue_visits
    ADD COLUMN IF NOT EXISTS definitions_version UInt32 COMMENT 'Of the definitions, the version by which it was judged: that in force when it began; 0: the defaults' AFTER anomalies;

-- A column of segments: under which definitions the row was made.
-- One row: as in 0004_segments.sql.
-- Written by: projection segments. Read by: analysts, verify.
-- Read it with FINAL, as ever.
-- A version holds from its instant on, that instant included.
-- A rebuild writes the same rows, but for version.
ALTER TABLE segments
    ADD COLUMN IF NOT EXISTS definitions_version UInt32 COMMENT 'Of the definitions, the version that was in force when it was offered; 0: the defaults' AFTER anomalies;

-- A column of agent_states: under which definitions the row was made.
-- One row: as in 0005_agent_states.sql.
-- Written by: projection agent-states. Read by: analysts, verify.
-- Read it with FINAL, as ever.
-- A version holds from its instant on, that instant included.
-- A rebuild writes the same rows, but for version.
ALTER TABLE agent_states
    ADD COLUMN IF NOT EXISTS definitions_version UInt32 COMMENT 'Of the definitions, the version by which its activity was classed: that in force when the activity began; 0: the defaults' AFTER anomalies;

-- A column of agent_activities: under which definitions the row was made.
-- One row: as in 0029_agent_activities.sql.
-- Written by: projection agent-activities. Read by: analysts, verify.
-- Read it with FINAL, as ever.
-- A version holds from its instant on, that instant included.
-- A rebuild writes the same rows, but for version.
ALTER TABLE agent_activities
    ADD COLUMN IF NOT EXISTS definitions_version UInt32 COMMENT 'Of the definitions, the version by which it was classed: that in force when it began; 0: the defaults' AFTER duration_ms;
