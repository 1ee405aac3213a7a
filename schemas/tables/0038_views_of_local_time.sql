-- The rows of v_queue_intervals in the local time of any zone, with names as they were and with rates.
-- One row: zone, workspace, queue, channel, direction, interval.
-- Written by: nobody, it is a view made by schemas/tables/view-sql.ts. Read by: dashboards, exports, analysts.
-- Needs no FINAL. Say WHERE zone = …, or each row comes once a zone; say when by interval_start, which finds rows fast.
-- A moment on a border belongs to the interval that begins there. For longer periods add up counts and lengths, then divide: a rate of a row is of its interval alone.
-- A rebuild shows the same rows.
CREATE OR REPLACE VIEW v_queue_intervals_local
(
    zone LowCardinality(String) COMMENT 'The time zone of the local columns, by its IANA name; always say which',
    workspace LowCardinality(String) COMMENT 'The workspace that the row belongs to (WS…)',
    queue LowCardinality(String) COMMENT 'The task queue (WQ…)',
    queue_name String COMMENT 'What it was called as the interval ended; empty if that was never told',
    channel LowCardinality(String) COMMENT 'The task channel by its unique name: voice, chat, sms, …',
    direction LowCardinality(String) COMMENT 'Who began it: inbound, outbound, callback, internal, or unknown',
    interval_start DateTime64(3, 'UTC') COMMENT 'Beginning of the interval, in UTC; the end is not included',
    local_time DateTime64(3, 'UTC') COMMENT 'What clocks show there as it begins, as if it were UTC; with utc_offset it is the only one of its name',
    utc_offset String COMMENT 'How far clocks there are from UTC, such as -05:00; tells the hour that comes twice',
    local_start String COMMENT 'Beginning of the interval in local time with the offset, as the API writes it',
    local_date Date COMMENT 'The date there',
    entered_count UInt64 COMMENT 'Visits that were the first of their task: contacts that reached a queue',
    moved_in_count UInt64 COMMENT 'Visits that came from another queue by workflow (overflow in)',
    transferred_in_count UInt64 COMMENT 'Visits that a transfer opened',
    requeued_in_count UInt64 COMMENT 'Visits of a task that came back to a queue for another reason',
    offered_count UInt64 COMMENT 'All visits opened',
    answered_count UInt64 COMMENT 'Visits that ended with an acceptance',
    answered_in_sl_count UInt64 COMMENT 'Of these, waited no longer than the service-level threshold',
    abandoned_count UInt64 COMMENT 'Visits that the customer ended, short ones included',
    abandoned_short_count UInt64 COMMENT 'Of these, waited less than the short-abandon threshold',
    abandoned_in_sl_count UInt64 COMMENT 'Of these, waited no longer than the service-level threshold',
    flowed_out_count UInt64 COMMENT 'Visits that ended neither answered nor abandoned',
    flowed_out_timeout_count UInt64 COMMENT 'Of these, by a time-out of the workflow',
    flowed_out_moved_count UInt64 COMMENT 'Of these, moved to another queue',
    flowed_out_diverted_count UInt64 COMMENT 'Of these, diverted: callback asked for, voicemail, self-service',
    flowed_out_canceled_count UInt64 COMMENT 'Of these, ended by the system or a supervisor',
    wait_answered_ms UInt64 COMMENT 'Waits of the visits answered',
    wait_abandoned_ms UInt64 COMMENT 'Waits of the visits abandoned',
    wait_flowed_out_ms UInt64 COMMENT 'Waits of the visits flowed out',
    wait_max_ms UInt64 COMMENT 'The longest wait of a visit that ended, whatever its end',
    wait_answered_max_ms UInt64 COMMENT 'The longest wait of a visit answered',
    wait_abandoned_max_ms UInt64 COMMENT 'The longest wait of a visit abandoned',
    wait_answered_hist Array(UInt64) COMMENT 'Visits answered by length of wait',
    wait_abandoned_hist Array(UInt64) COMMENT 'Visits abandoned by length of wait',
    waiting_tti_ms UInt64 COMMENT 'Time that contacts spent waiting inside the interval',
    waiting_boi_count UInt64 COMMENT 'Visits open at the beginning of the interval',
    waiting_eoi_count UInt64 COMMENT 'Visits open at the end of the interval',
    oldest_waiting_eoi_ms UInt64 COMMENT 'Age of the oldest visit open at the end',
    cohort_answered_count UInt64 COMMENT 'Visits that entered in the interval and were answered',
    cohort_answered_in_sl_count UInt64 COMMENT 'Of these, waited no longer than the service-level threshold',
    cohort_abandoned_count UInt64 COMMENT 'Visits that entered in the interval and were abandoned',
    cohort_abandoned_short_count UInt64 COMMENT 'Of these, waited less than the short-abandon threshold',
    cohort_abandoned_in_sl_count UInt64 COMMENT 'Of these, waited no longer than the service-level threshold',
    cohort_flowed_out_count UInt64 COMMENT 'Visits that entered in the interval and flowed out',
    cohort_waiting_count UInt64 COMMENT 'Visits that entered in the interval and still wait',
    cohort_wait_answered_ms UInt64 COMMENT 'Waits of the visits that entered in the interval and were answered',
    cohort_handled_count UInt64 COMMENT 'Answering legs, ended, of visits that entered in the interval',
    cohort_handle_ms UInt64 COMMENT 'Length of these legs: talk, hold and after-contact work',
    cohort_talk_ms UInt64 COMMENT 'Talk of these legs',
    cohort_hold_ms UInt64 COMMENT 'Hold of these legs',
    cohort_acw_ms UInt64 COMMENT 'After-contact work of these legs',
    sl_event_count UInt64 COMMENT 'Visits whose service-level fate was known in the interval',
    sl_event_met_count UInt64 COMMENT 'Of these, answered within the threshold',
    sl_event_abandoned_count UInt64 COMMENT 'Of these, abandoned within the threshold, short ones left out',
    offers_created_count UInt64 COMMENT 'Reservations created: the task was offered to an agent',
    offers_accepted_count UInt64 COMMENT 'Offers accepted: answers of queue visits, and direct legs',
    offers_rejected_count UInt64 COMMENT 'Offers that the agent refused',
    offers_timed_out_count UInt64 COMMENT 'Offers that nobody answered in time (RONA)',
    offers_canceled_count UInt64 COMMENT 'Offers taken back: the caller hung up, or the set-up failed',
    offers_rescinded_count UInt64 COMMENT 'Offers taken back because another agent accepted',
    offers_failed_count UInt64 COMMENT 'Offers that could not be made',
    alert_tti_ms UInt64 COMMENT 'Time in which offers were open',
    handled_count UInt64 COMMENT 'Handles that ended; a contact with two legs is two',
    talk_wce_ms UInt64 COMMENT 'Talk of the handles that ended, whole, without hold',
    hold_wce_ms UInt64 COMMENT 'Hold of the handles that ended, whole',
    acw_wce_ms UInt64 COMMENT 'After-contact work of the handles that ended, whole',
    handle_wce_ms UInt64 COMMENT 'Talk, hold and after-contact work of the handles that ended',
    handle_max_ms UInt64 COMMENT 'The longest handle that ended',
    handle_hist Array(UInt64) COMMENT 'Handles that ended by length: talk, hold and after-contact work',
    handled_with_hold_count UInt64 COMMENT 'Handles that ended and had at least one hold',
    hold_started_count UInt64 COMMENT 'Holds begun',
    talk_tti_ms UInt64 COMMENT 'Talk inside the interval, open handles included',
    hold_tti_ms UInt64 COMMENT 'Hold inside the interval, open handles included',
    acw_tti_ms UInt64 COMMENT 'After-contact work inside the interval, open handles included',
    handle_tti_ms UInt64 COMMENT 'Talk, hold and after-contact work inside the interval',
    transfers_initiated_count UInt64 COMMENT 'Transfers begun; they count for the queue of the giving reservation',
    transferred_out_count UInt64 COMMENT 'Transfers completed',
    transfers_failed_count UInt64 COMMENT 'Transfers failed or canceled; a failed attempt that is followed by another is none',
    alerting_boi_count UInt64 COMMENT 'Offers open at the beginning of the interval',
    alerting_eoi_count UInt64 COMMENT 'Offers open at the end of the interval',
    handling_boi_count UInt64 COMMENT 'Handles open at the beginning of the interval',
    handling_eoi_count UInt64 COMMENT 'Handles open at the end of the interval',
    callback_response_ms UInt64 COMMENT 'Of answered callbacks: from the request to the answer',
    asa_ms Nullable(Float64) COMMENT 'Mean wait of the visits answered (average speed of answer): wait_answered_ms / answered_count; NULL where there is nothing to divide by',
    abandon_rate Nullable(Float64) COMMENT 'Abandoned, of all offered: abandoned_count / offered_count; NULL where there is nothing to divide by',
    abandon_rate_ex_short Nullable(Float64) COMMENT 'Abandoned, of all offered, short abandons left out of both: (abandoned_count − abandoned_short_count) / (offered_count − cohort_abandoned_short_count); NULL where there is nothing to divide by',
    sl_ex_short Nullable(Float64) COMMENT 'Answered within the threshold, of all answered or abandoned but short abandons: answered_in_sl_count / (answered_count + abandoned_count − abandoned_short_count); NULL where there is nothing to divide by',
    sl_answered_only Nullable(Float64) COMMENT 'Answered within the threshold, of all answered; hides abandons: answered_in_sl_count / answered_count; NULL where there is nothing to divide by',
    sl_all_abandons Nullable(Float64) COMMENT 'Answered within the threshold, of all answered or abandoned: answered_in_sl_count / (answered_count + abandoned_count); NULL where there is nothing to divide by',
    sl_ex_in_threshold Nullable(Float64) COMMENT 'Answered within the threshold, abandons within it left out: answered_in_sl_count / (answered_count + abandoned_count − abandoned_in_sl_count); NULL where there is nothing to divide by',
    sl_abandons_positive Nullable(Float64) COMMENT 'Answered or abandoned within the threshold, of all answered or abandoned: (answered_in_sl_count + abandoned_in_sl_count) / (answered_count + abandoned_count); NULL where there is nothing to divide by',
    sl_short_positive Nullable(Float64) COMMENT 'Answered within the threshold or abandoned short, of all answered or abandoned: (answered_in_sl_count + abandoned_short_count) / (answered_count + abandoned_count); NULL where there is nothing to divide by',
    sl_incl_flow_out Nullable(Float64) COMMENT 'Answered within the threshold, of all that left the queue but short abandons: answered_in_sl_count / (answered_count + abandoned_count − abandoned_short_count + flowed_out_count); NULL where there is nothing to divide by',
    cohort_asa_ms Nullable(Float64) COMMENT 'Mean wait of the visits answered (average speed of answer): cohort_wait_answered_ms / cohort_answered_count; NULL where there is nothing to divide by',
    cohort_abandon_rate Nullable(Float64) COMMENT 'Abandoned, of all offered: cohort_abandoned_count / offered_count; NULL where there is nothing to divide by',
    cohort_abandon_rate_ex_short Nullable(Float64) COMMENT 'Abandoned, of all offered, short abandons left out of both: (cohort_abandoned_count − cohort_abandoned_short_count) / (offered_count − cohort_abandoned_short_count); NULL where there is nothing to divide by',
    cohort_sl_ex_short Nullable(Float64) COMMENT 'Answered within the threshold, of all answered or abandoned but short abandons: cohort_answered_in_sl_count / (cohort_answered_count + cohort_abandoned_count − cohort_abandoned_short_count); NULL where there is nothing to divide by',
    cohort_sl_answered_only Nullable(Float64) COMMENT 'Answered within the threshold, of all answered; hides abandons: cohort_answered_in_sl_count / cohort_answered_count; NULL where there is nothing to divide by',
    cohort_sl_all_abandons Nullable(Float64) COMMENT 'Answered within the threshold, of all answered or abandoned: cohort_answered_in_sl_count / (cohort_answered_count + cohort_abandoned_count); NULL where there is nothing to divide by',
    cohort_sl_ex_in_threshold Nullable(Float64) COMMENT 'Answered within the threshold, abandons within it left out: cohort_answered_in_sl_count / (cohort_answered_count + cohort_abandoned_count − cohort_abandoned_in_sl_count); NULL where there is nothing to divide by',
    cohort_sl_abandons_positive Nullable(Float64) COMMENT 'Answered or abandoned within the threshold, of all answered or abandoned: (cohort_answered_in_sl_count + cohort_abandoned_in_sl_count) / (cohort_answered_count + cohort_abandoned_count); NULL where there is nothing to divide by',
    cohort_sl_short_positive Nullable(Float64) COMMENT 'Answered within the threshold or abandoned short, of all answered or abandoned: (cohort_answered_in_sl_count + cohort_abandoned_short_count) / (cohort_answered_count + cohort_abandoned_count); NULL where there is nothing to divide by',
    cohort_sl_incl_flow_out Nullable(Float64) COMMENT 'Answered within the threshold, of all that left the queue but short abandons: cohort_answered_in_sl_count / (cohort_answered_count + cohort_abandoned_count − cohort_abandoned_short_count + cohort_flowed_out_count); NULL where there is nothing to divide by',
    sl_event_ex_in_threshold Nullable(Float64) COMMENT 'Of the fates known in the interval: met, abandons within the threshold left out: sl_event_met_count / (sl_event_count − sl_event_abandoned_count); NULL where there is nothing to divide by',
    sl_event_all_abandons Nullable(Float64) COMMENT 'Of the fates known in the interval: met, abandons counting as missed: sl_event_met_count / sl_event_count; NULL where there is nothing to divide by',
    sl_event_abandons_positive Nullable(Float64) COMMENT 'Of the fates known in the interval: met or abandoned within the threshold: (sl_event_met_count + sl_event_abandoned_count) / sl_event_count; NULL where there is nothing to divide by',
    aht_wce_ms Nullable(Float64) COMMENT 'Mean length of the handles that ended (average handle time): handle_wce_ms / handled_count; NULL where there is nothing to divide by',
    aht_cohort_ms Nullable(Float64) COMMENT 'Mean length of the handles of those who arrived: for forecasting: cohort_handle_ms / cohort_handled_count; NULL where there is nothing to divide by',
    queue_length_avg Nullable(Float64) COMMENT 'Mean number of contacts waiting: waiting_tti_ms / period_ms; NULL where there is nothing to divide by'
)
AS SELECT
    clocks.zone AS zone,
    rows.workspace AS workspace,
    rows.queue AS queue,
    queue_names.name AS queue_name,
    rows.channel AS channel,
    rows.direction AS direction,
    rows.interval_start AS interval_start,
    rows.interval_start + toIntervalMillisecond(if(rows.interval_start < clocks.changes_at, clocks.before_ms, clocks.after_ms)) AS local_time,
    concat(if(if(rows.interval_start < clocks.changes_at, clocks.before_ms, clocks.after_ms) < 0, '-', '+'), leftPad(toString(intDiv(abs(if(rows.interval_start < clocks.changes_at, clocks.before_ms, clocks.after_ms)), 3600000)), 2, '0'), ':', leftPad(toString(intDiv(abs(if(rows.interval_start < clocks.changes_at, clocks.before_ms, clocks.after_ms)) % 3600000, 60000)), 2, '0')) AS utc_offset,
    concat(formatDateTime(local_time, '%Y-%m-%dT%H:%i:%S'), utc_offset) AS local_start,
    toDate(local_time) AS local_date,
    rows.entered_count AS entered_count,
    rows.moved_in_count AS moved_in_count,
    rows.transferred_in_count AS transferred_in_count,
    rows.requeued_in_count AS requeued_in_count,
    rows.offered_count AS offered_count,
    rows.answered_count AS answered_count,
    rows.answered_in_sl_count AS answered_in_sl_count,
    rows.abandoned_count AS abandoned_count,
    rows.abandoned_short_count AS abandoned_short_count,
    rows.abandoned_in_sl_count AS abandoned_in_sl_count,
    rows.flowed_out_count AS flowed_out_count,
    rows.flowed_out_timeout_count AS flowed_out_timeout_count,
    rows.flowed_out_moved_count AS flowed_out_moved_count,
    rows.flowed_out_diverted_count AS flowed_out_diverted_count,
    rows.flowed_out_canceled_count AS flowed_out_canceled_count,
    rows.wait_answered_ms AS wait_answered_ms,
    rows.wait_abandoned_ms AS wait_abandoned_ms,
    rows.wait_flowed_out_ms AS wait_flowed_out_ms,
    rows.wait_max_ms AS wait_max_ms,
    rows.wait_answered_max_ms AS wait_answered_max_ms,
    rows.wait_abandoned_max_ms AS wait_abandoned_max_ms,
    rows.wait_answered_hist AS wait_answered_hist,
    rows.wait_abandoned_hist AS wait_abandoned_hist,
    rows.waiting_tti_ms AS waiting_tti_ms,
    rows.waiting_boi_count AS waiting_boi_count,
    rows.waiting_eoi_count AS waiting_eoi_count,
    rows.oldest_waiting_eoi_ms AS oldest_waiting_eoi_ms,
    rows.cohort_answered_count AS cohort_answered_count,
    rows.cohort_answered_in_sl_count AS cohort_answered_in_sl_count,
    rows.cohort_abandoned_count AS cohort_abandoned_count,
    rows.cohort_abandoned_short_count AS cohort_abandoned_short_count,
    rows.cohort_abandoned_in_sl_count AS cohort_abandoned_in_sl_count,
    rows.cohort_flowed_out_count AS cohort_flowed_out_count,
    rows.cohort_waiting_count AS cohort_waiting_count,
    rows.cohort_wait_answered_ms AS cohort_wait_answered_ms,
    rows.cohort_handled_count AS cohort_handled_count,
    rows.cohort_handle_ms AS cohort_handle_ms,
    rows.cohort_talk_ms AS cohort_talk_ms,
    rows.cohort_hold_ms AS cohort_hold_ms,
    rows.cohort_acw_ms AS cohort_acw_ms,
    rows.sl_event_count AS sl_event_count,
    rows.sl_event_met_count AS sl_event_met_count,
    rows.sl_event_abandoned_count AS sl_event_abandoned_count,
    rows.offers_created_count AS offers_created_count,
    rows.offers_accepted_count AS offers_accepted_count,
    rows.offers_rejected_count AS offers_rejected_count,
    rows.offers_timed_out_count AS offers_timed_out_count,
    rows.offers_canceled_count AS offers_canceled_count,
    rows.offers_rescinded_count AS offers_rescinded_count,
    rows.offers_failed_count AS offers_failed_count,
    rows.alert_tti_ms AS alert_tti_ms,
    rows.handled_count AS handled_count,
    rows.talk_wce_ms AS talk_wce_ms,
    rows.hold_wce_ms AS hold_wce_ms,
    rows.acw_wce_ms AS acw_wce_ms,
    rows.handle_wce_ms AS handle_wce_ms,
    rows.handle_max_ms AS handle_max_ms,
    rows.handle_hist AS handle_hist,
    rows.handled_with_hold_count AS handled_with_hold_count,
    rows.hold_started_count AS hold_started_count,
    rows.talk_tti_ms AS talk_tti_ms,
    rows.hold_tti_ms AS hold_tti_ms,
    rows.acw_tti_ms AS acw_tti_ms,
    rows.handle_tti_ms AS handle_tti_ms,
    rows.transfers_initiated_count AS transfers_initiated_count,
    rows.transferred_out_count AS transferred_out_count,
    rows.transfers_failed_count AS transfers_failed_count,
    rows.alerting_boi_count AS alerting_boi_count,
    rows.alerting_eoi_count AS alerting_eoi_count,
    rows.handling_boi_count AS handling_boi_count,
    rows.handling_eoi_count AS handling_eoi_count,
    rows.callback_response_ms AS callback_response_ms,
    (wait_answered_ms) / nullIf(answered_count, 0) AS asa_ms,
    (abandoned_count) / nullIf(offered_count, 0) AS abandon_rate,
    (abandoned_count - abandoned_short_count) / nullIf(offered_count - cohort_abandoned_short_count, 0) AS abandon_rate_ex_short,
    (answered_in_sl_count) / nullIf(answered_count + abandoned_count - abandoned_short_count, 0) AS sl_ex_short,
    (answered_in_sl_count) / nullIf(answered_count, 0) AS sl_answered_only,
    (answered_in_sl_count) / nullIf(answered_count + abandoned_count, 0) AS sl_all_abandons,
    (answered_in_sl_count) / nullIf(answered_count + abandoned_count - abandoned_in_sl_count, 0) AS sl_ex_in_threshold,
    (answered_in_sl_count + abandoned_in_sl_count) / nullIf(answered_count + abandoned_count, 0) AS sl_abandons_positive,
    (answered_in_sl_count + abandoned_short_count) / nullIf(answered_count + abandoned_count, 0) AS sl_short_positive,
    (answered_in_sl_count) / nullIf(answered_count + abandoned_count - abandoned_short_count + flowed_out_count, 0) AS sl_incl_flow_out,
    (cohort_wait_answered_ms) / nullIf(cohort_answered_count, 0) AS cohort_asa_ms,
    (cohort_abandoned_count) / nullIf(offered_count, 0) AS cohort_abandon_rate,
    (cohort_abandoned_count - cohort_abandoned_short_count) / nullIf(offered_count - cohort_abandoned_short_count, 0) AS cohort_abandon_rate_ex_short,
    (cohort_answered_in_sl_count) / nullIf(cohort_answered_count + cohort_abandoned_count - cohort_abandoned_short_count, 0) AS cohort_sl_ex_short,
    (cohort_answered_in_sl_count) / nullIf(cohort_answered_count, 0) AS cohort_sl_answered_only,
    (cohort_answered_in_sl_count) / nullIf(cohort_answered_count + cohort_abandoned_count, 0) AS cohort_sl_all_abandons,
    (cohort_answered_in_sl_count) / nullIf(cohort_answered_count + cohort_abandoned_count - cohort_abandoned_in_sl_count, 0) AS cohort_sl_ex_in_threshold,
    (cohort_answered_in_sl_count + cohort_abandoned_in_sl_count) / nullIf(cohort_answered_count + cohort_abandoned_count, 0) AS cohort_sl_abandons_positive,
    (cohort_answered_in_sl_count + cohort_abandoned_short_count) / nullIf(cohort_answered_count + cohort_abandoned_count, 0) AS cohort_sl_short_positive,
    (cohort_answered_in_sl_count) / nullIf(cohort_answered_count + cohort_abandoned_count - cohort_abandoned_short_count + cohort_flowed_out_count, 0) AS cohort_sl_incl_flow_out,
    (sl_event_met_count) / nullIf(sl_event_count - sl_event_abandoned_count, 0) AS sl_event_ex_in_threshold,
    (sl_event_met_count) / nullIf(sl_event_count, 0) AS sl_event_all_abandons,
    (sl_event_met_count + sl_event_abandoned_count) / nullIf(sl_event_count, 0) AS sl_event_abandons_positive,
    (handle_wce_ms) / nullIf(handled_count, 0) AS aht_wce_ms,
    (cohort_handle_ms) / nullIf(cohort_handled_count, 0) AS aht_cohort_ms,
    (waiting_tti_ms) / nullIf(assumeNotNull((SELECT length_ms FROM v_interval_length)), 0) AS queue_length_avg
