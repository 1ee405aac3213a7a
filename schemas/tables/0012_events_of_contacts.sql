-- Columns of events for what is said in contacts: calls, conferences, conversations, messages, flows, profiles.
-- One row: as in 0001_events.sql.
-- Written by: the runner. Read by: the runner and analysts.
-- Read it with FINAL, as ever.
-- What an event has nothing to say of is NULL; rows of before have NULL in all of them.
-- A rebuild writes the same rows.
ALTER TABLE events
    ADD COLUMN IF NOT EXISTS call Nullable(String) COMMENT 'The leg of a call (CA…)' AFTER gap_to,
    ADD COLUMN IF NOT EXISTS parent_call Nullable(String) COMMENT 'The leg that this one was made from' AFTER call,
    ADD COLUMN IF NOT EXISTS conference Nullable(String) COMMENT 'The conference (CF…)' AFTER parent_call,
    ADD COLUMN IF NOT EXISTS customer_call Nullable(String) COMMENT 'Of a task: the leg by which its customer is in the conference' AFTER conference,
    ADD COLUMN IF NOT EXISTS message Nullable(String) COMMENT 'The message (IM…, SM…)' AFTER customer_call,
    ADD COLUMN IF NOT EXISTS participant Nullable(String) COMMENT 'The participant, by the source\'s id' AFTER message,
    ADD COLUMN IF NOT EXISTS author LowCardinality(Nullable(String)) COMMENT 'Who wrote a message, where the source says so: customer, agent, bot' AFTER participant,
    ADD COLUMN IF NOT EXISTS identity Nullable(String) COMMENT 'The name by which a participant or author is known to the source' AFTER author,
    ADD COLUMN IF NOT EXISTS address Nullable(String) COMMENT 'The customer\'s number or address' AFTER identity,
    ADD COLUMN IF NOT EXISTS proxy_address Nullable(String) COMMENT 'The centre\'s number or address' AFTER address,
    ADD COLUMN IF NOT EXISTS label LowCardinality(Nullable(String)) COMMENT 'What a participant of a conference is called there' AFTER proxy_address,
    ADD COLUMN IF NOT EXISTS flow LowCardinality(Nullable(String)) COMMENT 'The Studio flow (FW…)' AFTER label,
    ADD COLUMN IF NOT EXISTS execution Nullable(String) COMMENT 'The run of a flow (FN…)' AFTER flow,
    ADD COLUMN IF NOT EXISTS step LowCardinality(Nullable(String)) COMMENT 'The step that a flow has left' AFTER execution,
    ADD COLUMN IF NOT EXISTS next_step LowCardinality(Nullable(String)) COMMENT 'The step that it goes to' AFTER step,
    ADD COLUMN IF NOT EXISTS duration_ms Nullable(Int64) COMMENT 'How long it took, where the source says so' AFTER next_step;
