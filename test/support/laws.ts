import { expect } from 'vitest'
import { derivationDelayMs } from '../../services/projections/derived.ts'
import { quarterHourMs } from '../../services/time/interval.ts'
import type { PlainRow } from './fold-all.ts'
import { grouped, periodsOf, rolledUp } from './roll-up.ts'

type Tables = ReadonlyMap<string, readonly PlainRow[]>

const n = (row: PlainRow, name: string) => Number(row[name] ?? 0)
const sum = (row: PlainRow, ...names: string[]) =>
  names.reduce((total, name) => total + n(row, name), 0)

/** The conservation laws of the dictionary (section 16) that hold for every input, however broken, but for L10. */
export function expectLaws(tables: Tables, asOf: number, intervalMs = quarterHourMs): void {
  for (const row of tables.get('queue_intervals') ?? []) {
    expectQueueRow(row)
    expectMaxima(row)
  }
  expectStocksJoin(tables.get('queue_intervals') ?? [], asOf, intervalMs)
  expectAgentRows(tables, intervalMs)
  expectQueueIsSumOfAgents(tables, asOf)
  expectTotals(tables, asOf)
}

/** Some fifty laws are asked of each row, so only what breaks one is put into words. */
function expectSame(law: string, of: PlainRow | string, a: number, b: number): void {
  if (!Object.is(a, b)) expect(a, `${law} ${JSON.stringify(of)}`).toBe(b)
}

function expectWithin(law: string, of: PlainRow | string, a: number, b: number): void {
  if (!(a <= b)) expect(a, `${law} ${JSON.stringify(of)}`).toBeLessThanOrEqual(b)
}

/** L1–L8, of a base row or of any that base rows add up to. */
function expectQueueRow(row: PlainRow): void {
  const same = (law: string, a: number, b: number) => expectSame(law, row, a, b)
  same(
    'L1',
    sum(row, 'entered_count', 'moved_in_count', 'transferred_in_count', 'requeued_in_count'),
    n(row, 'offered_count'),
  )
  same(
    'L2',
    sum(row, 'waiting_boi_count', 'offered_count'),
    sum(row, 'answered_count', 'abandoned_count', 'flowed_out_count', 'waiting_eoi_count'),
  )
  same(
    'L3',
    sum(
      row,
      'flowed_out_timeout_count',
      'flowed_out_moved_count',
      'flowed_out_diverted_count',
      'flowed_out_canceled_count',
    ),
    n(row, 'flowed_out_count'),
  )
  same(
    'L4',
    n(row, 'offered_count'),
    sum(
      row,
      'cohort_answered_count',
      'cohort_abandoned_count',
      'cohort_flowed_out_count',
      'cohort_waiting_count',
    ),
  )
  same(
    'L5',
    sum(row, 'alerting_boi_count', 'offers_created_count'),
    sum(
      row,
      'offers_accepted_count',
      'offers_rejected_count',
      'offers_timed_out_count',
      'offers_canceled_count',
      'offers_rescinded_count',
      'offers_failed_count',
      'alerting_eoi_count',
    ),
  )
  same(
    'L6',
    sum(row, 'handling_boi_count', 'offers_accepted_count'),
    sum(row, 'handled_count', 'handling_eoi_count'),
  )
  same('L7', sum(row, 'talk_tti_ms', 'hold_tti_ms', 'acw_tti_ms'), n(row, 'handle_tti_ms'))
  same('L7', sum(row, 'talk_wce_ms', 'hold_wce_ms', 'acw_wce_ms'), n(row, 'handle_wce_ms'))
  same(
    'L7',
    sum(row, 'cohort_talk_ms', 'cohort_hold_ms', 'cohort_acw_ms'),
    n(row, 'cohort_handle_ms'),
  )
  same('L8', histogram(row, 'wait_answered_hist'), n(row, 'answered_count'))
  same('L8', histogram(row, 'wait_abandoned_hist'), n(row, 'abandoned_count'))
  same('L8', histogram(row, 'handle_hist'), n(row, 'handled_count'))
  const within = (law: string, a: number, b: number) => expectWithin(law, row, a, b)
  within('L8', n(row, 'answered_in_sl_count'), n(row, 'answered_count'))
  within('L8', n(row, 'abandoned_short_count'), n(row, 'abandoned_count'))
  within('L8', n(row, 'abandoned_in_sl_count'), n(row, 'abandoned_count'))
  within('L8', sum(row, 'sl_event_met_count', 'sl_event_abandoned_count'), n(row, 'sl_event_count'))
  within(
    'L8',
    sum(row, 'wait_answered_ms', 'wait_abandoned_ms', 'wait_flowed_out_ms'),
    n(row, 'wait_max_ms') * sum(row, 'answered_count', 'abandoned_count', 'flowed_out_count'),
  )
  for (const [name, value] of Object.entries(row)) {
    if (typeof value === 'number') within(`${name} is not negative`, 0, value)
  }
}