FROM v_queue_intervals AS rows
INNER JOIN v_zone_days AS clocks ON clocks.day = toDate(rows.interval_start)
ASOF LEFT JOIN (
    SELECT workspace, queue, name,
        if(since = min(since) OVER (PARTITION BY workspace, queue), toDateTime64(0, 3, 'UTC'), since) AS since
    FROM queues
) AS queue_names
    ON queue_names.workspace = rows.workspace AND queue_names.queue = rows.queue
    AND queue_names.since < rows.interval_start + toIntervalMillisecond(assumeNotNull((SELECT length_ms FROM v_interval_length)))
COMMENT 'The rows of v_queue_intervals in the local time of any zone, with names as they were and with rates. One row: zone, workspace, queue, channel, direction, interval.';

-- The rows of v_agent_queue_intervals in the local time of any zone, with names as they were and with rates.
-- One row: zone, workspace, agent, queue, channel, direction, interval.
-- Written by: nobody, it is a view made by schemas/tables/view-sql.ts. Read by: dashboards, exports, analysts.
-- Needs no FINAL. Say WHERE zone = …, or each row comes once a zone; say when by interval_start, which finds rows fast.
-- A moment on a border belongs to the interval that begins there. For longer periods add up counts and lengths, then divide: a rate of a row is of its interval alone.
-- A rebuild shows the same rows.
CREATE OR REPLACE VIEW v_agent_queue_intervals_local
(
    zone LowCardinality(String) COMMENT 'The time zone of the local columns, by its IANA name; always say which',
    workspace LowCardinality(String) COMMENT 'The workspace that the row belongs to (WS…)',
    agent LowCardinality(String) COMMENT 'The agent: the worker of the source (WK…)',
    agent_name String COMMENT 'What it was called as the interval ended; empty if that was never told',
    queue LowCardinality(String) COMMENT 'The task queue (WQ…)',
    queue_name String COMMENT 'What it was called as the interval ended; empty if that was never told',
    channel LowCardinality(String) COMMENT 'The task channel by its unique name: voice, chat, sms, …',
    direction LowCardinality(String) COMMENT 'Who began it: inbound, outbound, callback, internal, or unknown',
    interval_start DateTime64(3, 'UTC') COMMENT 'Beginning of the interval, in UTC; the end is not included',
    local_time DateTime64(3, 'UTC') COMMENT 'What clocks show there as it begins, as if it were UTC; with utc_offset it is the only one of its name',
    utc_offset String COMMENT 'How far clocks there are from UTC, such as -05:00; tells the hour that comes twice',
    local_start String COMMENT 'Beginning of the interval in local time with the offset, as the API writes it',
    local_date Date COMMENT 'The date there',
    offers_created_count UInt64 COMMENT 'Reservations created: the task was offered to an agent',
    offers_accepted_count UInt64 COMMENT 'Offers accepted: answers of queue visits, and direct legs',
    offers_rejected_count UInt64 COMMENT 'Offers that the agent refused',
    offers_timed_out_count UInt64 COMMENT 'Offers that nobody answered in time (RONA)',
    offers_canceled_count UInt64 COMMENT 'Offers taken back: the caller hung up, or the set-up failed',
    offers_rescinded_count UInt64 COMMENT 'Offers taken back because another agent accepted',
    offers_failed_count UInt64 COMMENT 'Offers that could not be made',
    alert_tti_ms UInt64 COMMENT 'Time in which offers were open',
    handled_count UInt64 COMMENT 'Handles that ended; a contact with two legs is two',
    talk_wce_ms UInt64 COMMENT 'Talk of the handles that ended, whole, without hold',
    hold_wce_ms UInt64 COMMENT 'Hold of the handles that ended, whole',
    acw_wce_ms UInt64 COMMENT 'After-contact work of the handles that ended, whole',
    handle_wce_ms UInt64 COMMENT 'Talk, hold and after-contact work of the handles that ended',
    handle_max_ms UInt64 COMMENT 'The longest handle that ended',
    handle_hist Array(UInt64) COMMENT 'Handles that ended by length: talk, hold and after-contact work',
    handled_with_hold_count UInt64 COMMENT 'Handles that ended and had at least one hold',
    hold_started_count UInt64 COMMENT 'Holds begun',
    talk_tti_ms UInt64 COMMENT 'Talk inside the interval, open handles included',
    hold_tti_ms UInt64 COMMENT 'Hold inside the interval, open handles included',
    acw_tti_ms UInt64 COMMENT 'After-contact work inside the interval, open handles included',
    handle_tti_ms UInt64 COMMENT 'Talk, hold and after-contact work inside the interval',
    transfers_initiated_count UInt64 COMMENT 'Transfers begun; they count for the queue of the giving reservation',
    transferred_out_count UInt64 COMMENT 'Transfers completed',
    transfers_failed_count UInt64 COMMENT 'Transfers failed or canceled; a failed attempt that is followed by another is none',
    focus_tti_ms UInt64 COMMENT 'The agent\'s own time given to these contacts: concurrent contacts share it',
    aht_wce_ms Nullable(Float64) COMMENT 'Mean length of the handles that ended (average handle time): handle_wce_ms / handled_count; NULL where there is nothing to divide by',
    aht_focus_ms Nullable(Float64) COMMENT 'Agents\' own time for each handle: concurrent contacts share it: focus_tti_ms / handled_count; NULL where there is nothing to divide by'
)
AS SELECT
    clocks.zone AS zone,
    rows.workspace AS workspace,
    rows.agent AS agent,
    agent_names.name AS agent_name,
    rows.queue AS queue,
    queue_names.name AS queue_name,
    rows.channel AS channel,
    rows.direction AS direction,
    rows.interval_start AS interval_start,
    rows.interval_start + toIntervalMillisecond(if(rows.interval_start < clocks.changes_at, clocks.before_ms, clocks.after_ms)) AS local_time,
    concat(if(if(rows.interval_start < clocks.changes_at, clocks.before_ms, clocks.after_ms) < 0, '-', '+'), leftPad(toString(intDiv(abs(if(rows.interval_start < clocks.changes_at, clocks.before_ms, clocks.after_ms)), 3600000)), 2, '0'), ':', leftPad(toString(intDiv(abs(if(rows.interval_start < clocks.changes_at, clocks.before_ms, clocks.after_ms)) % 3600000, 60000)), 2, '0')) AS utc_offset,
    concat(formatDateTime(local_time, '%Y-%m-%dT%H:%i:%S'), utc_offset) AS local_start,
    toDate(local_time) AS local_date,
    rows.offers_created_count AS offers_created_count,
    rows.offers_accepted_count AS offers_accepted_count,
    rows.offers_rejected_count AS offers_rejected_count,
    rows.offers_timed_out_count AS offers_timed_out_count,
    rows.offers_canceled_count AS offers_canceled_count,
    rows.offers_rescinded_count AS offers_rescinded_count,
    rows.offers_failed_count AS offers_failed_count,
    rows.alert_tti_ms AS alert_tti_ms,
    rows.handled_count AS handled_count,
    rows.talk_wce_ms AS talk_wce_ms,
    rows.hold_wce_ms AS hold_wce_ms,
    rows.acw_wce_ms AS acw_wce_ms,
    rows.handle_wce_ms AS handle_wce_ms,
    rows.handle_max_ms AS handle_max_ms,
    rows.handle_hist AS handle_hist,
    rows.handled_with_hold_count AS handled_with_hold_count,
    rows.hold_started_count AS hold_started_count,
    rows.talk_tti_ms AS talk_tti_ms,
    rows.hold_tti_ms AS hold_tti_ms,
    rows.acw_tti_ms AS acw_tti_ms,
    rows.handle_tti_ms AS handle_tti_ms,
    rows.transfers_initiated_count AS transfers_initiated_count,
    rows.transferred_out_count AS transferred_out_count,
    rows.transfers_failed_count AS transfers_failed_count,
    rows.focus_tti_ms AS focus_tti_ms,
    (handle_wce_ms) / nullIf(handled_count, 0) AS aht_wce_ms,
    (focus_tti_ms) / nullIf(handled_count, 0) AS aht_focus_ms
