-- Columns of contacts: when the hub had what a row is made of, and who ended it.
-- One row: as in 0002_contacts.sql.
-- Written by: projection contacts. Read by: analysts, verify but for when the hub had it.
-- Read it with FINAL, as ever.
-- Instants are UTC; a row that was written before has no receipt.
-- A rebuild writes the same rows, but for version and receipt: the same event may come sooner by another road.
ALTER TABLE contacts
    ADD COLUMN IF NOT EXISTS closed_by LowCardinality(String) COMMENT 'Who ended it: source, or hub where a rule of the hub did; empty while it is open' AFTER is_open,
    ADD COLUMN IF NOT EXISTS first_received_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When the hub had the first that a source told of it; NULL if none did, or in a row of before the column' AFTER anomalies,
    ADD COLUMN IF NOT EXISTS last_received_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When the hub had the last that a source told of it' AFTER first_received_at;

-- Columns of queue_visits: when the hub had what a row is made of, and who ended it, and what else it is of.
-- One row: as in 0003_queue_visits.sql.
-- Written by: projection queue-visits. Read by: analysts, verify but for when the hub had it.
-- Read it with FINAL, as ever.
-- Instants are UTC; a row that was written before has no receipt.
-- A rebuild writes the same rows, but for version and receipt: the same event may come sooner by another road.
ALTER TABLE queue_visits
    ADD COLUMN IF NOT EXISTS conversation String COMMENT 'The conversation or call that the task is about, empty if unknown' AFTER visit,
    ADD COLUMN IF NOT EXISTS workflow LowCardinality(String) COMMENT 'The workflow that routed the task (WW…), empty if unknown' AFTER conversation,
    ADD COLUMN IF NOT EXISTS closed_by LowCardinality(String) COMMENT 'Who ended it: source, or hub where a rule of the hub did; empty while it is open' AFTER is_open,
    ADD COLUMN IF NOT EXISTS first_received_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When the hub had the first that a source told of it; NULL if none did, or in a row of before the column' AFTER anomalies,
    ADD COLUMN IF NOT EXISTS last_received_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When the hub had the last that a source told of it' AFTER first_received_at;

-- Columns of segments: when the hub had what a row is made of, and who ended it, and what else it is of.
-- One row: as in 0004_segments.sql.
-- Written by: projection segments. Read by: analysts, verify but for when the hub had it.
-- Read it with FINAL, as ever.
-- Instants are UTC; a row that was written before has no receipt.
-- A rebuild writes the same rows, but for version and receipt: the same event may come sooner by another road.
ALTER TABLE segments
    ADD COLUMN IF NOT EXISTS conversation String COMMENT 'The conversation or call that the task is about, empty if unknown' AFTER task,
    ADD COLUMN IF NOT EXISTS workflow LowCardinality(String) COMMENT 'The workflow that routed the task (WW…), empty if unknown' AFTER conversation,
    ADD COLUMN IF NOT EXISTS transfer String COMMENT 'The transfer that the offer was made for (TT…), empty if none' AFTER workflow,
    ADD COLUMN IF NOT EXISTS closed_by LowCardinality(String) COMMENT 'Who ended it: source, or hub where a rule of the hub did; empty while it is open' AFTER is_open,
    ADD COLUMN IF NOT EXISTS first_received_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When the hub had the first that a source told of it; NULL if none did, or in a row of before the column' AFTER anomalies,
    ADD COLUMN IF NOT EXISTS last_received_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When the hub had the last that a source told of it' AFTER first_received_at;