/** The rest of L8: no maximum is below a mean, and the longest wait of all is of no less than that of some (U29). */
function expectMaxima(row: PlainRow): void {
  for (const [maximum, total, count] of [
    ['wait_answered_max_ms', 'wait_answered_ms', 'answered_count'],
    ['wait_abandoned_max_ms', 'wait_abandoned_ms', 'abandoned_count'],
    ['handle_max_ms', 'handle_wce_ms', 'handled_count'],
  ] as const) {
    const [most, all] = [n(row, maximum), n(row, total)]
    expectWithin(`L8 ${maximum}`, row, most, all)
    expectWithin(`L8 ${maximum}`, row, all, most * n(row, count))
  }
  const waits = ['wait_answered_max_ms', 'wait_abandoned_max_ms'].map((name) => n(row, name))
  expectWithin('L8 wait_max_ms', row, Math.max(...waits), n(row, 'wait_max_ms'))
}

/** L10: what holds for base rows holds for whatever they add up to, of each queue, and of all. */
export function expectRollUps(tables: Tables, asOf: number): void {
  const rows = tables.get('queue_intervals') ?? []
  const ofQueues = grouped(rows, (row) => key(row, 0))
  for (const group of [...ofQueues.values(), rows]) {
    for (const grain of [30, 60, 'day'] as const) {
      for (const period of periodsOf(group, 'America/New_York', grain)) {
        expectQueueRow(rolledUp('queue_intervals', period, asOf))
      }
    }
  }
}

function histogram(row: PlainRow, name: string): number {
  const buckets = row[name]
  return Array.isArray(buckets)
    ? buckets.reduce((total: number, count) => total + Number(count), 0)
    : 0
}

/** L9: what is carried out of a row is carried into the next. */
function expectStocksJoin(rows: readonly PlainRow[], asOf: number, intervalMs: number): void {
  const byKey = new Map(rows.map((row) => [key(row, n(row, 'interval_start')), row]))
  for (const row of rows) {
    const start = n(row, 'interval_start')
    const next = byKey.get(key(row, start + intervalMs)) ?? {}
    const before = byKey.get(key(row, start - intervalMs)) ?? {}
    for (const stock of ['waiting', 'alerting', 'handling']) {
      if (start + intervalMs < asOf) {
        expectSame(`L9 ${stock}`, row, n(row, `${stock}_eoi_count`), n(next, `${stock}_boi_count`))
      }
      expectSame(`L9 ${stock}`, row, n(row, `${stock}_boi_count`), n(before, `${stock}_eoi_count`))
    }
    expect(n(row, 'waiting_eoi_count') === 0).toBe(n(row, 'oldest_waiting_eoi_ms') === 0)
  }
}

function key(row: PlainRow, start: number): string {
  return [row['queue'], row['channel'], row['direction'], start].join()
}

function expectAgentRows(tables: Tables, intervalMs: number): void {
  const activities = totals(
    tables.get('agent_activity_intervals') ?? [],
    ['agent', 'interval_start'],
    'activity_ms',
  )
  const focus = totals(
    tables.get('agent_queue_intervals') ?? [],
    ['agent', 'interval_start'],
    'focus_tti_ms',
  )
  const handle = totals(
    tables.get('agent_queue_intervals') ?? [],
    ['agent', 'interval_start'],
    'handle_tti_ms',
  )
  for (const row of tables.get('agent_queue_intervals') ?? []) {
    expectSame('L8', row, histogram(row, 'handle_hist'), n(row, 'handled_count'))
  }
  for (const row of tables.get('agent_intervals') ?? []) {
    const at = [row['agent'], row['interval_start']].join()
    const states = sum(
      row,
      'state_talk_ms',
      'state_hold_ms',
      'state_acw_ms',
      'state_alert_ms',
      'state_idle_ms',
      'state_aux_ms',
    )
    expectSame('L11', row, states, n(row, 'signed_in_ms'))
    expectSame('L11', row, sum(row, 'available_ms', 'aux_ms'), states)
    expectWithin('L11', row, states, intervalMs)
    expectSame('L12', row, activities.get(at) ?? 0, states)
    const engaged = sum(
      row,
      'state_talk_ms',
      'state_hold_ms',
      'state_acw_ms',
      'handling_offline_ms',
    )
    expectSame('L13', row, focus.get(at) ?? 0, engaged)
    expectWithin('L13', row, engaged, intervalMs)
    expectWithin('L14', row, focus.get(at) ?? 0, handle.get(at) ?? 0)
    expectWithin('L14', row, handle.get(at) ?? 0, n(row, 'concurrency_max') * intervalMs)
  }
}

