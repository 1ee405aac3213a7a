import { generateKeyPairSync } from 'node:crypto'
import { afterEach, describe, expect, test } from 'vitest'
import { createCentre } from '../../../services/simulator/model/create-centre.ts'
import { isOfTaskRouter, sourceOf } from '../../../services/simulator/model/happening.ts'
import { openSimulation } from '../../../services/simulator/model/simulation.ts'
import { sourceNames, twilioSources } from '../../../services/simulator/model/sources.ts'
import { restEvents } from '../../../services/simulator/rest-events.ts'
import { simulate } from '../../../services/simulator/simulator.ts'
import { toRestEvent } from '../../../services/simulator/wire/rest-event.ts'
import { judgeTaskRouterItem } from '../../../services/repair/items/taskrouter-item.ts'
import { openTarget, type SimulatedTarget } from '../../support/simulated-target.ts'
import { ledgerEvents } from '../../support/simulated-ledger.ts'

const authToken = 'a-token-of-nobody'
const segmentSecret = 'a-secret-of-nobody'
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const startAt = Date.UTC(2026, 2, 10, 14)
const endAt = startAt + 45 * 60_000
const centre = createCentre({ seed: 'all', agents: 24, queues: 10 })
const options = { centre, seed: 'all', startAt, endAt, sources: sourceNames }
const stretch = { ...options, authToken, segmentSecret, sendGridKey: privateKey }
const happenings = [...openSimulation(options).happenings]

let target: SimulatedTarget | undefined
afterEach(() => target?.close())

async function open(): Promise<SimulatedTarget> {
  target = await openTarget({ authToken, segmentSecret, sendGridKey: publicKey })
  return target
}

describe('all sources', () => {
  test('each comes to its own address, signed as its own', async () => {
    const { url, requests } = await open()
    const report = await simulate({ ...stretch, target: url })
    expect([...new Set(requests.map(({ path }) => path))].sort()).toEqual([
      '/segment',
      '/sendgrid/events',
      '/twilio/conversations',
      '/twilio/event-streams',
      '/twilio/intelligence',
      '/twilio/messaging',
      '/twilio/taskrouter',
      '/twilio/voice',
    ])
    expect([...report.acknowledged].sort()).toEqual(happenings.map(({ sid }) => sid).sort())
    // A share of what is said in calls and conversations takes two roads.
    expect(report.acknowledgedCount).toBeGreaterThan(happenings.length)
    expect(report.acknowledgedCount).toBeLessThan(happenings.length * 1.2)
  })

  test('by Event Streams comes what it offers, and by webhook only the rest', async () => {
    const { url, requests } = await open()
    await simulate({ ...stretch, target: url, road: 'stream', sources: twilioSources })
    const counts = (path: string): number => requests.filter((one) => one.path === path).length
    expect(counts('/twilio/messaging')).toBe(0)
    expect(counts('/twilio/event-streams')).toBeGreaterThan(5)
    expect(counts('/twilio/conversations')).toBeGreaterThan(0)
    expect(counts('/segment')).toBe(0)
  })

  test('a source that has nothing to sign with is not begun', async () => {
    const { url } = await open()
    const unsigned = simulate({ ...options, authToken, target: url })
    await expect(unsigned).rejects.toThrow('the source sendgrid needs a private key')
  })
})

describe('a lost stretch', () => {
  const from = startAt + 10 * 60_000
  const to = startAt + 25 * 60_000

  test('has happened, is in the report, and has not come', async () => {
    const { url } = await open()
    const lost = [{ source: 'taskrouter', from, to }] as const
    const report = await simulate({ ...stretch, target: url, lost })
    const missed = happenings.filter((one) => isOfTaskRouter(one) && one.at >= from && one.at < to)
    expect(missed.length).toBeGreaterThan(50)
    expect(report.lost).toEqual(missed)
    for (const { sid } of missed) expect(report.acknowledged.has(sid)).toBe(false)
    expect(report.acknowledged.size).toBe(happenings.length - missed.length)
    expect(report.lost.map(sourceOf).every((source) => source === 'taskrouter')).toBe(true)
  })

  test('can be read again as TaskRouter lists its events, and says the same', () => {
    const listed = [...restEvents(options, { from, to })]
    const events = happenings.filter(isOfTaskRouter).filter(({ at }) => at >= from && at < to)
    expect(listed).toEqual(events.map((event) => toRestEvent(event, centre)))
    for (const [index, event] of events.entries()) {
      const { verdict } = judgeTaskRouterItem(listed[index], event.at + 200)
      if (verdict.kind === 'refused') throw new Error(verdict.reason.detail)
      const [read] = verdict.kind === 'understood' ? verdict.events : [verdict.event]
      const [called] = ledgerEvents(event, centre)
      const { id, type, at, task, reservation, worker, queue, status, attributes } = read ?? {}
      expect({ id, type, at, task, reservation, worker, queue, status, attributes }).toEqual({
        ...{ id: called?.id, type: called?.type, at: called?.at, task: called?.task },
        ...{ reservation: called?.reservation, worker: called?.worker, queue: called?.queue },
        ...{ status: called?.status, attributes: called?.attributes },
      })
    }
  })
})