FROM v_agent_queue_intervals AS rows
INNER JOIN v_zone_days AS clocks ON clocks.day = toDate(rows.interval_start)
ASOF LEFT JOIN (
    SELECT workspace, worker, name,
        if(since = min(since) OVER (PARTITION BY workspace, worker), toDateTime64(0, 3, 'UTC'), since) AS since
    FROM workers
) AS agent_names
    ON agent_names.workspace = rows.workspace AND agent_names.worker = rows.agent
    AND agent_names.since < rows.interval_start + toIntervalMillisecond(assumeNotNull((SELECT length_ms FROM v_interval_length)))
ASOF LEFT JOIN (
    SELECT workspace, queue, name,
        if(since = min(since) OVER (PARTITION BY workspace, queue), toDateTime64(0, 3, 'UTC'), since) AS since
    FROM queues
) AS queue_names
    ON queue_names.workspace = rows.workspace AND queue_names.queue = rows.queue
    AND queue_names.since < rows.interval_start + toIntervalMillisecond(assumeNotNull((SELECT length_ms FROM v_interval_length)))
COMMENT 'The rows of v_agent_queue_intervals in the local time of any zone, with names as they were and with rates. One row: zone, workspace, agent, queue, channel, direction, interval.';

-- The rows of v_agent_intervals in the local time of any zone, with names as they were and with rates.
-- One row: zone, workspace, agent, interval.
-- Written by: nobody, it is a view made by schemas/tables/view-sql.ts. Read by: dashboards, exports, analysts.
-- Needs no FINAL. Say WHERE zone = …, or each row comes once a zone; say when by interval_start, which finds rows fast.
-- A moment on a border belongs to the interval that begins there. For longer periods add up counts and lengths, then divide: a rate of a row is of its interval alone.
-- A rebuild shows the same rows.
CREATE OR REPLACE VIEW v_agent_intervals_local
(
    zone LowCardinality(String) COMMENT 'The time zone of the local columns, by its IANA name; always say which',
    workspace LowCardinality(String) COMMENT 'The workspace that the row belongs to (WS…)',
    agent LowCardinality(String) COMMENT 'The agent: the worker of the source (WK…)',
    agent_name String COMMENT 'What it was called as the interval ended; empty if that was never told',
    interval_start DateTime64(3, 'UTC') COMMENT 'Beginning of the interval, in UTC; the end is not included',
    local_time DateTime64(3, 'UTC') COMMENT 'What clocks show there as it begins, as if it were UTC; with utc_offset it is the only one of its name',
    utc_offset String COMMENT 'How far clocks there are from UTC, such as -05:00; tells the hour that comes twice',
    local_start String COMMENT 'Beginning of the interval in local time with the offset, as the API writes it',
    local_date Date COMMENT 'The date there',
    signed_in_ms UInt64 COMMENT 'Time in an activity that is not offline',
    available_ms UInt64 COMMENT 'Of this, in an activity of class available',
    aux_ms UInt64 COMMENT 'Of this, in an activity of class aux',
    state_talk_ms UInt64 COMMENT 'Signed-in time with at least one handle in talk',
    state_hold_ms UInt64 COMMENT 'Else with at least one on hold',
    state_acw_ms UInt64 COMMENT 'Else with at least one in after-contact work',
    state_alert_ms UInt64 COMMENT 'Else with at least one offer open',
    state_idle_ms UInt64 COMMENT 'Else in an available activity',
    state_aux_ms UInt64 COMMENT 'Else: in an aux activity',
    handling_offline_ms UInt64 COMMENT 'Time with at least one open handle while not signed in',
    concurrency_max UInt64 COMMENT 'Most handles open at one instant',
    sign_in_count UInt64 COMMENT 'Changes from offline to signed in',
    sign_out_count UInt64 COMMENT 'Changes from signed in to offline',
    occupancy Nullable(Float64) COMMENT 'Talk, hold and after-contact work, of these and idle time: (state_talk_ms + state_hold_ms + state_acw_ms) / (state_talk_ms + state_hold_ms + state_acw_ms + state_idle_ms); NULL where there is nothing to divide by',
    occupancy_incl_alert Nullable(Float64) COMMENT 'The same with ringing as work: (state_talk_ms + state_hold_ms + state_acw_ms + state_alert_ms) / (state_talk_ms + state_hold_ms + state_acw_ms + state_alert_ms + state_idle_ms); NULL where there is nothing to divide by',
    utilization_ready Nullable(Float64) COMMENT 'Talk, hold and after-contact work, of signed-in time without aux: (state_talk_ms + state_hold_ms + state_acw_ms) / (signed_in_ms − state_aux_ms); NULL where there is nothing to divide by',
    utilization_signed_in Nullable(Float64) COMMENT 'Talk, hold and after-contact work, of signed-in time: (state_talk_ms + state_hold_ms + state_acw_ms) / signed_in_ms; NULL where there is nothing to divide by',
    staffed_avg Nullable(Float64) COMMENT 'Mean number of agents signed in: positions staffed: signed_in_ms / period_ms; NULL where there is nothing to divide by'
)
AS SELECT
    clocks.zone AS zone,
    rows.workspace AS workspace,
    rows.agent AS agent,
    agent_names.name AS agent_name,
    rows.interval_start AS interval_start,
    rows.interval_start + toIntervalMillisecond(if(rows.interval_start < clocks.changes_at, clocks.before_ms, clocks.after_ms)) AS local_time,
    concat(if(if(rows.interval_start < clocks.changes_at, clocks.before_ms, clocks.after_ms) < 0, '-', '+'), leftPad(toString(intDiv(abs(if(rows.interval_start < clocks.changes_at, clocks.before_ms, clocks.after_ms)), 3600000)), 2, '0'), ':', leftPad(toString(intDiv(abs(if(rows.interval_start < clocks.changes_at, clocks.before_ms, clocks.after_ms)) % 3600000, 60000)), 2, '0')) AS utc_offset,
    concat(formatDateTime(local_time, '%Y-%m-%dT%H:%i:%S'), utc_offset) AS local_start,
    toDate(local_time) AS local_date,
    rows.signed_in_ms AS signed_in_ms,
    rows.available_ms AS available_ms,
    rows.aux_ms AS aux_ms,
    rows.state_talk_ms AS state_talk_ms,
    rows.state_hold_ms AS state_hold_ms,
    rows.state_acw_ms AS state_acw_ms,
    rows.state_alert_ms AS state_alert_ms,
    rows.state_idle_ms AS state_idle_ms,
    rows.state_aux_ms AS state_aux_ms,
    rows.handling_offline_ms AS handling_offline_ms,
    rows.concurrency_max AS concurrency_max,
    rows.sign_in_count AS sign_in_count,
    rows.sign_out_count AS sign_out_count,
    (state_talk_ms + state_hold_ms + state_acw_ms) / nullIf(state_talk_ms + state_hold_ms + state_acw_ms + state_idle_ms, 0) AS occupancy,
    (state_talk_ms + state_hold_ms + state_acw_ms + state_alert_ms) / nullIf(state_talk_ms + state_hold_ms + state_acw_ms + state_alert_ms + state_idle_ms, 0) AS occupancy_incl_alert,
    (state_talk_ms + state_hold_ms + state_acw_ms) / nullIf(signed_in_ms - state_aux_ms, 0) AS utilization_ready,
    (state_talk_ms + state_hold_ms + state_acw_ms) / nullIf(signed_in_ms, 0) AS utilization_signed_in,
    (signed_in_ms) / nullIf(assumeNotNull((SELECT length_ms FROM v_interval_length)), 0) AS staffed_avg