function totals(
  rows: readonly PlainRow[],
  keys: readonly string[],
  metric: string,
  join = (a: number, b: number) => a + b,
): Map<string, number> {
  const sums = new Map<string, number>()
  for (const row of rows) {
    const at = keys.map((name) => row[name]).join()
    sums.set(at, join(sums.get(at) ?? 0, n(row, metric)))
  }
  return sums
}

const shared = [
  'offers_created_count',
  'offers_accepted_count',
  'offers_rejected_count',
  'offers_timed_out_count',
  'offers_canceled_count',
  'offers_rescinded_count',
  'offers_failed_count',
  'alert_tti_ms',
  'handled_count',
  'talk_wce_ms',
  'hold_wce_ms',
  'acw_wce_ms',
  'handle_wce_ms',
  'handled_with_hold_count',
  'hold_started_count',
  'talk_tti_ms',
  'hold_tti_ms',
  'acw_tti_ms',
  'handle_tti_ms',
  'transfers_initiated_count',
  'transferred_out_count',
  'transfers_failed_count',
]

/**
 * L15: the agents' rows add up to the queue's, but for offers that failed without an agent, and where agents have not been
 * told yet of what ended with its task.
 */
function expectQueueIsSumOfAgents(tables: Tables, asOf: number): void {
  const untold = untoldIn(tables, asOf)
  const keys = ['queue', 'channel', 'direction', 'interval_start']
  const hasNoAgent = (tables.get('segments') ?? []).some((leg) => leg['agent'] === '')
  const metrics = hasNoAgent ? shared.filter((metric) => !metric.startsWith('offers_')) : shared
  for (const metric of [...metrics, 'handle_max_ms']) {
    const join = metric === 'handle_max_ms' ? Math.max : (a: number, b: number) => a + b
    const ofQueues = totals(tables.get('queue_intervals') ?? [], keys, metric, join)
    const ofAgents = totals(tables.get('agent_queue_intervals') ?? [], keys, metric, join)
    for (const at of new Set([...ofQueues.keys(), ...ofAgents.keys()])) {
      if (untold.has(at.slice(0, at.lastIndexOf(',')))) continue
      expectSame(`L15 ${metric}`, at, ofAgents.get(at) ?? 0, ofQueues.get(at) ?? 0)
    }
  }
}

/**
 * Queues with work that has just ended with its task (R7). Agents learn of it by an event in the ledger (R8), and that waits
 * for ends of the work's own, which most often are on their way.
 */
function untoldIn(tables: Tables, asOf: number): ReadonlySet<string> {
  const justEnded = new Set(
    (tables.get('contacts') ?? [])
      .filter((row) => row['ended_at'] !== null && asOf - n(row, 'ended_at') < derivationDelayMs)
      .map((row) => row['task']),
  )
  const legs = (tables.get('segments') ?? []).filter(
    (leg) => leg['closed_by'] === 'hub' && justEnded.has(leg['task']),
  )
  return new Set(legs.map((leg) => [leg['queue'], leg['channel'], leg['direction']].join()))
}

function expectTotals(tables: Tables, asOf: number): void {
  const rows = tables.get('queue_intervals') ?? []
  const all = (...metrics: string[]) => rows.reduce((total, row) => total + sum(row, ...metrics), 0)
  const open = (tables.get('queue_visits') ?? [])
    .filter((visit) => visit['is_open'] === true)
    .reduce((total, visit) => total + asOf - n(visit, 'entered_at'), 0)
  expect(all('waiting_tti_ms'), 'L16').toBe(
    all('wait_answered_ms', 'wait_abandoned_ms', 'wait_flowed_out_ms') + open,
  )
  const openHandles = (tables.get('segments') ?? [])
    .filter((leg) => leg['accepted_at'] !== null && leg['ended_at'] === null)
    .reduce((total, leg) => total + asOf - n(leg, 'accepted_at'), 0)
  expect(all('handle_tti_ms'), 'L17').toBe(all('handle_wce_ms') + openHandles)
  for (const metric of [
    'answered_count',
    'abandoned_count',
    'flowed_out_count',
    'wait_answered_ms',
  ]) {
    expect(all(metric), `L18 ${metric}`).toBe(all(`cohort_${metric}`))
  }
  expect(all('sl_event_met_count'), 'L18').toBe(all('answered_in_sl_count'))
}
