import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createCentre } from '../../../../services/simulator/model/create-centre.ts'
import type { SimulatedEvent } from '../../../../services/simulator/model/event.ts'
import { openSimulation } from '../../../../services/simulator/model/simulation.ts'
import { toCallback, toFormBody } from '../../../../services/simulator/wire/callback.ts'
import { dayStartsAt, eventful, simulateDay } from '../../../support/simulated-day.ts'

describe('determinism', () => {
  test('the same seed gives the same bytes', () => {
    expect(digest('a', dayStartsAt)).toBe(digest('a', dayStartsAt))
  })

  test('another seed, and another beginning, give other events, but the same workspace', () => {
    expect(digest('b', dayStartsAt)).not.toBe(digest('a', dayStartsAt))
    const sids = (startAt: number): Set<string> =>
      new Set(take('a', startAt, 2).map((event) => event.sid))
    const again = sids(dayStartsAt + 86_400_000)
    for (const sid of sids(dayStartsAt)) expect(again.has(sid)).toBe(false)
    expect(centreOf('a').queues).toEqual(centreOf('a').queues)
  })

  test('a behaviour that is switched off leaves the arrivals as they were', () => {
    const arrivals = (coldTransfer: number): number[] =>
      simulateDay({ behaviour: { coldTransfer, outboundPerHour: 0, callback: 0, chatTransfer: 0 } })
        .events.filter((event) => event.type === 'task.created')
        .map((event) => event.at)
    expect(arrivals(0)).toEqual(arrivals(0.3))
  })

  test('a run that keeps no truth sends the same', () => {
    const options = { centre: centreOf('centre'), seed: 'long', startAt: dayStartsAt }
    const endAt = dayStartsAt + 3 * 86_400_000
    const kept = [...openSimulation({ ...options, endAt }).events].map(({ sid }) => sid)
    const forgetful = openSimulation({ ...options, endAt, keepTruth: false })
    expect([...forgetful.events].map(({ sid }) => sid)).toEqual(kept)
    expect(forgetful.chronicle.tasks.length).toBeLessThan(1_000)
  })

  function digest(seed: string, startAt: number): string {
    const centre = centreOf('centre')
    const hash = createHash('sha256')
    for (const event of take(seed, startAt, 3)) hash.update(toFormBody(toCallback(event, centre)))
    return hash.digest('hex')
  }

  function take(seed: string, startAt: number, hours: number): SimulatedEvent[] {
    const morning = startAt + 9 * 3_600_000
    const endAt = morning + hours * 3_600_000
    const centre = centreOf('centre')
    return [...openSimulation({ centre, seed, startAt: morning, endAt }).events]
  }

  function centreOf(seed: string): ReturnType<typeof createCentre> {
    return createCentre({ seed, agents: 16 })
  }
})

