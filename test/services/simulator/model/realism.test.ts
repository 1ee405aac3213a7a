import { describe, expect, test } from 'vitest'
import { createDemoCentre } from '../../../../services/simulator/model/create-centre.ts'
import { openSimulation } from '../../../../services/simulator/model/simulation.ts'
import { expectedRows } from '../../../../services/simulator/truth/expected-rows.ts'
import { expectedTotals } from '../../../../services/simulator/truth/totals.ts'
import { dayStartsAt, simulateDay } from '../../../support/simulated-day.ts'

// Tables that are filled from the simulator should look like those of a real centre.

describe('the usual day of 200 agents and 10 queues', () => {
  const { events, simulation } = simulateDay({ seed: 'real', agents: 200 })
  const asOf = dayStartsAt + 86_400_000
  const rows = expectedRows(simulation.chronicle, asOf)
  const totals = expectedTotals(simulation.chronicle, asOf)

  test('has as many contacts as so many agents can handle', () => {
    expect(events.length).toBeGreaterThan(100_000)
    expect(totals.tasks).toBeGreaterThan(9_000)
    expect(totals.tasks).toBeLessThan(20_000)
    expect(totals.tasks_open).toBeLessThan(20)
  })

  test('answers most calls and chats in time, and some give up', () => {
    const queues = rows.queue_intervals.filter((row) => row.direction === 'inbound')
    const live = queues.filter(({ channel }) => channel === 'voice' || channel === 'chat')
    const sum = (value: (row: (typeof live)[number]) => number): number =>
      live.reduce((so, row) => so + value(row), 0)
    const answered = sum((row) => row.answered_count)
    const lost = sum((row) => row.abandoned_count - row.abandoned_short_count)
    const level = sum((row) => row.answered_in_sl_count) / (answered + lost)
    expect(level).toBeGreaterThan(0.7)
    expect(level).toBeLessThan(0.93)
    expect(lost / (answered + lost)).toBeGreaterThan(0.02)
    expect(lost / (answered + lost)).toBeLessThan(0.1)
  })

  test('keeps its agents as busy as agents can be kept', () => {
    const sum = (value: (row: (typeof rows.agent_intervals)[number]) => number): number =>
      rows.agent_intervals.reduce((so, row) => so + value(row), 0)
    const engaged = sum((row) => row.state_talk_ms + row.state_hold_ms + row.state_acw_ms)
    const occupancy = engaged / (engaged + sum((row) => row.state_idle_ms))
    expect(occupancy).toBeGreaterThan(0.6)
    expect(occupancy).toBeLessThan(0.85)
    const shrinkage = sum((row) => row.state_aux_ms) / sum((row) => row.signed_in_ms)
    expect(shrinkage).toBeGreaterThan(0.08)
    expect(shrinkage).toBeLessThan(0.25)
  })

  test('lets chats overlap', () => {
    const most = Math.max(...rows.agent_intervals.map((row) => row.concurrency_max))
    expect(most).toBeGreaterThanOrEqual(3)
    const focus = rows.agent_queue_intervals.filter(({ channel }) => channel === 'chat')
    const shared = focus.reduce((so, row) => so + row.focus_tti_ms, 0)
    const whole = focus.reduce((so, row) => so + row.handle_tti_ms, 0)
    expect(whole / shared).toBeGreaterThan(1.3)
  })
})

test('the demonstration is busy at any hour, from its first minutes on', () => {
  const startAt = Date.UTC(2026, 6, 5, 2, 40)
  const endAt = startAt + 45 * 60_000
  const centre = createDemoCentre()
  expect([centre.agents.length, centre.queues.length]).toEqual([40, 6])
  const simulation = openSimulation({ centre, seed: 'demo', startAt, endAt })
  const count = [...simulation.events].length
  const totals = expectedTotals(simulation.chronicle, endAt)
  expect(count).toBeGreaterThan(1_500)
  expect(totals.answered).toBeGreaterThan(120)
  expect(totals.legs_open).toBeGreaterThan(10)
})
