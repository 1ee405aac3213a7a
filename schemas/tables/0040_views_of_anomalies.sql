-- Ids under which the ledger has events that do not say the same: of these, one counts (R2).
-- One row: topic, entity, id; an event that stands in several topics is told of in each.
-- Written by: nobody, it is a view. Read by: v_anomalies_daily, analysts.
-- Needs no FINAL: it is applied here. It reads in the order of the ledger, an entity at a time.
-- The time is that of the earliest of the copies, by its source.
-- A rebuild shows the same rows.
CREATE VIEW IF NOT EXISTS v_id_conflicts
(
    topic LowCardinality(String) COMMENT 'The ledger that they stand in',
    entity String COMMENT 'Their key in the topic: the task\'s, worker\'s, conversation\'s id',
    id String COMMENT 'The id that they have in common',
    workspace LowCardinality(String) COMMENT 'The workspace of one of them (WS…)',
    happened_at DateTime64(3, 'UTC') COMMENT 'When it happened, by the earliest of them',
    contents_count UInt32 COMMENT 'How many different events there are under the id',
    digests Array(String) COMMENT 'What tells them apart, as in events, sorted',
    types Array(String) COMMENT 'Their types, sorted',
    roads Array(String) COMMENT 'How they came, sorted: callback, stream, rest, api, hub',
    first_received_at DateTime64(3, 'UTC') COMMENT 'When the hub had the first of them',
    last_received_at DateTime64(3, 'UTC') COMMENT 'When the hub had the last of them'
)
AS SELECT
    topic, entity, id,
    min(events.workspace) AS workspace,
    min(at) AS happened_at,
    toUInt32(uniqExact(digest)) AS contents_count,
    arraySort(groupUniqArray(digest)) AS digests,
    arraySort(groupUniqArray(toString(type))) AS types,
    arraySort(groupUniqArray(toString(road))) AS roads,
    min(received_at) AS first_received_at,
    max(received_at) AS last_received_at
FROM events FINAL
GROUP BY topic, entity, id
HAVING min(digest) != max(digest)
SETTINGS optimize_aggregation_in_order = 1
COMMENT 'Ids under which the ledger has events that do not say the same: of these, one counts. One row: topic, entity, id.';

-- What the hub had to repair, by day (R14).
-- One row: workspace, day, what, anomaly.
-- Written by: nobody, it is a view. Read by: dashboards, analysts.
-- Needs no FINAL: it is applied here.
-- A day is one of UTC, in which the thing began. Sum over one `what` only: a contact bears what its visits and legs do.
-- A rebuild shows the same rows.
CREATE VIEW IF NOT EXISTS v_anomalies_daily
(
    workspace LowCardinality(String) COMMENT 'The workspace that the row belongs to (WS…)',
    day Date COMMENT 'The day, in UTC, in which it began',
    what LowCardinality(String) COMMENT 'Of what: contact, queue_visit, segment, agent_state, event; a contact bears what its visits and segments do',
    anomaly LowCardinality(String) COMMENT 'What was repaired: clock_skew, missing_begin, missing_end, forced, queue_mismatch, id_conflict',
    things_count UInt32 COMMENT 'How many contacts, visits, segments, stretches of a state or ids bear it'
)
AS SELECT
    each.workspace AS workspace,
    toDate(each.began_at, 'UTC') AS day,
    each.what AS what,
    each.name AS anomaly,
    toUInt32(uniqExact(each.thing)) AS things_count
FROM (
    SELECT workspace, created_at AS began_at, 'contact' AS what, arrayJoin(anomalies) AS name, task AS thing
    FROM contacts FINAL
    UNION ALL
    SELECT workspace, entered_at, 'queue_visit', arrayJoin(anomalies), concat(task, ' ', toString(visit))
    FROM queue_visits FINAL
    UNION ALL
    SELECT workspace, offered_at, 'segment', arrayJoin(anomalies), reservation
    FROM segments FINAL
    UNION ALL
    SELECT workspace, started_at, 'agent_state', arrayJoin(anomalies), concat(agent, ' ', toString(started_at))
    FROM agent_states FINAL
    UNION ALL
    SELECT workspace, happened_at, 'event', 'id_conflict', id
    FROM v_id_conflicts
) AS each
GROUP BY workspace, day, what, anomaly
COMMENT 'What the hub had to repair, by day. One row: workspace, day, what, anomaly.';
