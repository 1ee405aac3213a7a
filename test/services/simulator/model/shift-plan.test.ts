import { expect, test } from 'vitest'
import { createCentre } from '../../../../services/simulator/model/create-centre.ts'
import { openSimulation } from '../../../../services/simulator/model/simulation.ts'
import type { PlannerRecord } from '../../../../services/simulator/model/planner.ts'

const startAt = Date.UTC(2026, 2, 10, 6)
const hourMs = 3_600_000

function dayOf(hours: 'office' | 'always') {
  const centre = createCentre({ seed: 'plans', agents: 24, queues: 4, hours })
  const told: PlannerRecord[] = []
  const simulation = openSimulation({
    ...{ centre, seed: 'plans', startAt, endAt: startAt + 20 * hourMs },
    onPlan: (record) => told.push(record),
  })
  let last = 0
  for (const { at } of simulation.events) last = at
  return { told, chronicle: simulation.chronicle, last }
}

test.each(['office', 'always'] as const)(
  '%s: a shift is kept, and its plan told, as it begins',
  (hours) => {
    const { told, chronicle, last } = dayOf(hours)
    const { shifts, readings, agreements } = chronicle
    expect(shifts.length).toBeGreaterThan(20)
    expect([...readings, ...agreements].sort(byTime)).toEqual(told.toSorted(byTime))
    for (const { agent, toldAt, from, to, rests } of shifts) {
      expect(to).toBeGreaterThan(from)
      expect(Math.abs(toldAt - from)).toBeLessThan(hours === 'office' ? 9 * hourMs : 60_000)
      expect(toldAt).toBeLessThanOrEqual(last + hourMs)
      const plan = readings.find((one) => one.agent === agent && one.toldAt === toldAt)
      expect(plan?.segments[0]?.from).toBe(from)
      expect(plan?.segments.at(-1)?.to).toBe(to)
      expect(plan?.segments.filter(({ code }) => code !== 'ON_QUEUE')).toHaveLength(rests.length)
    }
  },
)

const byTime = (a: PlannerRecord, b: PlannerRecord) =>
  a.toldAt - b.toldAt || (a.agent < b.agent ? -1 : 1)

test('plans are read again, and some are another then; what is agreed beside them is sometimes withdrawn', () => {
  const { readings, agreements, shifts } = dayOf('office').chronicle
  expect(readings.length).toBeGreaterThan(shifts.length)
  for (const { from, to, segments } of readings) {
    let reached = from
    for (const segment of segments) {
      expect(segment.from).toBeGreaterThanOrEqual(reached)
      expect(segment.to).toBeGreaterThan(segment.from)
      reached = segment.to
    }
    expect(to).toBeGreaterThanOrEqual(reached)
  }
  expect(new Set(agreements.map(({ kind }) => kind)).size).toBeGreaterThan(1)
  for (const one of agreements.filter(({ withdrawn }) => withdrawn)) {
    expect(agreements).toContainEqual(
      expect.objectContaining({ id: one.id, from: one.from, to: one.to, withdrawn: false }),
    )
  }
})

test('whether anybody hears the planner makes no difference to what happens', () => {
  const centre = createCentre({ seed: 'plans', agents: 24, queues: 4 })
  const asked = { centre, seed: 'plans', startAt, endAt: startAt + 12 * hourMs }
  const heard = openSimulation({ ...asked, onPlan: () => undefined })
  const alone = openSimulation(asked)
  expect([...heard.events]).toEqual([...alone.events])
  expect(heard.chronicle.readings.length).toBeGreaterThan(10)
  expect(alone.chronicle.readings).toEqual([])
})

test('rests lie in their shift, in order and apart, and agents do not keep to them to the second', () => {
  const { chronicle } = dayOf('office')
  let kept = 0
  let broken = 0
  for (const { agent, from, to, rests } of chronicle.shifts) {
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
