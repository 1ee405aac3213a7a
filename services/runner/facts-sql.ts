import { intervalMetrics, type IntervalTable } from '../../schemas/metrics/catalogue.ts'
import { unansweredMsMax } from '../../schemas/metrics/conversations.ts'
import type { Metric } from '../../schemas/metrics/metric.ts'
import { tables } from '../../schemas/tables/tables.ts'
import { agesOf, intervalMs, ms, partsOf, spansOf, stockOf, type Part } from './fact-parts-sql.ts'
import { concurrencyOf, focusOf } from './facts-handles.ts'

// Interval rows worked out again from the facts, in SQL alone: a second opinion that shares no code with the folds. Every
// fact is taken apart into (metric, moment, amount); moments decide the interval, sums or maxima make the row.

const queueKey = ['workspace', 'queue', 'channel', 'direction']
const agentQueueKey = ['workspace', 'agent', ...queueKey.slice(1)]

/** `{cutoff}`: open spans are cut there, and only intervals that end by then are compared. */
const cutoff = '{cutoff:Int64}'

const visits = `SELECT v.workspace AS workspace, queue, v.channel AS channel, v.direction AS direction, v.entry AS entry,
    disposition, ${ms('entered_at')} AS s, if(v.is_open, NULL, ${ms('exited_at')}) AS t, ifNull(t, ${cutoff} + 1) AS e,
    wait_ms AS w, sl_threshold_ms AS sl, short_abandon_ms AS short, ${ms('c.requested_at')} AS requested,
    leg.reservation != '' AND leg.is_open = 0 AS handled, leg.talk_ms AS talk, leg.hold_ms AS hold, leg.acw_ms AS acw
  FROM (SELECT * FROM queue_visits FINAL) AS v
  LEFT JOIN (SELECT workspace, task, requested_at FROM contacts FINAL) AS c USING (workspace, task)
  LEFT JOIN (SELECT workspace, reservation, is_open, talk_ms, hold_ms, acw_ms FROM segments FINAL) AS leg
    ON leg.workspace = v.workspace AND leg.reservation = v.answered_by`

const legs = `SELECT workspace, agent, queue, channel, direction, offer_outcome AS outcome, ${ms('offered_at')} AS offered,
    ${ms('offer_ended_at')} AS offer_ended, ${ms('accepted_at')} AS accepted, ${ms('talk_ended_at')} AS talk_ended,
    ${ms('ended_at')} AS ended, talk_ms, hold_ms, acw_ms, hold_started_at, hold_from, hold_to, is_accepted_on_hold, reservation
  FROM segments FINAL`

const visitParts: readonly Part[] = [
  ...Object.entries({
    new: 'entered_count',
    moved: 'moved_in_count',
    transfer: 'transferred_in_count',
    requeued: 'requeued_in_count',
  }).map(([entry, metric]) => ({ metric, at: 's', amount: '1', when: `entry = '${entry}'` })),
  { metric: 'offered_count', at: 's', amount: '1' },
  { metric: 'cohort_waiting_count', at: 's', amount: '1', when: 't IS NULL' },
  ...['answered', 'abandoned'].flatMap((end) => [
    ...both(`${end}_count`, `disposition = '${end}'`),
    ...both(`${end}_in_sl_count`, `disposition = '${end}' AND w <= sl`),
    { metric: `wait_${end}_ms`, at: 't', amount: 'w', when: `disposition = '${end}'` },
    { metric: `wait_${end}_max_ms`, at: 't', amount: 'w', when: `disposition = '${end}'` },
    {
      ...{ metric: `wait_${end}_hist`, at: 't', amount: '1', lengthMs: 'w' },
      when: `disposition = '${end}'`,
    },
  ]),
  ...both('abandoned_short_count', `disposition = 'abandoned' AND w < short`),
  ...both('flowed_out_count', `startsWith(disposition, 'flowed_out')`),
  ...['timeout', 'moved', 'diverted', 'canceled'].map((how) => ({
    metric: `flowed_out_${how}_count`,
    at: 't',
    amount: '1',
    when: `disposition = 'flowed_out_${how}'`,
  })),
  {
    metric: 'wait_flowed_out_ms',
    at: 't',
    amount: 'w',
    when: `startsWith(disposition, 'flowed_out')`,
  },
  { metric: 'wait_max_ms', at: 't', amount: 'w', when: 't IS NOT NULL' },
  { metric: 'cohort_wait_answered_ms', at: 's', amount: 'w', when: `disposition = 'answered'` },
  { metric: 'sl_event_count', at: 's + sl', amount: '1', when: 'e - s > sl' },
  {
    metric: 'sl_event_count',
    at: 't',
    amount: '1',
    when: `w <= sl AND (disposition = 'answered' OR disposition = 'abandoned' AND w >= short)`,
  },
  {
    metric: 'sl_event_met_count',
    at: 't',
    amount: '1',
    when: `disposition = 'answered' AND w <= sl`,
  },
  {
    metric: 'sl_event_abandoned_count',
    at: 't',
    amount: '1',
    when: `disposition = 'abandoned' AND w <= sl AND w >= short`,
  },
  {
    metric: 'callback_response_ms',
    at: 't',
    amount: 'greatest(0, t - requested)',
    when: `disposition = 'answered' AND requested IS NOT NULL`,
  },
  { metric: 'cohort_handled_count', at: 's', amount: '1', when: 'handled' },
  { metric: 'cohort_handle_ms', at: 's', amount: 'talk + hold + acw', when: 'handled' },
  { metric: 'cohort_talk_ms', at: 's', amount: 'talk', when: 'handled' },
  { metric: 'cohort_hold_ms', at: 's', amount: 'hold', when: 'handled' },
  { metric: 'cohort_acw_ms', at: 's', amount: 'acw', when: 'handled' },
]