FROM v_agent_intervals AS rows
INNER JOIN v_zone_days AS clocks ON clocks.day = toDate(rows.interval_start)
ASOF LEFT JOIN (
    SELECT workspace, worker, name,
        if(since = min(since) OVER (PARTITION BY workspace, worker), toDateTime64(0, 3, 'UTC'), since) AS since
    FROM workers
) AS agent_names
    ON agent_names.workspace = rows.workspace AND agent_names.worker = rows.agent
    AND agent_names.since < rows.interval_start + toIntervalMillisecond(assumeNotNull((SELECT length_ms FROM v_interval_length)))
COMMENT 'The rows of v_agent_intervals in the local time of any zone, with names as they were and with rates. One row: zone, workspace, agent, interval.';

-- The rows of v_agent_activity_intervals in the local time of any zone, with names as they were and with rates.
-- One row: zone, workspace, agent, activity, interval.
-- Written by: nobody, it is a view made by schemas/tables/view-sql.ts. Read by: dashboards, exports, analysts.
-- Needs no FINAL. Say WHERE zone = …, or each row comes once a zone; say when by interval_start, which finds rows fast.
-- A moment on a border belongs to the interval that begins there. For longer periods add up counts and lengths, then divide: a rate of a row is of its interval alone.
-- A rebuild shows the same rows.
CREATE OR REPLACE VIEW v_agent_activity_intervals_local
(
    zone LowCardinality(String) COMMENT 'The time zone of the local columns, by its IANA name; always say which',
    workspace LowCardinality(String) COMMENT 'The workspace that the row belongs to (WS…)',
    agent LowCardinality(String) COMMENT 'The agent: the worker of the source (WK…)',
    agent_name String COMMENT 'What it was called as the interval ended; empty if that was never told',
    activity LowCardinality(String) COMMENT 'The activity that the agent had chosen (WA…)',
    activity_name String COMMENT 'What it was called as the interval ended; empty if that was never told',
    interval_start DateTime64(3, 'UTC') COMMENT 'Beginning of the interval, in UTC; the end is not included',
    local_time DateTime64(3, 'UTC') COMMENT 'What clocks show there as it begins, as if it were UTC; with utc_offset it is the only one of its name',
    utc_offset String COMMENT 'How far clocks there are from UTC, such as -05:00; tells the hour that comes twice',
    local_start String COMMENT 'Beginning of the interval in local time with the offset, as the API writes it',
    local_date Date COMMENT 'The date there',
    activity_ms UInt64 COMMENT 'Time in the activity',
    activity_ended_count UInt64 COMMENT 'Spans of the activity that ended',
    activity_wce_ms UInt64 COMMENT 'Whole length of the spans that ended'
)
AS SELECT
    clocks.zone AS zone,
    rows.workspace AS workspace,
    rows.agent AS agent,
    agent_names.name AS agent_name,
    rows.activity AS activity,
    activity_names.name AS activity_name,
    rows.interval_start AS interval_start,
    rows.interval_start + toIntervalMillisecond(if(rows.interval_start < clocks.changes_at, clocks.before_ms, clocks.after_ms)) AS local_time,
    concat(if(if(rows.interval_start < clocks.changes_at, clocks.before_ms, clocks.after_ms) < 0, '-', '+'), leftPad(toString(intDiv(abs(if(rows.interval_start < clocks.changes_at, clocks.before_ms, clocks.after_ms)), 3600000)), 2, '0'), ':', leftPad(toString(intDiv(abs(if(rows.interval_start < clocks.changes_at, clocks.before_ms, clocks.after_ms)) % 3600000, 60000)), 2, '0')) AS utc_offset,
    concat(formatDateTime(local_time, '%Y-%m-%dT%H:%i:%S'), utc_offset) AS local_start,
    toDate(local_time) AS local_date,
    rows.activity_ms AS activity_ms,
    rows.activity_ended_count AS activity_ended_count,
    rows.activity_wce_ms AS activity_wce_ms
