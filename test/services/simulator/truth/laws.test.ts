import { describe, expect, test } from 'vitest'
import type { Chronicle } from '../../../../services/simulator/model/chronicle.ts'
import { sourceNames } from '../../../../services/simulator/model/sources.ts'
import { expectedRows } from '../../../../services/simulator/truth/expected-rows.ts'
import type { AgentRow, ExpectedRows, QueueRow } from '../../../../services/simulator/truth/row.ts'
import { dayStartsAt, eventful, simulateDay } from '../../../support/simulated-day.ts'

// The conservation laws of the dictionary, section 16, on the simulator's own answer for two days: a usual one, and one
// on which everything that is rare happens all the time; at the day's end, and in the middle of things.

const hourMs = 3_600_000
const ends = [24 * hourMs, 13 * hourMs + 7 * 60_000 + 123, 15.25 * hourMs]

const days = [
  { name: 'a usual day', day: simulateDay({ seed: 'usual', agents: 40 }) },
  { name: 'an eventful day', day: simulateDay({ seed: 'eventful', behaviour: eventful }) },
  {
    name: 'an eventful day of which all sources tell',
    day: simulateDay({ seed: 'told', behaviour: eventful, sources: sourceNames }),
  },
]

describe.each(days)('$name', ({ day }) => {
  describe.each(ends)('%i ms after its beginning', (after) => {
    const asOf = dayStartsAt + after
    const { chronicle } = day.simulation
    const rows = expectedRows(chronicle, asOf)
    const queues = rows.queue_intervals

    test('there are rows to speak of', () => {
      expect(queues.length).toBeGreaterThan(200)
      expect(rows.agent_intervals.length).toBeGreaterThan(200)
    })

    test('L1 to L8: what comes in goes out or stays', () => {
      for (const row of queues) expect(brokenLaws(row)).toEqual([])
    })

    test('L9: what one interval leaves the next one has', () => {
      for (const [before, after] of neighbours(queues)) {
        expect(after?.waiting_boi_count ?? 0).toBe(before.waiting_eoi_count)
        expect(after?.alerting_boi_count ?? 0).toBe(before.alerting_eoi_count)
        expect(after?.handling_boi_count ?? 0).toBe(before.handling_eoi_count)
        expect(before.oldest_waiting_eoi_ms > 0).toBe(before.waiting_eoi_count > 0)
      }
      function neighbours(all: readonly QueueRow[]): (readonly [QueueRow, QueueRow | undefined])[] {
        const name = (row: QueueRow, later = 0): string =>
          [row.queue, row.channel, row.direction, row.interval_start + later].join('|')
        const byName = new Map(all.map((row) => [name(row), row]))
        return all
          .filter((row) => row.interval_start + 900_000 < asOf)
          .map((row) => [row, byName.get(name(row, 900_000))] as const)
      }
    })

    test('L11 to L14: an agent has one second a second', () => {
      const desk = deskOf(rows)
      for (const row of rows.agent_intervals) expect(brokenAgentLaws(row, desk)).toEqual([])
    })

    test('L15: a queue is the sum of its agents', () => {
      const agents = rows.agent_queue_intervals
      const nameless = queues.reduce((sum, row) => sum + row.offers_failed_count, 0)
      const both = [
        'offers_accepted_count',
        'alert_tti_ms',
        'handled_count',
        'handle_wce_ms',
      ] as const
      const more = ['talk_tti_ms', 'acw_tti_ms', 'handle_tti_ms', 'transferred_out_count'] as const
      for (const column of [...both, ...more]) {
        expect(sum(agents, (row) => row[column])).toBe(sum(queues, (row) => row[column]))
      }
      // A reservation that failed has no worker.
      expect(sum(agents, (row) => row.offers_created_count)).toBe(
        sum(queues, (row) => row.offers_created_count) - nameless,
      )
    })

    test('L16 to L18: totals agree, however they are attributed', () => {
      const total = (column: keyof NumbersOf<QueueRow>): number => sum(queues, (row) => row[column])
      const waited =
        total('wait_answered_ms') + total('wait_abandoned_ms') + total('wait_flowed_out_ms')
      expect(total('waiting_tti_ms')).toBe(waited + openWaits(chronicle, asOf))
      expect(total('answered_count')).toBe(total('cohort_answered_count'))
      expect(total('abandoned_count')).toBe(total('cohort_abandoned_count'))
      expect(total('wait_answered_ms')).toBe(total('cohort_wait_answered_ms'))
      expect(total('sl_event_met_count')).toBe(total('answered_in_sl_count'))
      expect(total('handle_tti_ms')).toBeGreaterThanOrEqual(total('handle_wce_ms'))
    })
  })
})

test('L19: a closed interval never changes, but for its cohort', () => {
  const clean = simulateDay({
    seed: 'clean',
    behaviour: { missingEnd: 0, deletedWorker: 0, reversedEnds: 0 },
  })
  const early = expectedRows(clean.simulation.chronicle, dayStartsAt + 15 * hourMs)
  const late = expectedRows(clean.simulation.chronicle, dayStartsAt + 24 * hourMs)
  const upTo = dayStartsAt + 15 * hourMs
  const closed = (rows: readonly QueueRow[]): unknown[] =>
    rows.filter((row) => row.interval_start < upTo).map(withoutCohort)
  expect(closed(early.queue_intervals)).toEqual(closed(late.queue_intervals))
  expect(early.agent_intervals).toEqual(
    late.agent_intervals.filter((row) => row.interval_start < upTo),
  )
})

