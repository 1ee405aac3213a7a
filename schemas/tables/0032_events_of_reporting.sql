-- Columns of events for what is final and what was delivered.
-- One row: as in 0001_events.sql.
-- Written by: the runner. Read by: the runner and analysts.
-- Read it with FINAL, as ever.
-- What an event has nothing to say of is NULL; rows of before have NULL in all of them.
-- A rebuild writes the same rows.
ALTER TABLE events
    ADD COLUMN IF NOT EXISTS table LowCardinality(Nullable(String)) COMMENT 'Of what is final or was delivered: the table' AFTER gap_to,
    ADD COLUMN IF NOT EXISTS since Nullable(DateTime64(3, 'UTC')) COMMENT 'The beginning of that stretch of time' AFTER table,
    ADD COLUMN IF NOT EXISTS until Nullable(DateTime64(3, 'UTC')) COMMENT 'Its end' AFTER since;
