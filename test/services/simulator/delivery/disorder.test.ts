import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  disorder,
  sendings,
  type Disorder,
} from '../../../../services/simulator/delivery/disorder.ts'
import type { SimulatedEvent } from '../../../../services/simulator/model/event.ts'
import { simulateDay } from '../../../support/simulated-day.ts'

const { events } = simulateDay({ seed: 'disorder', agents: 10, hours: 13 })
const hourMs = 3_600_000

test('without disorder everything comes once and in order', () => {
  expect(disorder(events, 1, {})).toEqual(events)
})

test('whatever the disorder, every event comes, and nothing but the events', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true })
  const ways: fc.Arbitrary<Disorder> = fc.record({
    duplicates: share,
    shuffleWithinMs: fc.integer({ min: 0, max: 2 * hourMs }),
    lateShare: share,
    lateByMs: fc.integer({ min: 0, max: 24 * hourMs }),
    lateUpToMs: fc.integer({ min: 0, max: 48 * hourMs }),
    lostShare: share,
  })
  const some = events.slice(0, 300)
  fc.assert(
    fc.property(ways, fc.integer(), (options, seed) => {
      const arrived = disorder(some, seed, options)
      expect(new Set(arrived)).toEqual(new Set(some))
      expect(arrived).toEqual(disorder(some, seed, options))
    }),
    { numRuns: 50 },
  )
})

test('the usual disorder repeats, mixes and delays, definitions too', () => {
  const options = {
    duplicates: 0.05,
    shuffleWithinMs: hourMs,
    lateShare: 0.01,
    lateByMs: 24 * hourMs,
    lostShare: 0.01,
  }
  const arrived = [...sendings(events, 'usual', options)]
  const times = arrived.map(({ dueAt }) => dueAt)
  expect(times).toEqual([...times].sort((one, other) => one - other))
  expect(arrived.length / events.length).toBeGreaterThan(1.03)
  expect(arrived.length / events.length).toBeLessThan(1.07)
  expect(
    arrived.filter(({ event, dueAt }) => dueAt - event.at >= 24 * hourMs).length,
  ).toBeGreaterThan(5)
  const place = (type: SimulatedEvent['type']): number =>
    arrived.findIndex(({ event }) => event.type === type)
  expect(place('activity.created')).not.toBe(1)
  // What was lost comes last.
  const lastDue = arrived.at(-1)?.dueAt
  expect(arrived.filter(({ dueAt }) => dueAt === lastDue).length).toBeGreaterThan(5)
})

test('it keeps only what is on its way', () => {
  let taken = 0
  const counted = function* (): Generator<SimulatedEvent> {
    for (const event of events) {
      taken++
      yield event
    }
  }
  let arrived = 0
  let waitingMax = 0
  for (const sending of sendings(counted(), 1, { shuffleWithinMs: 60_000 })) {
    arrived++
    waitingMax = Math.max(waitingMax, taken - arrived)
    expect(sending.dueAt - sending.event.at).toBeLessThanOrEqual(60_000)
  }
  expect(arrived).toBe(events.length)
  expect(waitingMax).toBeLessThan(events.length / 4)
})

test('what is late is so by anything between the least and the most', () => {
  const late = { lateShare: 1, lateByMs: hourMs, lateUpToMs: 100 * hourMs }
  const lateness = [...sendings(events, 'late', late)].map(({ event, dueAt }) => dueAt - event.at)
  expect(Math.min(...lateness)).toBeGreaterThanOrEqual(hourMs)
  expect(Math.max(...lateness)).toBeLessThanOrEqual(100 * hourMs)
  expect(lateness.filter((ms) => ms > 50 * hourMs).length / lateness.length).toBeCloseTo(0.5, 1)
})
