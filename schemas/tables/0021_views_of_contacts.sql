-- Quarter hours in which a source has a gap: what is missing there is unknown, not zero.
-- One row: source, gap, interval.
-- Written by: nobody, it is a view. Read by: dashboards, exports, analysts.
-- Needs no FINAL: it is applied here.
-- Times are milliseconds, instants UTC; an interval is a quarter hour.
-- A rebuild shows the same rows.
CREATE VIEW IF NOT EXISTS v_interval_coverage
(
    source LowCardinality(String) COMMENT 'The source that has lost events, or may have',
    interval_start DateTime64(3, 'UTC') COMMENT 'Beginning of the quarter hour, in UTC; the end is not included',
    unknown_ms UInt64 COMMENT 'Time of the interval in which the source is not known to have told all',
    status LowCardinality(String) COMMENT 'open; filled and empty gaps are known again',
    reason LowCardinality(String) COMMENT 'How the gap was noticed'
)
AS SELECT
    gaps.source AS source,
    fromUnixTimestamp64Milli(start) AS interval_start,
    toUInt64(least(until, start + 900000) - greatest(since, start)) AS unknown_ms,
    gaps.status AS status,
    gaps.reason AS reason
FROM (
    SELECT source, status, reason, toUnixTimestamp64Milli(gap_from) AS since,
        ifNull(toUnixTimestamp64Milli(gap_to), toUnixTimestamp64Milli(now64(3))) AS until
    FROM source_gaps FINAL
    WHERE until > since
) AS gaps
ARRAY JOIN range(toUInt64(intDiv(since, 900000) * 900000), toUInt64(until), 900000) AS start
COMMENT 'Quarter hours in which a source has a gap: what is missing there is unknown, not zero. One row: source, gap, interval.';

-- The contacts of each customer in order, over all channels: who came back, after how long, and by another channel.
-- One row: workspace, task; contacts that name nobody are left out.
-- Written by: nobody, it is a view. Read by: dashboards, exports, analysts.
-- Needs no FINAL: it is applied here.
-- Times are milliseconds, instants UTC; an interval is a quarter hour.
-- A rebuild shows the same rows.
CREATE VIEW IF NOT EXISTS v_customer_contacts
(
    workspace LowCardinality(String) COMMENT 'The workspace that the row belongs to (WS…)',
    customer String COMMENT 'The customer (CU…) as he is known now',
    task String COMMENT 'The task (WT…)',
    conversation String COMMENT 'The conversation or call that it is about, empty if unknown',
    channel LowCardinality(String) COMMENT 'The task channel',
    direction LowCardinality(String) COMMENT 'Who began it',
    queue LowCardinality(String) COMMENT 'The queue of the first visit, empty if there was none',
    created_at DateTime64(3, 'UTC') COMMENT 'When the contact began',
    outcome LowCardinality(String) COMMENT 'What became of it: answered, abandoned, …',
    contact_number UInt64 COMMENT 'The customer\'s first, second, … contact',
    previous_task String COMMENT 'The contact before, empty if it is the first',
    since_previous_ms UInt64 COMMENT 'Time since the one before began, 0 for the first',
    is_other_channel Bool COMMENT 'The one before came by another channel'
)
AS SELECT
    each.workspace AS workspace,
    each.customer AS customer,
    each.task AS task,
    each.conversation AS conversation,
    each.channel AS channel,
    each.direction AS direction,
    each.first_queue AS queue,
    each.created_at AS created_at,
    each.outcome AS outcome,
    row_number() OVER own AS contact_number,
    lagInFrame(each.task) OVER own AS previous_task,
    if(contact_number = 1, 0, toUInt64(toUnixTimestamp64Milli(each.created_at) - toUnixTimestamp64Milli(lagInFrame(each.created_at) OVER own))) AS since_previous_ms,
    CAST(contact_number > 1 AND lagInFrame(each.channel) OVER own != each.channel, 'Bool') AS is_other_channel
