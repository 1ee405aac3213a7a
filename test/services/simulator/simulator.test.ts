import { afterEach, describe, expect, test } from 'vitest'
import type { Clock } from '../../../services/runtime/clock.ts'
import { createCentre, createDemoCentre } from '../../../services/simulator/model/create-centre.ts'
import { openSimulation } from '../../../services/simulator/model/simulation.ts'
import { liveStretch, simulate } from '../../../services/simulator/simulator.ts'
import { isStreamed } from '../../../services/simulator/wire/cloud-event.ts'
import {
  openTarget,
  type SimulatedTarget,
  type TargetOptions,
} from '../../support/simulated-target.ts'

const authToken = 'a-token-of-nobody'
const startAt = Date.UTC(2026, 2, 10, 14)
const centre = createCentre({ seed: 'target', agents: 12, queues: 6 })
const stretch = { centre, seed: 'target', startAt, endAt: startAt + 30 * 60_000, authToken }
const events = [...openSimulation(stretch).events]
const sids = events.map(({ sid }) => sid).sort()

let target: SimulatedTarget
afterEach(() => target.close())

async function open(misbehave?: TargetOptions['misbehave']): Promise<string> {
  target = await openTarget({ authToken, ...(misbehave === undefined ? {} : { misbehave }) })
  return target.url
}

describe('roads', () => {
  test('by callback every event comes once, in a form that is signed', async () => {
    const report = await simulate({ ...stretch, target: await open() })
    expect([...target.accepted].sort()).toEqual(sids)
    expect(new Set(target.requests.map(({ path }) => path))).toEqual(
      new Set(['/twilio/taskrouter']),
    )
    expect([...report.acknowledged].sort()).toEqual(sids)
    expect(report).toMatchObject({
      eventsCount: events.length,
      sentCount: events.length,
      acknowledgedCount: events.length,
      retriesCount: 0,
      isAborted: false,
    })
  })

  test('by Event Streams they come in batches, and what is not streamed by callback', async () => {
    await simulate({ ...stretch, target: await open(), road: 'stream', batchSize: 50 })
    expect([...target.accepted].sort()).toEqual(sids)
    const batches = target.requests.filter(({ path }) => path === '/twilio/event-streams')
    expect(batches.map((batch) => batch.sids.length).every((size) => size <= 50)).toBe(true)
    const streamed = events.filter(({ type }) => isStreamed(type))
    expect(batches.flatMap((batch) => batch.sids).sort()).toEqual(
      streamed.map(({ sid }) => sid).sort(),
    )
  })

  test('by both roads what is streamed comes twice, under one sid', async () => {
    const report = await simulate({ ...stretch, target: await open(), road: 'both' })
    const streamed = events.filter(({ type }) => isStreamed(type))
    expect(target.accepted.length).toBe(events.length + streamed.length)
    expect([...report.acknowledged].sort()).toEqual(sids)
  })

  test('one request at a time keeps the order', async () => {
    await simulate({ ...stretch, target: await open(), concurrency: 1 })
    expect(target.accepted).toEqual(events.map(({ sid }) => sid))
  })
})

describe('a hub that fails', () => {
  test('nothing is lost when it drops connections, is busy or broken', async () => {
    const misdeeds = ['drop', 503, 429, 500] as const
    const url = await open((request) => (request % 3 === 1 ? misdeeds[request % 4] : undefined))
    const disorder = { duplicates: 0.05, shuffleWithinMs: 600_000, lateShare: 0.02 }
    const road = 'stream'
    const report = await simulate({ ...stretch, target: url, road, batchSize: 25, disorder })
    expect(new Set(target.accepted)).toEqual(new Set(sids))
    expect(report.retriesCount).toBeGreaterThan(5)
    expect(report.isAborted).toBe(false)
  })

  test('a refusal that no repetition would heal ends the run', async () => {
    const url = await open()
    const run = simulate({ ...stretch, target: url, authToken: 'another token' })
    await expect(run).rejects.toMatchObject({ code: 'HUB_UNREACHABLE', retryable: false })
  })

  test('the signal ends a run that a dead hub would make wait for ever', async () => {
    const url = await open(() => 503)
    const stop = new AbortController()
    let retries = 0
    const clock: Clock = {
      now: () => startAt,
      sleep: () => {
        if (++retries === 20) stop.abort()
        return Promise.resolve()
      },
    }
    const report = await simulate({ ...stretch, target: url, signal: stop.signal, clock })
    expect(report.isAborted).toBe(true)
    expect(report.acknowledged.size).toBe(0)
  })
})

describe('pace', () => {
  test('what has been is sent at once, and from now on time goes as fast as is asked', async () => {
    let now = startAt + 20 * 60_000
    const began = now
    const rests: number[] = []
    const clock: Clock = {
      now: () => now,
      sleep: (ms) => {
        rests.push(ms)
        now += Math.ceil(ms)
        return Promise.resolve()
      },
    }
    const live = liveStretch(began, { warmUpMs: 20 * 60_000, lengthMs: 180_000 })
    expect(live.startAt).toBe(startAt)
    const report = await simulate({
      ...live,
      centre: createDemoCentre(),
      seed: 'live',
      target: await open(),
      authToken,
      clock,
      road: 'stream',
    })
    const before = [...report.simulation.chronicle.visits].filter(
      (visit) => visit.enteredAt < began,
    )
    expect(before.length).toBeGreaterThan(30)
    // The last event is less than a minute from the end, and nothing rested before now.
    expect(now - began).toBeGreaterThan(120_000)
    expect(now - began).toBeLessThanOrEqual(180_000)
    expect(rests.every((ms) => ms > 0 && ms < 60_000)).toBe(true)
  })
})