FROM v_agent_activity_intervals AS rows
INNER JOIN v_zone_days AS clocks ON clocks.day = toDate(rows.interval_start)
ASOF LEFT JOIN (
    SELECT workspace, worker, name,
        if(since = min(since) OVER (PARTITION BY workspace, worker), toDateTime64(0, 3, 'UTC'), since) AS since
    FROM workers
) AS agent_names
    ON agent_names.workspace = rows.workspace AND agent_names.worker = rows.agent
    AND agent_names.since < rows.interval_start + toIntervalMillisecond(assumeNotNull((SELECT length_ms FROM v_interval_length)))
ASOF LEFT JOIN (
    SELECT workspace, activity, name,
        if(since = min(since) OVER (PARTITION BY workspace, activity), toDateTime64(0, 3, 'UTC'), since) AS since
    FROM activities
) AS activity_names
    ON activity_names.workspace = rows.workspace AND activity_names.activity = rows.activity
    AND activity_names.since < rows.interval_start + toIntervalMillisecond(assumeNotNull((SELECT length_ms FROM v_interval_length)))
COMMENT 'The rows of v_agent_activity_intervals in the local time of any zone, with names as they were and with rates. One row: zone, workspace, agent, activity, interval.';

-- The rows of v_conversation_intervals in the local time of any zone, with names as they were and with rates.
-- One row: zone, workspace, channel, queue, interval.
-- Written by: nobody, it is a view made by schemas/tables/view-sql.ts. Read by: dashboards, exports, analysts.
-- Needs no FINAL. Say WHERE zone = …, or each row comes once a zone; say when by interval_start, which finds rows fast.
-- A moment on a border belongs to the interval that begins there. For longer periods add up counts and lengths, then divide: a rate of a row is of its interval alone.
-- A rebuild shows the same rows.
CREATE OR REPLACE VIEW v_conversation_intervals_local
(
    zone LowCardinality(String) COMMENT 'The time zone of the local columns, by its IANA name; always say which',
    workspace LowCardinality(String) COMMENT 'The workspace that the row belongs to (WS…)',
    channel LowCardinality(String) COMMENT 'The task channel by its unique name: voice, chat, sms, …',
    queue LowCardinality(String) COMMENT 'The task queue (WQ…)',
    queue_name String COMMENT 'What it was called as the interval ended; empty if that was never told',
    interval_start DateTime64(3, 'UTC') COMMENT 'Beginning of the interval, in UTC; the end is not included',
    local_time DateTime64(3, 'UTC') COMMENT 'What clocks show there as it begins, as if it were UTC; with utc_offset it is the only one of its name',
    utc_offset String COMMENT 'How far clocks there are from UTC, such as -05:00; tells the hour that comes twice',
    local_start String COMMENT 'Beginning of the interval in local time with the offset, as the API writes it',
    local_date Date COMMENT 'The date there',
    conversations_started_count UInt64 COMMENT 'Conversations that began',
    conversations_ended_count UInt64 COMMENT 'Conversations that ended',
    conversations_contained_count UInt64 COMMENT 'Of these, ended without a task and without a word of an agent: self-service',
    messages_customer_count UInt64 COMMENT 'Messages that customers wrote',
    messages_agent_count UInt64 COMMENT 'Messages that agents wrote',
    messages_bot_count UInt64 COMMENT 'Messages that machines wrote; they answer nothing',
    first_response_count UInt64 COMMENT 'First agent messages of conversations in which a customer had written before',
    first_response_ms UInt64 COMMENT 'Time from the first customer message to them',
    agent_response_count UInt64 COMMENT 'Agent messages that answered customer messages',
    agent_response_ms UInt64 COMMENT 'Time from the first unanswered customer message to them',
    customer_response_count UInt64 COMMENT 'Customer messages that followed one of an agent',
    customer_response_ms UInt64 COMMENT 'Time from the last agent message to them',
    conversation_wce_ms UInt64 COMMENT 'Whole length of the conversations that ended',
    ended_unanswered_count UInt64 COMMENT 'Conversations that ended while a customer message was unanswered',
    awaiting_agent_eoi_count UInt64 COMMENT 'Conversations open with an unanswered customer message, just before the end',
    first_response_avg_ms Nullable(Float64) COMMENT 'Mean time to the first answer of an agent: first_response_ms / first_response_count; NULL where there is nothing to divide by',
    agent_response_avg_ms Nullable(Float64) COMMENT 'Mean time to an answer of an agent: agent_response_ms / agent_response_count; NULL where there is nothing to divide by',
    customer_response_avg_ms Nullable(Float64) COMMENT 'Mean time to an answer of a customer: customer_response_ms / customer_response_count; NULL where there is nothing to divide by'
)
AS SELECT
    clocks.zone AS zone,
    rows.workspace AS workspace,
    rows.channel AS channel,
    rows.queue AS queue,
    queue_names.name AS queue_name,
    rows.interval_start AS interval_start,
    rows.interval_start + toIntervalMillisecond(if(rows.interval_start < clocks.changes_at, clocks.before_ms, clocks.after_ms)) AS local_time,
    concat(if(if(rows.interval_start < clocks.changes_at, clocks.before_ms, clocks.after_ms) < 0, '-', '+'), leftPad(toString(intDiv(abs(if(rows.interval_start < clocks.changes_at, clocks.before_ms, clocks.after_ms)), 3600000)), 2, '0'), ':', leftPad(toString(intDiv(abs(if(rows.interval_start < clocks.changes_at, clocks.before_ms, clocks.after_ms)) % 3600000, 60000)), 2, '0')) AS utc_offset,
    concat(formatDateTime(local_time, '%Y-%m-%dT%H:%i:%S'), utc_offset) AS local_start,
    toDate(local_time) AS local_date,
    rows.conversations_started_count AS conversations_started_count,
    rows.conversations_ended_count AS conversations_ended_count,
    rows.conversations_contained_count AS conversations_contained_count,
    rows.messages_customer_count AS messages_customer_count,
    rows.messages_agent_count AS messages_agent_count,
    rows.messages_bot_count AS messages_bot_count,
    rows.first_response_count AS first_response_count,
    rows.first_response_ms AS first_response_ms,
    rows.agent_response_count AS agent_response_count,
    rows.agent_response_ms AS agent_response_ms,
    rows.customer_response_count AS customer_response_count,
    rows.customer_response_ms AS customer_response_ms,
    rows.conversation_wce_ms AS conversation_wce_ms,
    rows.ended_unanswered_count AS ended_unanswered_count,
    rows.awaiting_agent_eoi_count AS awaiting_agent_eoi_count,
    (first_response_ms) / nullIf(first_response_count, 0) AS first_response_avg_ms,
    (agent_response_ms) / nullIf(agent_response_count, 0) AS agent_response_avg_ms,
    (customer_response_ms) / nullIf(customer_response_count, 0) AS customer_response_avg_ms