type NumbersOf<Row> = { [Name in keyof Row as Row[Name] extends number ? Name : never]: Row[Name] }

function brokenLaws(row: QueueRow): string[] {
  const came =
    row.entered_count + row.moved_in_count + row.transferred_in_count + row.requeued_in_count
  const flowed =
    row.flowed_out_timeout_count +
    row.flowed_out_moved_count +
    row.flowed_out_diverted_count +
    row.flowed_out_canceled_count
  const left = row.answered_count + row.abandoned_count + row.flowed_out_count
  const offersEnded =
    row.offers_accepted_count +
    row.offers_rejected_count +
    row.offers_timed_out_count +
    row.offers_canceled_count +
    row.offers_rescinded_count +
    row.offers_failed_count
  const cohort =
    row.cohort_answered_count +
    row.cohort_abandoned_count +
    row.cohort_flowed_out_count +
    row.cohort_waiting_count
  const waits = row.wait_answered_ms + row.wait_abandoned_ms + row.wait_flowed_out_ms
  const laws: Readonly<Record<string, boolean>> = {
    L1: came === row.offered_count,
    L2: row.waiting_boi_count + row.offered_count === left + row.waiting_eoi_count,
    L3: flowed === row.flowed_out_count,
    L4: row.offered_count === cohort,
    L5: row.alerting_boi_count + row.offers_created_count === offersEnded + row.alerting_eoi_count,
    L6:
      row.handling_boi_count + row.offers_accepted_count ===
      row.handled_count + row.handling_eoi_count,
    'L7 tti': row.talk_tti_ms + row.hold_tti_ms + row.acw_tti_ms === row.handle_tti_ms,
    'L7 wce': row.talk_wce_ms + row.hold_wce_ms + row.acw_wce_ms === row.handle_wce_ms,
    'L7 cohort':
      row.cohort_talk_ms + row.cohort_hold_ms + row.cohort_acw_ms === row.cohort_handle_ms,
    'L7 signs': Math.min(row.talk_tti_ms, row.talk_wce_ms, row.acw_tti_ms, row.acw_wce_ms) >= 0,
    'L8 in level': row.answered_in_sl_count <= row.answered_count,
    'L8 short': row.abandoned_short_count <= row.abandoned_in_sl_count,
    'L8 events': row.sl_event_met_count + row.sl_event_abandoned_count <= row.sl_event_count,
    'L8 longest': left === 0 || row.wait_max_ms >= waits / left,
    'L8 histogram': total(row.wait_answered_hist) === row.answered_count,
    'L8 histogram of abandons': total(row.wait_abandoned_hist) === row.abandoned_count,
    'L8 histogram of handles': total(row.handle_hist) === row.handled_count,
  }
  return Object.keys(laws).filter((law) => laws[law] !== true)
}

interface Desk {
  readonly focus: ReadonlyMap<string, number>
  readonly handle: ReadonlyMap<string, number>
  readonly activity: ReadonlyMap<string, number>
}

function deskOf(rows: ExpectedRows): Desk {
  return {
    focus: byAgent(rows.agent_queue_intervals, (row) => row.focus_tti_ms),
    handle: byAgent(rows.agent_queue_intervals, (row) => row.handle_tti_ms),
    activity: byAgent(rows.agent_activity_intervals, (row) => row.activity_ms),
  }
}

function brokenAgentLaws(row: AgentRow, desk: Desk): string[] {
  const name = nameOf(row)
  const engaged = row.state_talk_ms + row.state_hold_ms + row.state_acw_ms
  const states = engaged + row.state_alert_ms + row.state_idle_ms + row.state_aux_ms
  const focus = desk.focus.get(name) ?? 0
  const handle = desk.handle.get(name) ?? 0
  const laws: Readonly<Record<string, boolean>> = {
    'L11 states': states === row.signed_in_ms && row.signed_in_ms <= 900_000,
    'L11 activities': row.available_ms + row.aux_ms === row.signed_in_ms,
    L12: (desk.activity.get(name) ?? 0) === row.signed_in_ms,
    L13: focus === engaged + row.handling_offline_ms && focus <= 900_000,
    L14: focus <= handle && handle <= row.concurrency_max * 900_000,
  }
  return Object.keys(laws).filter((law) => laws[law] !== true)
}

type AgentKeyed = Pick<AgentRow, 'agent' | 'interval_start'>

function nameOf({ agent, interval_start }: AgentKeyed): string {
  return `${agent}|${interval_start}`
}

function byAgent<Row extends AgentKeyed>(
  rows: readonly Row[],
  value: (row: Row) => number,
): ReadonlyMap<string, number> {
  const sums = new Map<string, number>()
  for (const row of rows) sums.set(nameOf(row), (sums.get(nameOf(row)) ?? 0) + value(row))
  return sums
}

function sum<Row>(rows: readonly Row[], value: (row: Row) => number): number {
  return rows.reduce((so, row) => so + value(row), 0)
}

function total(counts: readonly number[]): number {
  return counts.reduce((so, count) => so + count, 0)
}

/** How long those have waited who still wait. */
function openWaits(chronicle: Chronicle, asOf: number): number {
  const open = chronicle.visits.filter(
    (visit) =>
      visit.enteredAt < asOf &&
      (visit.exit === null || visit.exit.at >= asOf) &&
      !visit.seams.some((seam) => seam.closedAt < asOf && asOf <= seam.reopenedAt),
  )
  return sum(open, (visit) => asOf - visit.enteredAt)
}

function withoutCohort(row: QueueRow): unknown {
  return Object.entries(row).filter(([name]) => !name.startsWith('cohort_'))
}
