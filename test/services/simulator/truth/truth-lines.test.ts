import { expect, test } from 'vitest'
import { z } from 'zod'
import { expectedRows } from '../../../../services/simulator/truth/expected-rows.ts'
import { expectedTotals } from '../../../../services/simulator/truth/totals.ts'
import { truthLines } from '../../../../services/simulator/truth/truth-lines.ts'
import { dayStartsAt, simulateDay } from '../../../support/simulated-day.ts'

const { chronicle } = simulateDay({ seed: 'lines', hours: 14 }).simulation
const asOf = dayStartsAt + 14 * 3_600_000
const rows = expectedRows(chronicle, asOf)

test('the totals are the sums of the rows', () => {
  const totals = expectedTotals(chronicle, asOf)
  const sum = (value: (row: (typeof rows.queue_intervals)[number]) => number): number =>
    rows.queue_intervals.reduce((so, row) => so + value(row), 0)
  expect(totals).toMatchObject({
    visits: sum((row) => row.offered_count),
    answered: sum((row) => row.answered_count),
    answered_in_sl: sum((row) => row.answered_in_sl_count),
    abandoned: sum((row) => row.abandoned_count),
    abandoned_short: sum((row) => row.abandoned_short_count),
    flowed_out: sum((row) => row.flowed_out_count),
    offers: sum((row) => row.offers_created_count),
    legs_accepted: sum((row) => row.offers_accepted_count),
    wait_ms: sum((row) => row.waiting_tti_ms),
    handle_ms: sum((row) => row.handle_tti_ms),
    transfers: sum((row) => row.transfers_initiated_count),
  })
})

test('lines are the totals and every row, each as JSON with its table', () => {
  const lineSchema = z.looseObject({ table: z.string() })
  const lines = [...truthLines(chronicle, asOf)].map((line) => lineSchema.parse(JSON.parse(line)))
  expect(lines[0]?.table).toBe('totals')
  const queues = lines.filter(({ table }) => table === 'queue_intervals')
  expect(queues).toEqual(rows.queue_intervals.map((row) => ({ table: 'queue_intervals', ...row })))
  const all =
    rows.queue_intervals.length +
    rows.agent_queue_intervals.length +
    rows.agent_intervals.length +
    rows.agent_activity_intervals.length
  expect(lines.length).toBe(1 + all)
})

test('a window shows its intervals as they are in the whole', () => {
  const window = { from: dayStartsAt + 10 * 3_600_000, to: dayStartsAt + 11 * 3_600_000 }
  const part = expectedRows(chronicle, asOf, { window })
  const inside = (row: { readonly interval_start: number }): boolean =>
    row.interval_start >= window.from && row.interval_start < window.to
  expect(part.queue_intervals).toEqual(rows.queue_intervals.filter(inside))
  expect(part.agent_queue_intervals).toEqual(rows.agent_queue_intervals.filter(inside))
  expect(part.agent_intervals).toEqual(rows.agent_intervals.filter(inside))
  expect(part.agent_activity_intervals).toEqual(rows.agent_activity_intervals.filter(inside))
})