function both(metric: string, when: string): readonly Part[] {
  return [
    { metric, at: 't', amount: '1', when },
    { metric: `cohort_${metric}`, at: 's', amount: '1', when },
  ]
}

const handled = 'ended IS NOT NULL AND accepted IS NOT NULL'

const legParts: readonly Part[] = [
  { metric: 'offers_created_count', at: 'offered', amount: '1' },
  { metric: 'offers_accepted_count', at: 'accepted', amount: '1', when: 'accepted IS NOT NULL' },
  ...['rejected', 'timed_out', 'canceled', 'rescinded', 'failed'].map((outcome) => ({
    metric: `offers_${outcome}_count`,
    at: 'offer_ended',
    amount: '1',
    when: `outcome = '${outcome}'`,
  })),
  { metric: 'handled_count', at: 'ended', amount: '1', when: handled },
  { metric: 'talk_wce_ms', at: 'ended', amount: 'talk_ms', when: handled },
  { metric: 'hold_wce_ms', at: 'ended', amount: 'hold_ms', when: handled },
  { metric: 'acw_wce_ms', at: 'ended', amount: 'acw_ms', when: handled },
  { metric: 'handle_wce_ms', at: 'ended', amount: 'ended - accepted', when: handled },
  { metric: 'handle_max_ms', at: 'ended', amount: 'ended - accepted', when: handled },
  {
    ...{ metric: 'handle_hist', at: 'ended', amount: '1', when: handled },
    lengthMs: 'ended - accepted',
  },
  {
    metric: 'handled_with_hold_count',
    at: 'ended',
    amount: '1',
    when: `${handled} AND notEmpty(hold_started_at)`,
  },
]

function legSelects(key: readonly string[]): readonly string[] {
  const holds = `SELECT ${key.join(', ')}, ${ms('hold_at')} AS moment FROM (${legs}) ARRAY JOIN arraySlice(hold_started_at, 1 + is_accepted_on_hold) AS hold_at`
  const heldSpans = `SELECT ${key.join(', ')}, ${ms('h')} AS s, ifNull(${ms('u')}, ${cutoff}) AS e FROM (${legs})
    ARRAY JOIN hold_started_at AS h, arrayResize(arrayMap(x -> toNullable(x), hold_to), length(hold_started_at), NULL) AS u`
  const accepted = `${legs} WHERE accepted_at IS NOT NULL`
  return [
    partsOf(key, legs, legParts),
    partsOf(key, holds, [{ metric: 'hold_started_count', at: 'moment', amount: '1' }]),
    spansOf(key, legs, 'alert_tti_ms', 'offered', `ifNull(offer_ended, ${cutoff})`),
    spansOf(key, accepted, 'handle_tti_ms', 'accepted', `ifNull(ended, ${cutoff})`),
    // Talk is what the holds leave of the time from the acceptance to the wrap-up.
    spansOf(key, accepted, 'talk_tti_ms', 'accepted', `ifNull(talk_ended, ${cutoff})`),
    spansOf(key, heldSpans, 'talk_tti_ms', 's', 'e', -1),
    spansOf(
      key,
      `${legs} WHERE talk_ended_at IS NOT NULL`,
      'acw_tti_ms',
      'talk_ended',
      `ifNull(ended, ${cutoff})`,
    ),
    spansOf(key, heldSpans, 'hold_tti_ms', 's', 'e'),
  ]
}