-- Columns of agent_states: when the hub had what a row is made of, and what had to be repaired.
-- One row: as in 0005_agent_states.sql.
-- Written by: projection agent-states. Read by: analysts, verify but for when the hub had it.
-- Read it with FINAL, as ever.
-- Instants are UTC; a row that was written before has no receipt.
-- A rebuild writes the same rows, but for version and receipt: the same event may come sooner by another road.
ALTER TABLE agent_states
    ADD COLUMN IF NOT EXISTS anomalies Array(LowCardinality(String)) COMMENT 'What the fold had to repair in the work of the stretch, sorted' AFTER activity_started_at,
    ADD COLUMN IF NOT EXISTS first_received_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When the hub had the first that a source told of it; NULL if none did, or in a row of before the column' AFTER anomalies,
    ADD COLUMN IF NOT EXISTS last_received_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When the hub had the last that a source told of it' AFTER first_received_at;

-- Columns of conversations: when the hub had what a row is made of, and who ended it.
-- One row: as in 0014_conversations.sql.
-- Written by: projection conversations. Read by: analysts, verify but for when the hub had it.
-- Read it with FINAL, as ever.
-- Instants are UTC; a row that was written before has no receipt.
-- A rebuild writes the same rows, but for version and receipt: the same event may come sooner by another road.
ALTER TABLE conversations
    ADD COLUMN IF NOT EXISTS closed_by LowCardinality(String) COMMENT 'Who ended it: source, or hub where a rule of the hub did; empty while it is open' AFTER is_open,
    ADD COLUMN IF NOT EXISTS first_received_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When the hub had the first that a source told of it; NULL if none did, or in a row of before the column' AFTER tasks,
    ADD COLUMN IF NOT EXISTS last_received_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When the hub had the last that a source told of it' AFTER first_received_at;

-- Columns of messages: when the hub had what a row is made of.
-- One row: as in 0015_messages.sql.
-- Written by: projection messages. Read by: analysts, verify but for when the hub had it.
-- Read it with FINAL, as ever.
-- Instants are UTC; a row that was written before has no receipt.
-- A rebuild writes the same rows, but for version and receipt: the same event may come sooner by another road.
ALTER TABLE messages
    ADD COLUMN IF NOT EXISTS first_received_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When the hub had the first that a source told of it; NULL if none did, or in a row of before the column' AFTER is_removed,
    ADD COLUMN IF NOT EXISTS last_received_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When the hub had the last that a source told of it' AFTER first_received_at;

-- Columns of calls: when the hub had what a row is made of, and who ended it.
-- One row: as in 0016_calls.sql.
-- Written by: projection calls. Read by: analysts, verify but for when the hub had it.
-- Read it with FINAL, as ever.
-- Instants are UTC; a row that was written before has no receipt.
-- A rebuild writes the same rows, but for version and receipt: the same event may come sooner by another road.
ALTER TABLE calls
    ADD COLUMN IF NOT EXISTS closed_by LowCardinality(String) COMMENT 'Who ended it: source, or hub where a rule of the hub did; empty while it is open' AFTER is_open,
    ADD COLUMN IF NOT EXISTS first_received_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When the hub had the first that a source told of it; NULL if none did, or in a row of before the column' AFTER recordings_count,
    ADD COLUMN IF NOT EXISTS last_received_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When the hub had the last that a source told of it' AFTER first_received_at;

-- Columns of flow_executions: when the hub had what a row is made of, and who ended it.
-- One row: as in 0017_flow_executions.sql.
-- Written by: projection flow-executions. Read by: analysts, verify but for when the hub had it.
-- Read it with FINAL, as ever.
-- Instants are UTC; a row that was written before has no receipt.
-- A rebuild writes the same rows, but for version and receipt: the same event may come sooner by another road.
ALTER TABLE flow_executions
    ADD COLUMN IF NOT EXISTS closed_by LowCardinality(String) COMMENT 'Who ended it: source, or hub where a rule of the hub did; empty while it is open' AFTER is_open,
    ADD COLUMN IF NOT EXISTS first_received_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When the hub had the first that a source told of it; NULL if none did, or in a row of before the column' AFTER duration_ms,
    ADD COLUMN IF NOT EXISTS last_received_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When the hub had the last that a source told of it' AFTER first_received_at;
