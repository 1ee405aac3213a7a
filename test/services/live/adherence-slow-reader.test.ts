import type { Socket } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { countedOn } from '../../../client/state.ts'
import {
  adherenceAnswerSchema,
  adherenceChangesSchema,
  type AgentNow,
} from '../../../schemas/feeds/adherence.ts'
import { systemClock } from '../../../services/runtime/clock.ts'
import { anEvent } from '../../support/fold-all.ts'
import { openHubWithTables, type HubWithTables } from '../../support/hub-with-tables.ts'
import { readEvents, type StreamEvent } from './event-stream-reader.ts'
import { slowRoadsTo, type SlowReader } from './slow-roads.ts'
import { next } from './stream-roads.ts'

const path = '/v1/adherence/stream'
const minute = 60_000
const begin = Date.parse('2026-03-10T08:00:00Z')
const rounds = 12
const workers = Array.from({ length: 200 }, (_, n) => `WK-${n}`)
/** Messages are as large as those of thousands of agents, and readings as quick as of a few. */
const longName = 'Ann '.repeat(2_000)

let now = begin - minute
let hub: HubWithTables
/** The hub's ends of all connections. */
const sockets: Socket[] = []

beforeAll(async () => {
  hub = await openHubWithTables({ clock: { ...systemClock, now: () => now } })
  await hub.tell(
    workers.map((worker) =>
      anEvent({
        ...{ type: 'worker.activity.update', id: worker, at: begin - 30 * minute },
        ...{ worker, workerName: longName, activity: 'WA-1', activityName: 'Available' },
      }),
    ),
  )
  await hub.shown()
  // Each minute everybody is to do something else, so that time alone is news of all.
  const segments = Array.from({ length: rounds }, (_, n) => ({
    ...{ from: begin + n * minute, to: begin + (n + 1) * minute, code: `CODE-${n}` },
  }))
  const payload = { agents: workers.map((agent) => ({ agent, segments })) }
  const url = '/v1/schedules?format=json'
  const taken = await hub.app.inject({ url, method: 'POST', payload })
  expect(taken.json()).toMatchObject({ set: workers.length, unknown: [] })
  await hub.inStep()
  hub.app.server.on('connection', (socket) => sockets.push(socket))
}, 180_000)
afterAll(() => hub.close())

test('readers who do not read are kept no more than a message for, and told the difference once they do', async () => {
  now = begin + 1
  const slow = []
  for (const road of slowRoadsTo(path)) {
    const reader = await road.open(hub)
    slow.push({ name: road.name, reader, hubEnd: newest(sockets) })
  }
  const quick = readEvents(await fetch(`${hub.url}${path}`))
  let messageBytes = bytesOf(await next(quick, 'snapshot'))
  let toldBytes = messageBytes
  for (let round = 1; round < rounds; round++) {
    now = begin + round * minute + 1
    const told = await next(quick, 'changes')
    expect(adherenceChangesSchema.parse(told.data).agents).toHaveLength(workers.length)
    messageBytes = Math.max(messageBytes, bytesOf(told))
    toldBytes += bytesOf(told)
    for (const { name, hubEnd } of slow) {
      expect(hubEnd.writableLength, name).toBeLessThan(messageBytes + fullAtBytes)
    }
  }
  await quick.return(undefined)
  expect(toldBytes).toBeGreaterThan(10 * messageBytes)
  // More was told than the machine itself keeps of a connection, or nobody would have been slow.
  for (const { name, hubEnd } of slow) expect(hubEnd.writableLength, name).toBeGreaterThan(0)

  const { body } = await hub.app.inject('/v1/adherence')
  const { agents } = adherenceAnswerSchema.parse(JSON.parse(body))
  const whole = new Map(agents.map((one) => [one.agent, one]))
  for (const { name, reader } of slow) {
    const { known, changes } = await readToTheEnd(reader)
    expect(changes, name).toBeLessThan(rounds / 2)
    expect(known, name).toEqual(whole)
  }
}, 180_000)

/** What a connection of either sort lets wait before it counts as full, and the frames of messages. */
const fullAtBytes = 64 * 1024 + 1_024

const bytesOf = ({ data }: StreamEvent) => JSON.stringify(data).length

function newest<T>(all: readonly T[]): T {
  const last = all.at(-1)
  if (last === undefined) throw new Error('there is none')
  return last
}

/** All agents by what was told of them up to the last minute, counted on to now. */
async function readToTheEnd(reader: SlowReader) {
  const known = new Map<string, AgentNow>()
  let changes = 0
  await reader.read((event, data) => {
    if (event === 'freshness') return false
    if (event === 'changes') changes++
    const { asOf, agents } = adherenceAnswerSchema.parse(data)
    for (const one of agents) {
      known.set(one.agent, { ...one, today: countedOn({ ...one, asOf }, now) })
    }
    return agents.some(({ planned }) => planned === `CODE-${rounds - 1}`)
  })
  return { known, changes }
}