const transfers = `SELECT workspace, from_agent AS agent, from_queue AS queue, channel, direction, outcome,
    ${ms('initiated_at')} AS initiated, ${ms('ended_at')} AS ended FROM transfers FINAL`

const transferParts: readonly Part[] = [
  {
    metric: 'transfers_initiated_count',
    at: 'initiated',
    amount: '1',
    when: 'initiated IS NOT NULL',
  },
  { metric: 'transferred_out_count', at: 'ended', amount: '1', when: `outcome = 'completed'` },
  {
    metric: 'transfers_failed_count',
    at: 'ended',
    amount: '1',
    when: `outcome IN ('failed', 'canceled')`,
  },
]

const states = `SELECT workspace, agent, state, activity, activity_class, ${ms('started_at')} AS s,
    ifNull(${ms('ended_at')}, ${cutoff}) AS e, ${ms('activity_started_at')} AS since, is_open FROM agent_states FINAL`

const activities = `SELECT workspace, agent, activity, activity_class != 'offline' AS signed, ${ms('started_at')} AS s, place,
    ifNull(${ms('ended_at')}, ${cutoff}) AS e, is_open AS open FROM agent_activities FINAL`

/** Activities with what lies right before and right after each: whoever goes on signed in does not sign in again. */
const signs = `SELECT workspace, agent, s, e, open, signed,
    lagInFrame(signed AND NOT open, 1, 0) OVER in_order AND lagInFrame(e, 1, 0) OVER in_order = s AS was_signed,
    leadInFrame(signed, 1, 0) OVER in_order AND leadInFrame(s, 1, 0) OVER in_order = e AS stays_signed
  FROM (${activities})
  WINDOW in_order AS (PARTITION BY workspace, agent ORDER BY s, place ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)`

const signParts: readonly Part[] = [
  { metric: 'sign_in_count', at: 's', amount: '1', when: 'signed AND NOT was_signed' },
  {
    metric: 'sign_out_count',
    at: 'e',
    amount: '1',
    when: 'signed AND NOT open AND NOT stays_signed',
  },
]

const handles = `SELECT *, ifNull(ended, ${cutoff}) AS e FROM (${legs}) WHERE accepted IS NOT NULL`

const signedIn = ['talk', 'hold', 'acw', 'alert', 'idle', 'aux']

const conversationKey = ['workspace', 'channel', 'queue']

const conversations = `SELECT workspace, channel, queue, is_contained, ended_unanswered, ${ms('started_at')} AS s,
    ${ms('ended_at')} AS e FROM conversations FINAL`

const said = `SELECT workspace, channel, queue, author, ${ms('sent_at')} AS s FROM messages FINAL WHERE conversation != ''`

/** Turns: all that was said from one agent message to the next, which ends the turn. */
const turns = `SELECT t.workspace AS workspace, t.channel AS channel, t.queue AS queue, turn, asked, answered,
    lagInFrame(answered) OVER (PARTITION BY workspace, conversation ORDER BY turn) AS spoken,
    ${ms('c.ended_at')} AS ended
  FROM (
    SELECT workspace, channel, queue, conversation, turn,
      argMinOrNullIf(s, place, author = 'customer') AS asked, anyOrNullIf(s, author = 'agent') AS answered
    FROM (
      SELECT workspace, channel, queue, conversation, place, author, ${ms('sent_at')} AS s, countIf(author = 'agent') OVER (
        PARTITION BY workspace, conversation ORDER BY place ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS turn
      FROM messages FINAL WHERE conversation != ''
    ) GROUP BY workspace, channel, queue, conversation, turn
  ) AS t
  LEFT JOIN (SELECT workspace, conversation, ended_at FROM conversations FINAL) AS c USING (workspace, conversation)`

