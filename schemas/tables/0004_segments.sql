-- Reservation legs: each offer of a task to an agent and, if it was accepted, the handle with its phases.
-- One row: workspace, reservation; the row with the highest version holds.
-- Written by: projection segments. Read by: verify, which recomputes every handling number of the interval tables from it.
-- Read it with FINAL; without it a leg counts once a version.
-- Talk is without hold; phases are counted once the handle has ended, and until then are 0.
-- A rebuild writes the same rows, but for version.
CREATE TABLE IF NOT EXISTS segments
(
    workspace LowCardinality(String) COMMENT 'The workspace that the row belongs to (WS…)',
    reservation String COMMENT 'The reservation (WR…)',
    task String COMMENT 'The task (WT…)',
    agent LowCardinality(String) COMMENT 'The agent it was offered to (WK…), empty if unknown',
    queue LowCardinality(String) COMMENT 'The queue that it came from, empty if none',
    channel LowCardinality(String) COMMENT 'The task channel by its unique name: voice, chat, sms, …',
    direction LowCardinality(String) COMMENT 'Who began it: inbound, outbound, callback, internal, or unknown',
    is_direct Bool COMMENT 'Made for one agent by name: it answers no queue visit',
    offered_at DateTime64(3, 'UTC') COMMENT 'When it was offered',
    offer_ended_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When the offer was accepted or ended otherwise; NULL while it is open',
    offer_outcome LowCardinality(String) COMMENT 'How the offer ended: accepted, rejected, timed_out, canceled, rescinded, failed; open while it lasts',
    accepted_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When the agent accepted; NULL if he did not',
    talk_ended_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When talk and hold ended and after-contact work began; NULL before',
    ended_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When the handle ended; NULL while it is open or if there was none',
    is_open Bool COMMENT 'Offer or handle has not ended',
    ring_ms UInt64 COMMENT 'Length of the offer, 0 while it is open',
    talk_ms UInt64 COMMENT 'Talk without hold, once the handle has ended',
    hold_ms UInt64 COMMENT 'Hold, once the handle has ended',
    acw_ms UInt64 COMMENT 'After-contact work, once the handle has ended',
    hold_from Array(DateTime64(3, 'UTC')) COMMENT 'Beginnings of the holds that ended, in order',
    hold_to Array(DateTime64(3, 'UTC')) COMMENT 'Ends of the same holds',
    hold_started_at Array(DateTime64(3, 'UTC')) COMMENT 'Beginnings of all holds, the open one included',
    anomalies Array(LowCardinality(String)) COMMENT 'What the fold had to repair, sorted',
    version UInt64 COMMENT 'Position in the log of the record that last changed the row; the highest holds',
    is_deleted UInt8 COMMENT '1 where the row has fallen back to nothing; FINAL hides it'
)
ENGINE = ReplacingMergeTree(version, is_deleted)
ORDER BY (workspace, reservation)
SETTINGS
    fsync_after_insert = 1,
    fsync_part_directory = 1
COMMENT 'Reservation legs: each offer of a task to an agent and, if it was accepted, the handle with its phases.';