describe('a day on which everything rare happens', () => {
  const { events, simulation } = simulateDay({ seed: 'rare', agents: 40, behaviour: eventful })

  test('events come in the order of time, inside the stretch, each with a sid of its own', () => {
    const { startAt, endAt } = simulation.options
    const outside = events.filter(({ at }) => at < startAt || at >= endAt)
    const early = events.filter(({ at }, index) => at < (events[index - 1]?.at ?? startAt))
    expect([...outside, ...early]).toEqual([])
    expect(new Set(events.map(({ sid }) => sid)).size).toBe(events.length)
  })

  test('every kind of event happens', () => {
    const seen = new Set(events.map(({ type }) => type))
    expect(kinds.filter((kind) => !seen.has(kind))).toEqual([])
  })

  test('every disposition, outcome and entry happens', () => {
    const { visits, legs, transfers, deletions } = simulation.chronicle
    expect(new Set(visits.map((visit) => visit.entry)).size).toBe(4)
    expect(new Set(visits.map((visit) => visit.exit?.disposition)).size).toBeGreaterThanOrEqual(5)
    expect(new Set(legs.map((leg) => leg.offerEnd?.outcome)).size).toBeGreaterThanOrEqual(6)
    expect(new Set(transfers.map((transfer) => transfer.kind)).size).toBe(3)
    expect(visits.some((visit) => visit.seams.length > 0)).toBe(true)
    expect(deletions.size).toBeGreaterThan(0)
  })

  test('things happen on the full quarter hour, in one millisecond, and in no time at all', () => {
    const { visits, legs } = simulation.chronicle
    const borders = events.filter((event) => event.at % 900_000 === 0 && event.task !== undefined)
    expect(borders.length).toBeGreaterThan(20)
    expect(visits.some((visit) => visit.exit?.at === visit.enteredAt)).toBe(true)
    expect(legs.some((leg) => leg.offerEnd?.at === leg.offeredAt)).toBe(true)
    expect(legs.some((leg) => leg.wrapupAt !== null && leg.wrapupAt === leg.completedAt)).toBe(true)
    expect(legs.some((leg) => leg.completedAt === leg.offerEnd?.at)).toBe(true)
  })

  test('no contact is forgotten', () => {
    const { options, chronicle } = simulation
    const old = chronicle.tasks.filter(
      ({ channel, createdAt }) => channel !== 'email' && createdAt < options.endAt - 4 * 3_600_000,
    )
    expect(old.filter(({ endedAt }) => endedAt === null)).toEqual([])
  })

  test('what answers a callback knows its parent and when it was asked for', () => {
    const callbacks = simulation.chronicle.tasks.filter((task) => task.direction === 'callback')
    expect(callbacks.length).toBeGreaterThan(3)
    for (const { sid, requestedAt, createdAt } of callbacks) {
      const created = events.find((event) => event.resourceSid === sid)
      expect(created?.task?.attributes).toContain('"parent_task":"WT')
      expect(created?.task?.attributes).toContain('"ledgerline":{"direction":"callback"')
      expect(requestedAt).toBeLessThan(createdAt)
    }
  })

  test('versions of tasks and workers never go back, and a reservation lives its life in order', () => {
    const versions = new Map<string, number>()
    const lives = new Map<string, string[]>()
    const back: SimulatedEvent[] = []
    for (const event of events) {
      for (const thing of [event.task, event.worker]) {
        if (thing === undefined) continue
        if (thing.version < (versions.get(thing.sid) ?? 0)) back.push(event)
        versions.set(thing.sid, thing.version)
      }
      if (event.reservation === undefined) continue
      const steps = lives.get(event.reservation.sid) ?? []
      lives.set(event.reservation.sid, [...steps, event.type.slice('reservation.'.length)])
    }
    expect(back).toEqual([])
    const refused = 'rejected|timeout|canceled|rescinded'
    const life = new RegExp(`^(created( (${refused}|accepted( wrapup)?( completed)?))?|failed)$`)
    const strange = [...lives.values()].filter((steps) => !life.test(steps.join(' ')))
    expect(strange).toEqual([])
  })

  test('an activity update tells how long the one before it was', () => {
    const since = new Map<string, number>()
    for (const event of events) {
      const sid = event.worker?.sid ?? ''
      if (event.type === 'worker.created') since.set(sid, event.at)
      if (event.type !== 'worker.activity.update') continue
      expect(event.previousActivity?.timeMs).toBe(event.at - (since.get(sid) ?? NaN))
      since.set(sid, event.at)
    }
  })
})

const kinds: readonly SimulatedEvent['type'][] = [
  'workspace.created',
  'activity.created',
  'task-channel.created',
  'task-queue.created',
  'workflow.created',
  'worker.created',
  'worker.activity.update',
  'worker.attributes.update',
  'worker.capacity.update',
  'worker.channel.availability.update',
  'worker.deleted',
  'task.created',
  'task.updated',
  'task.wrapup',
  'task.completed',
  'task.canceled',
  'task.deleted',
  'task.transfer-initiated',
  'task.transfer-attempt-failed',
  'task.transfer-failed',
  'task.transfer-canceled',
  'task.transfer-completed',
  'workflow.entered',
  'workflow.target-matched',
  'workflow.timeout',
  'task-queue.entered',
  'task-queue.timeout',
  'task-queue.moved',
  'reservation.created',
  'reservation.accepted',
  'reservation.rejected',
  'reservation.timeout',
  'reservation.canceled',
  'reservation.rescinded',
  'reservation.failed',
  'reservation.wrapup',
  'reservation.completed',
]