const turnParts: readonly Part[] = [
  ...['first', 'agent'].flatMap((kind) => {
    const when = `asked IS NOT NULL AND answered IS NOT NULL${kind === 'first' ? ' AND turn = 0' : ''}`
    return [
      { metric: `${kind}_response_count`, at: 'answered', amount: '1', when },
      { metric: `${kind}_response_ms`, at: 'answered', amount: 'answered - asked', when },
    ]
  }),
  ...[
    { metric: 'customer_response_count', amount: '1' },
    { metric: 'customer_response_ms', amount: 'asked - spoken' },
  ].map((part) => ({ ...part, at: 'asked', when: 'asked IS NOT NULL AND turn > 0' })),
]

const isMeasured = `is_tracked AND standing != 'unknown'`

/** In which columns of adherence the length of a stretch counts. */
const adherenceParts: Readonly<Record<string, string>> = {
  unscheduled_work_ms: 'is_unscheduled',
  scheduled_raw_ms: 'is_scheduled_raw',
  adherent_raw_ms: 'is_adherent_raw',
  excluded_ms: `standing = 'excluded'`,
  paid_scheduled_ms: 'is_paid',
  paid_productive_scheduled_ms: 'is_paid_productive',
  unknown_ms: `is_tracked AND standing = 'unknown'`,
  conf_actual_ms: 'is_productive AND NOT is_unknown',
  paid_productive_ms: 'is_paid AND is_productive AND NOT is_unknown',
  scheduled_ms: isMeasured,
  conf_scheduled_ms: `${isMeasured} AND is_planned_productive`,
  adherent_ms: `${isMeasured} AND standing != 'nonadherent'`,
  nonadherent_ms: `${isMeasured} AND standing = 'nonadherent'`,
  graced_ms: `standing = 'graced'`,
  excused_ms: `standing = 'excused'`,
}

const adherenceNames = Object.entries(adherenceParts)
  .map(([metric, when]) => `if(${when}, if(basis = 'known', 'known_${metric}', '${metric}'), '')`)
  .join(',\n      ')

/** Where each interval table comes from again. */
export const recomputations: Readonly<Record<IntervalTable, readonly string[]>> = {
  queue_intervals: [
    partsOf(queueKey, visits, visitParts),
    spansOf(queueKey, visits, 'waiting_tti_ms', 's', `least(e, ${cutoff})`),
    stockOf(queueKey, visits, 'waiting', 's', 'e'),
    agesOf(queueKey, visits, 'oldest_waiting_eoi_ms', 's', 'e'),
    ...legSelects(queueKey),
    stockOf(queueKey, legs, 'alerting', 'offered', `ifNull(offer_ended, ${cutoff} + 1)`),
    stockOf(
      queueKey,
      `${legs} WHERE accepted_at IS NOT NULL`,
      'handling',
      'accepted',
      `ifNull(ended, ${cutoff} + 1)`,
    ),
    partsOf(queueKey, transfers, transferParts),
  ],
  // A reservation that failed without naming a worker is no agent's.
  agent_queue_intervals: [
    ...legSelects(agentQueueKey),
    partsOf(agentQueueKey, transfers, transferParts),
    focusOf(agentQueueKey, handles, intervalMs),
  ].map((select) => `SELECT * FROM (${select}) WHERE agent != ''`),
  agent_intervals: [
    ...signedIn.flatMap((state) => [
      spansOf(
        ['workspace', 'agent'],
        `${states} WHERE state = '${state}'`,
        `state_${state}_ms`,
        's',
        'e',
      ),
      spansOf(
        ['workspace', 'agent'],
        `${states} WHERE state = '${state}'`,
        'signed_in_ms',
        's',
        'e',
      ),
    ]),
    spansOf(
      ['workspace', 'agent'],
      `${states} WHERE activity_class = 'available'`,
      'available_ms',
      's',
      'e',
    ),
    spansOf(['workspace', 'agent'], `${states} WHERE activity_class = 'aux'`, 'aux_ms', 's', 'e'),
    spansOf(
      ['workspace', 'agent'],
      `${states} WHERE state = 'work_offline'`,
      'handling_offline_ms',
      's',
      'e',
    ),
    partsOf(['workspace', 'agent'], signs, signParts),
    // A reservation that failed without naming a worker was never in hand.
    concurrencyOf(['workspace', 'agent'], handles, intervalMs),
  ],
  agent_activity_intervals: [
    spansOf(
      ['workspace', 'agent', 'activity'],
      `${activities} WHERE signed`,
      'activity_ms',
      's',
      'e',
    ),
    partsOf(['workspace', 'agent', 'activity'], `${activities} WHERE signed AND NOT open`, [
      { metric: 'activity_ended_count', at: 'e', amount: '1' },
      { metric: 'activity_wce_ms', at: 'e', amount: 'e - s' },
    ]),
  ],
  adherence_intervals: [
    `SELECT workspace, agent, metric, i AS at_ms,
      least(e, i + ${intervalMs}) - greatest(s, i) AS amount
    FROM (
      SELECT workspace, agent, ${ms('started_at')} AS s, ifNull(${ms('ended_at')}, ${cutoff}) AS e,
        arrayFilter(name -> name != '', [${adherenceNames}]) AS metrics
      FROM adherence_spans FINAL WHERE started_at < fromUnixTimestamp64Milli(${cutoff})
    )
    ARRAY JOIN metrics AS metric
    ARRAY JOIN range(intDiv(s, ${intervalMs}) * ${intervalMs}, e, ${intervalMs}) AS i`,
  ],
  conversation_intervals: [
    partsOf(conversationKey, conversations, [
      { metric: 'conversations_started_count', at: 's', amount: '1' },
      ...[
        { metric: 'conversations_ended_count', amount: '1' },
        { metric: 'conversation_wce_ms', amount: 'greatest(0, e - s)' },
        { metric: 'conversations_contained_count', amount: 'is_contained' },
        { metric: 'ended_unanswered_count', amount: 'ended_unanswered' },
      ].map((part) => ({ ...part, at: 'e', when: 'e IS NOT NULL' })),
    ]),
    partsOf(
      conversationKey,
      said,
      ['customer', 'agent', 'bot'].map((author) => ({
        metric: `messages_${author}_count`,
        at: 's',
        amount: '1',
        when: `author = '${author}'`,
      })),
    ),
    partsOf(conversationKey, turns, turnParts),
    `SELECT * FROM (${stockOf(
      conversationKey,
      `SELECT *, assumeNotNull(asked) AS s, least(coalesce(answered, ended, ${cutoff} + 1), asked + ${unansweredMsMax}) AS e FROM (${turns}) WHERE asked IS NOT NULL`,
      'awaiting_agent',
      's',
      'e',
    )}) WHERE metric = 'awaiting_agent_eoi_count'`,
  ],
}

