-- A column of segments: whether the first of its holds had begun before the agent came (U23).
-- One row: as in 0004_segments.sql.
-- Written by: projection segments. Read by: verify.
-- Read it with FINAL, as ever.
-- Such a hold takes time from the acceptance on, and does not count as begun.
-- A rebuild writes the same rows, but for version.
ALTER TABLE segments
    ADD COLUMN IF NOT EXISTS is_accepted_on_hold Bool COMMENT 'The first of its holds had begun before the agent accepted: it takes time, and does not count as begun' AFTER hold_started_at;
