-- Agents in the words of WFM products: a row for each stretch in which a mapping gives an agent one state.
-- One row: workspace, target, agent, beginning; the row with the highest version holds.
-- Written by: projection agent-wfm-states. Read by: mapping coverage, adherence, feeds and files of WFM products.
-- Read it with FINAL; without it a stretch counts once a version.
-- From the first mapping of a target on stretches follow each other without gaps, neighbours differ, and the last one is open: its row stays as it is however long it lasts.
-- A rebuild writes the same rows, but for version.
CREATE TABLE IF NOT EXISTS agent_wfm_states
(
    workspace LowCardinality(String) COMMENT 'The workspace that the row belongs to (WS…)',
    target LowCardinality(String) COMMENT 'The WFM product by whose mapping the state is told',
    agent LowCardinality(String) COMMENT 'The agent: the worker of the source (WK…)',
    started_at DateTime64(3, 'UTC') COMMENT 'When the stretch began',
    ended_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When it ended; NULL while it lasts',
    is_open Bool COMMENT 'The agent is still in it',
    code LowCardinality(String) COMMENT 'The code of the state in the target',
    reason LowCardinality(String) COMMENT 'What the target is told beside the code; empty if nothing',
    text String COMMENT 'For people',
    class LowCardinality(String) COMMENT 'What he is to the target: available, signed_on, signed_off',
    is_logged_on Bool COMMENT 'He counts as logged on',
    is_counted_as_contact Bool COMMENT 'The time counts as time in a contact',
    is_paid Bool COMMENT 'The time is paid',
    unmapped LowCardinality(String) COMMENT 'What no rule maps, so that the fallback is told: activity, contact; empty: a rule gave the state',
    unmapped_name String COMMENT 'The activity that no rule maps by name, or channel, phase and direction of the contact',
    rules Array(LowCardinality(String)) COMMENT 'The rules that gave the state when it began, by their places in the file; none: the fallback, or he was gone',
    mapping_version UInt64 COMMENT 'The version of the mapping by which it began',
    version UInt64 COMMENT 'Position in the log of the record that last changed the row; the highest holds',
    is_deleted UInt8 COMMENT '1 where the row has fallen back to nothing; FINAL hides it'
)
ENGINE = ReplacingMergeTree(version, is_deleted)
PARTITION BY toYYYYMM(started_at)
ORDER BY (workspace, target, agent, started_at)
SETTINGS
    fsync_after_insert = 1,
    fsync_part_directory = 1
COMMENT 'Agents in the words of WFM products: a row for each stretch in which a mapping gives an agent one state.';