/** A SELECT of every cell in which the table and the facts disagree. */
export function disagreements(table: IntervalTable): string {
  const key = tables[table].key.filter((name) => name !== 'shard' && name !== 'interval_start')
  const metrics: readonly Metric[] = intervalMetrics[table]
  const most = metrics
    .filter(({ rollUp }) => rollUp === 'max' || rollUp === 'last-max')
    .map(({ name }) => `'${name}'`)
  const isMost = `metric IN (${most.length === 0 ? `''` : most.join(', ')})`
  const cells = `${key.join(', ')}, intDiv(at_ms, ${intervalMs}) * ${intervalMs} AS start, metric`
  const [counted, plain] = [metrics.filter(isHistogram), metrics.filter((one) => !isHistogram(one))]
  const stored = [
    `[${plain.map(({ name }) => `('${name}', toInt64(${name}))`).join(', ')}]`,
    ...counted.map(
      ({ name }) =>
        `arrayMap((count, bucket) -> (concat('${name}#', toString(bucket - 1)), toInt64(count)), ${name}, arrayEnumerate(${name}))`,
    ),
  ]
  return `SELECT '${table}' AS table, toString(tuple(${key.join(', ')}, fromUnixTimestamp64Milli(start))) AS key, metric,
      if(${isMost}, max(if(side = 1, amount, 0)), sum(if(side = 1, amount, 0))) AS stored,
      if(${isMost}, max(if(side = 2, amount, 0)), sum(if(side = 2, amount, 0))) AS recomputed
    FROM (
      SELECT ${cells}, amount, 2 AS side FROM (${recomputations[table].join('\n      UNION ALL ')})
      UNION ALL
      SELECT ${key.join(', ')}, ${ms('interval_start')} AS start, m.1 AS metric, m.2 AS amount, 1 AS side
      FROM (SELECT * FROM ${table} FINAL) ARRAY JOIN arrayConcat(${stored.join(', ')}) AS m
    )
    WHERE start + ${intervalMs} <= ${cutoff}
    GROUP BY ${key.join(', ')}, start, metric HAVING stored != recomputed
    ORDER BY key, metric LIMIT 200`
}

function isHistogram({ rollUp }: Metric): boolean {
  return rollUp === 'histogram'
}