FROM v_conversation_intervals AS rows
INNER JOIN v_zone_days AS clocks ON clocks.day = toDate(rows.interval_start)
ASOF LEFT JOIN (
    SELECT workspace, queue, name,
        if(since = min(since) OVER (PARTITION BY workspace, queue), toDateTime64(0, 3, 'UTC'), since) AS since
    FROM queues
) AS queue_names
    ON queue_names.workspace = rows.workspace AND queue_names.queue = rows.queue
    AND queue_names.since < rows.interval_start + toIntervalMillisecond(assumeNotNull((SELECT length_ms FROM v_interval_length)))
COMMENT 'The rows of v_conversation_intervals in the local time of any zone, with names as they were and with rates. One row: zone, workspace, channel, queue, interval.';

-- The service level of each queue by local day, by every formula that is in use.
-- One row: zone, workspace, queue, channel, direction, local_date.
-- Written by: nobody, it is a view made by schemas/tables/view-sql.ts. Read by: dashboards, exports, analysts.
-- Needs no FINAL. Say WHERE zone = …, or each row comes once a zone.
-- A day is a date of the zone. For longer periods add up the counts, then divide.
-- A rebuild shows the same rows.
CREATE OR REPLACE VIEW v_service_level
(
    zone LowCardinality(String) COMMENT 'The time zone of the local columns, by its IANA name; always say which',
    workspace LowCardinality(String) COMMENT 'The workspace that the row belongs to (WS…)',
    queue LowCardinality(String) COMMENT 'The task queue (WQ…)',
    channel LowCardinality(String) COMMENT 'The task channel by its unique name: voice, chat, sms, …',
    direction LowCardinality(String) COMMENT 'Who began it: inbound, outbound, callback, internal, or unknown',
    queue_name String COMMENT 'What it was called as the day ended; empty if that was never told',
    local_date Date COMMENT 'The date there',
    answered_count UInt64 COMMENT 'Visits that ended with an acceptance',
    answered_in_sl_count UInt64 COMMENT 'Of these, waited no longer than the service-level threshold',
    abandoned_count UInt64 COMMENT 'Visits that the customer ended, short ones included',
    abandoned_short_count UInt64 COMMENT 'Of these, waited less than the short-abandon threshold',
    abandoned_in_sl_count UInt64 COMMENT 'Of these, waited no longer than the service-level threshold',
    flowed_out_count UInt64 COMMENT 'Visits that ended neither answered nor abandoned',
    cohort_answered_count UInt64 COMMENT 'Visits that entered in the interval and were answered',
    cohort_answered_in_sl_count UInt64 COMMENT 'Of these, waited no longer than the service-level threshold',
    cohort_abandoned_count UInt64 COMMENT 'Visits that entered in the interval and were abandoned',
    cohort_abandoned_short_count UInt64 COMMENT 'Of these, waited less than the short-abandon threshold',
    cohort_abandoned_in_sl_count UInt64 COMMENT 'Of these, waited no longer than the service-level threshold',
    cohort_flowed_out_count UInt64 COMMENT 'Visits that entered in the interval and flowed out',
    sl_event_count UInt64 COMMENT 'Visits whose service-level fate was known in the interval',
    sl_event_met_count UInt64 COMMENT 'Of these, answered within the threshold',
    sl_event_abandoned_count UInt64 COMMENT 'Of these, abandoned within the threshold, short ones left out',
    sl_ex_short Nullable(Float64) COMMENT 'Answered within the threshold, of all answered or abandoned but short abandons: answered_in_sl_count / (answered_count + abandoned_count − abandoned_short_count); NULL where there is nothing to divide by',
    sl_answered_only Nullable(Float64) COMMENT 'Answered within the threshold, of all answered; hides abandons: answered_in_sl_count / answered_count; NULL where there is nothing to divide by',
    sl_all_abandons Nullable(Float64) COMMENT 'Answered within the threshold, of all answered or abandoned: answered_in_sl_count / (answered_count + abandoned_count); NULL where there is nothing to divide by',
    sl_ex_in_threshold Nullable(Float64) COMMENT 'Answered within the threshold, abandons within it left out: answered_in_sl_count / (answered_count + abandoned_count − abandoned_in_sl_count); NULL where there is nothing to divide by',
    sl_abandons_positive Nullable(Float64) COMMENT 'Answered or abandoned within the threshold, of all answered or abandoned: (answered_in_sl_count + abandoned_in_sl_count) / (answered_count + abandoned_count); NULL where there is nothing to divide by',
    sl_short_positive Nullable(Float64) COMMENT 'Answered within the threshold or abandoned short, of all answered or abandoned: (answered_in_sl_count + abandoned_short_count) / (answered_count + abandoned_count); NULL where there is nothing to divide by',
    sl_incl_flow_out Nullable(Float64) COMMENT 'Answered within the threshold, of all that left the queue but short abandons: answered_in_sl_count / (answered_count + abandoned_count − abandoned_short_count + flowed_out_count); NULL where there is nothing to divide by',
    cohort_sl_ex_short Nullable(Float64) COMMENT 'Answered within the threshold, of all answered or abandoned but short abandons: cohort_answered_in_sl_count / (cohort_answered_count + cohort_abandoned_count − cohort_abandoned_short_count); NULL where there is nothing to divide by',
    cohort_sl_answered_only Nullable(Float64) COMMENT 'Answered within the threshold, of all answered; hides abandons: cohort_answered_in_sl_count / cohort_answered_count; NULL where there is nothing to divide by',
    cohort_sl_all_abandons Nullable(Float64) COMMENT 'Answered within the threshold, of all answered or abandoned: cohort_answered_in_sl_count / (cohort_answered_count + cohort_abandoned_count); NULL where there is nothing to divide by',
    cohort_sl_ex_in_threshold Nullable(Float64) COMMENT 'Answered within the threshold, abandons within it left out: cohort_answered_in_sl_count / (cohort_answered_count + cohort_abandoned_count − cohort_abandoned_in_sl_count); NULL where there is nothing to divide by',
    cohort_sl_abandons_positive Nullable(Float64) COMMENT 'Answered or abandoned within the threshold, of all answered or abandoned: (cohort_answered_in_sl_count + cohort_abandoned_in_sl_count) / (cohort_answered_count + cohort_abandoned_count); NULL where there is nothing to divide by',
    cohort_sl_short_positive Nullable(Float64) COMMENT 'Answered within the threshold or abandoned short, of all answered or abandoned: (cohort_answered_in_sl_count + cohort_abandoned_short_count) / (cohort_answered_count + cohort_abandoned_count); NULL where there is nothing to divide by',
    cohort_sl_incl_flow_out Nullable(Float64) COMMENT 'Answered within the threshold, of all that left the queue but short abandons: cohort_answered_in_sl_count / (cohort_answered_count + cohort_abandoned_count − cohort_abandoned_short_count + cohort_flowed_out_count); NULL where there is nothing to divide by',
    sl_event_ex_in_threshold Nullable(Float64) COMMENT 'Of the fates known in the interval: met, abandons within the threshold left out: sl_event_met_count / (sl_event_count − sl_event_abandoned_count); NULL where there is nothing to divide by',
    sl_event_all_abandons Nullable(Float64) COMMENT 'Of the fates known in the interval: met, abandons counting as missed: sl_event_met_count / sl_event_count; NULL where there is nothing to divide by',
    sl_event_abandons_positive Nullable(Float64) COMMENT 'Of the fates known in the interval: met or abandoned within the threshold: (sl_event_met_count + sl_event_abandoned_count) / sl_event_count; NULL where there is nothing to divide by'
)
AS SELECT
    rows.zone AS zone,
    rows.workspace AS workspace,
    rows.queue AS queue,
    rows.channel AS channel,
    rows.direction AS direction,
    argMax(rows.queue_name, rows.interval_start) AS queue_name,
    rows.local_date AS local_date,
    sum(rows.answered_count) AS answered_count,
    sum(rows.answered_in_sl_count) AS answered_in_sl_count,
    sum(rows.abandoned_count) AS abandoned_count,
    sum(rows.abandoned_short_count) AS abandoned_short_count,
    sum(rows.abandoned_in_sl_count) AS abandoned_in_sl_count,
    sum(rows.flowed_out_count) AS flowed_out_count,
    sum(rows.cohort_answered_count) AS cohort_answered_count,
    sum(rows.cohort_answered_in_sl_count) AS cohort_answered_in_sl_count,
    sum(rows.cohort_abandoned_count) AS cohort_abandoned_count,
    sum(rows.cohort_abandoned_short_count) AS cohort_abandoned_short_count,
    sum(rows.cohort_abandoned_in_sl_count) AS cohort_abandoned_in_sl_count,
    sum(rows.cohort_flowed_out_count) AS cohort_flowed_out_count,
    sum(rows.sl_event_count) AS sl_event_count,
    sum(rows.sl_event_met_count) AS sl_event_met_count,
    sum(rows.sl_event_abandoned_count) AS sl_event_abandoned_count,
    (answered_in_sl_count) / nullIf(answered_count + abandoned_count - abandoned_short_count, 0) AS sl_ex_short,
    (answered_in_sl_count) / nullIf(answered_count, 0) AS sl_answered_only,
    (answered_in_sl_count) / nullIf(answered_count + abandoned_count, 0) AS sl_all_abandons,
    (answered_in_sl_count) / nullIf(answered_count + abandoned_count - abandoned_in_sl_count, 0) AS sl_ex_in_threshold,
    (answered_in_sl_count + abandoned_in_sl_count) / nullIf(answered_count + abandoned_count, 0) AS sl_abandons_positive,
    (answered_in_sl_count + abandoned_short_count) / nullIf(answered_count + abandoned_count, 0) AS sl_short_positive,
    (answered_in_sl_count) / nullIf(answered_count + abandoned_count - abandoned_short_count + flowed_out_count, 0) AS sl_incl_flow_out,
    (cohort_answered_in_sl_count) / nullIf(cohort_answered_count + cohort_abandoned_count - cohort_abandoned_short_count, 0) AS cohort_sl_ex_short,
    (cohort_answered_in_sl_count) / nullIf(cohort_answered_count, 0) AS cohort_sl_answered_only,
    (cohort_answered_in_sl_count) / nullIf(cohort_answered_count + cohort_abandoned_count, 0) AS cohort_sl_all_abandons,
    (cohort_answered_in_sl_count) / nullIf(cohort_answered_count + cohort_abandoned_count - cohort_abandoned_in_sl_count, 0) AS cohort_sl_ex_in_threshold,
    (cohort_answered_in_sl_count + cohort_abandoned_in_sl_count) / nullIf(cohort_answered_count + cohort_abandoned_count, 0) AS cohort_sl_abandons_positive,
    (cohort_answered_in_sl_count + cohort_abandoned_short_count) / nullIf(cohort_answered_count + cohort_abandoned_count, 0) AS cohort_sl_short_positive,
    (cohort_answered_in_sl_count) / nullIf(cohort_answered_count + cohort_abandoned_count - cohort_abandoned_short_count + cohort_flowed_out_count, 0) AS cohort_sl_incl_flow_out,
    (sl_event_met_count) / nullIf(sl_event_count - sl_event_abandoned_count, 0) AS sl_event_ex_in_threshold,
    (sl_event_met_count) / nullIf(sl_event_count, 0) AS sl_event_all_abandons,
    (sl_event_met_count + sl_event_abandoned_count) / nullIf(sl_event_count, 0) AS sl_event_abandons_positive
FROM v_queue_intervals_local AS rows
GROUP BY zone, workspace, queue, channel, direction, local_date
COMMENT 'The service level of each queue by local day, by every formula that is in use. One row: zone, workspace, queue, channel, direction, local_date.';