FROM (
    SELECT contacts.*, named.customer AS customer
    FROM (SELECT * FROM contacts FINAL) AS contacts
    INNER JOIN (
        SELECT told.workspace AS workspace, told.task AS task, any(known.customer) AS customer
        FROM (
            SELECT workspace, assumeNotNull(task) AS task, entity
            FROM events FINAL WHERE topic = 'ledgerline.customers' AND type = 'task.created'
        ) AS told
        INNER JOIN (SELECT identity, customer FROM customers FINAL WHERE is_current) AS known ON known.identity = told.entity
        GROUP BY workspace, task
    ) AS named ON named.workspace = contacts.workspace AND named.task = contacts.task
) AS each
WINDOW own AS (PARTITION BY each.customer ORDER BY each.created_at, each.task ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
COMMENT 'The contacts of each customer in order, over all channels: who came back, after how long, and by another channel. One row: workspace, task; contacts that name nobody are left out.';

-- Self-service by flow and quarter hour: how many runs needed no agent, and where they ended.
-- One row: flow, interval.
-- Written by: nobody, it is a view. Read by: dashboards, exports, analysts.
-- Needs no FINAL: it is applied here.
-- Times are milliseconds, instants UTC; an interval is a quarter hour.
-- A rebuild shows the same rows.
CREATE VIEW IF NOT EXISTS v_self_service
(
    flow LowCardinality(String) COMMENT 'The flow (FW…)',
    interval_start DateTime64(3, 'UTC') COMMENT 'Quarter hour in which the runs began, in UTC',
    runs_count UInt64 COMMENT 'Runs begun',
    contained_count UInt64 COMMENT 'Of these, ended without a task for an agent',
    handed_over_count UInt64 COMMENT 'Of these, led to a task',
    duration_ms UInt64 COMMENT 'Time that the ended ones took',
    last_steps Map(String, UInt64) COMMENT 'Where the contained ones ended: step → runs'
)
AS SELECT
    runs.flow AS flow,
    toStartOfInterval(runs.started_at, INTERVAL 15 MINUTE) AS interval_start,
    count() AS runs_count,
    countIf(NOT runs.is_open AND served.conversation = '') AS contained_count,
    countIf(served.conversation != '') AS handed_over_count,
    sum(runs.duration_ms) AS duration_ms,
    sumMap(if(NOT runs.is_open AND served.conversation = '', map(toString(runs.last_step), toUInt64(1)), map())) AS last_steps
FROM (SELECT *, if(call != '', call, conversation) AS origin FROM flow_executions FINAL) AS runs
LEFT JOIN (SELECT DISTINCT conversation FROM contacts FINAL WHERE conversation != '') AS served
    ON served.conversation = runs.origin
GROUP BY flow, interval_start
COMMENT 'Self-service by flow and quarter hour: how many runs needed no agent, and where they ended. One row: flow, interval.';

-- What Flex Insights would take from the attributes of each task.
-- One row: workspace, task.
-- Written by: nobody, it is a view. Read by: dashboards, exports, analysts.
-- Needs no FINAL: it is applied here.
-- Times are milliseconds, instants UTC; an interval is a quarter hour.
-- A rebuild shows the same rows.
CREATE VIEW IF NOT EXISTS v_contact_attributes
(
    workspace LowCardinality(String) COMMENT 'The workspace that the row belongs to (WS…)',
    task String COMMENT 'The task (WT…)',
    conversations Map(String, String) COMMENT 'The task attributes `conversations.*` by the conventions of Flex Insights, as they were last',
    customers Map(String, String) COMMENT 'The task attributes `customers.*`, likewise; personal data'
)
AS SELECT
    told.workspace AS workspace,
    told.task AS task,
    mapApply((name, value) -> (name, trim(BOTH '"' FROM value)), CAST(JSONExtractKeysAndValuesRaw(told.attributes, 'conversations'), 'Map(String, String)')) AS conversations,
    mapApply((name, value) -> (name, trim(BOTH '"' FROM value)), CAST(JSONExtractKeysAndValuesRaw(told.attributes, 'customers'), 'Map(String, String)')) AS customers
FROM (
    SELECT workspace, assumeNotNull(task) AS task, argMax(attributes, (at, id)) AS attributes
    FROM events FINAL WHERE topic = 'ledgerline.tasks' AND attributes IS NOT NULL AND isValidJSON(assumeNotNull(attributes))
    GROUP BY workspace, task
) AS told
COMMENT 'What Flex Insights would take from the attributes of each task. One row: workspace, task.';

-- What machines have heard in conversations.
-- One row: result.
-- Written by: nobody, it is a view. Read by: dashboards, exports, analysts.
-- Needs no FINAL: it is applied here.
-- Times are milliseconds, instants UTC; an interval is a quarter hour.
-- A rebuild shows the same rows.
CREATE VIEW IF NOT EXISTS v_operator_results
(
    id String COMMENT 'The result, by its source',
    at DateTime64(3, 'UTC') COMMENT 'When it was found',
    conversation String COMMENT 'The conversation or call that it is about, empty if not named',
    operator String COMMENT 'What was looked for: sentiment, summary, disposition, …',
    result String COMMENT 'What was found, as it came'
)
AS SELECT
    found.id AS id,
    found.at AS at,
    ifNull(found.conversation, '') AS conversation,
    ifNull(found.reason, '') AS operator,
    if(ifNull(found.status, '') != '', ifNull(found.status, ''), JSONExtractRaw(ifNull(found.payload, ''), 'result')) AS result
FROM events AS found FINAL
WHERE found.type = 'operator.result'
COMMENT 'What machines have heard in conversations. One row: result.';

-- Faults that the sources report of themselves.
-- One row: hour, code, level, product.
-- Written by: nobody, it is a view. Read by: dashboards, exports, analysts.
-- Needs no FINAL: it is applied here.
-- Times are milliseconds, instants UTC; an interval is a quarter hour.
-- A rebuild shows the same rows.
CREATE VIEW IF NOT EXISTS v_source_errors
(
    hour DateTime('UTC') COMMENT 'The hour',
    code String COMMENT 'The error code of the source: for Twilio''s see its list of errors and warnings',
    level LowCardinality(String) COMMENT 'ERROR, WARNING, …',
    product LowCardinality(String) COMMENT 'Of which product',
    errors_count UInt64 COMMENT 'How many'
)
AS SELECT
    toStartOfHour(toDateTime(told.at, 'UTC')) AS hour,
    ifNull(told.reason, '') AS code,
    ifNull(told.status, '') AS level,
    ifNull(told.cause, '') AS product,
    count() AS errors_count
FROM events AS told FINAL
WHERE told.topic = 'ledgerline.config' AND told.type = 'source.error'
GROUP BY hour, code, level, product
COMMENT 'Faults that the sources report of themselves. One row: hour, code, level, product.';
