import { expect, test } from 'vitest'
import { createCentre } from '../../../../services/simulator/model/create-centre.ts'
import { openSimulation } from '../../../../services/simulator/model/simulation.ts'
import type { ShiftRecord } from '../../../../services/simulator/model/chronicle.ts'

const startAt = Date.UTC(2026, 2, 10, 6)
const hourMs = 3_600_000

function dayOf(hours: 'office' | 'always') {
  const centre = createCentre({ seed: 'plans', agents: 24, queues: 4, hours })
  const told: ShiftRecord[] = []
  const simulation = openSimulation({
    ...{ centre, seed: 'plans', startAt, endAt: startAt + 20 * hourMs },
    onShift: (shift) => told.push(shift),
  })
  let last = 0
  for (const { at } of simulation.events) last = at
  return { told, chronicle: simulation.chronicle, last }
}

test.each(['office', 'always'] as const)(
  '%s: a shift is told once, as it begins, and kept',
  (hours) => {
    const { told, chronicle, last } = dayOf(hours)
    expect(told.length).toBeGreaterThan(20)
    expect(chronicle.shifts).toEqual(told)
    for (const { toldAt, from, to } of told) {
      expect(to).toBeGreaterThan(from)
      expect(Math.abs(toldAt - from)).toBeLessThan(hours === 'office' ? 9 * hourMs : 60_000)
      expect(toldAt).toBeLessThanOrEqual(last + hourMs)
    }
  },
)

test('rests lie in their shift, in order and apart, and agents do not keep to them to the second', () => {
  const { told, chronicle } = dayOf('office')
  let kept = 0
  let broken = 0
  for (const { agent, from, to, rests } of told) {
    let end = from
    for (const rest of rests) {
      expect(rest.from).toBeGreaterThanOrEqual(end)
      expect(rest.to).toBeGreaterThan(rest.from)
      end = rest.to
      const lunch = chronicle.activitySpans.find(
        (span) => span.agent === agent && Math.abs(span.from - rest.from) < 600_000,
      )
      if (lunch === undefined) continue
      if (lunch.from === rest.from) kept++
      else broken++
    }
    expect(end).toBeLessThanOrEqual(to)
  }
  expect(broken).toBeGreaterThan(10)
  expect(kept).toBeGreaterThan(0)
})
