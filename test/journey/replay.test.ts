import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { replayState } from '../../client/state-replay.ts'
import { problemSchema } from '../../schemas/feeds/problem.ts'
import { stateChangesSchema, stateSchema } from '../../schemas/feeds/state.ts'
import { systemClock } from '../../services/runtime/clock.ts'
import {
  activities,
  ann,
  available,
  billing,
  ends,
  enters,
  goes,
  start,
  step,
  ticks,
} from '../services/live/contact-centre.ts'
import { readEvents } from '../services/live/event-stream-reader.ts'
import { openHubWithTables, type HubWithTables } from '../support/hub-with-tables.ts'
import { runCli } from '../support/terminal.ts'

const call = { task: 'T1', worker: ann, queue: billing }
const after = (seconds: number) => new Date(start + seconds * 1_000).toISOString()

let hub: HubWithTables
beforeAll(async () => {
  const clock = { ...systemClock, now: () => start + 3_600_000 }
  hub = await openHubWithTables({ clock })
  await hub.tell([
    ...activities(),
    goes(ann, available, 0),
    ...enters('T1', billing, 10),
    step('created', call, 20),
    step('accepted', call, 30),
    step('completed', call, 90),
    ends('T1', 90),
    ticks(600),
  ])
})
afterAll(() => hub.close())

const ask = (url: string) => hub.app.inject({ url, headers: { host: 'localhost' } })

async function replayed(from: number, to: number) {
  const told: { event: string; data: unknown }[] = []
  const options = { url: hub.url, from: after(from), to: after(to), speed: 0 }
  for await (const { event, data } of replayState(options)) {
    told.push({ event, data: JSON.parse(data) })
  }
  return told
}

/** It enters, rings, is at risk in between, is taken, and is over. */
const toldOfTheCall = [
  'snapshot',
  ...['changes', 'changes', 'changes', 'changes', 'changes'],
  'end',
]

test('a replay begins with the state of its beginning and tells what changes, to its end', async () => {
  const told = await replayed(5, 120)
  expect(told.map(({ event }) => event)).toEqual(toldOfTheCall)
  const snapshot = stateSchema.strict().parse(told[0]?.data)
  expect(snapshot).toMatchObject({ asOf: start + 5_000, as: 'happened', tasks: [] })
  expect(snapshot.agents).toMatchObject([{ id: 'WK-ann', state: 'idle', stateSince: start }])
  const changes = told.slice(1, -1).map(({ data }) => stateChangesSchema.strict().parse(data))
  expect(changes.map(({ asOf }) => (asOf - start) / 1_000)).toEqual([10, 20, 27, 30, 90])
  expect(changes.map(({ tasks }) => tasks.map(({ status }) => status))).toEqual([
    ['waiting'],
    ['ringing'],
    [],
    ['handling'],
    [],
  ])
  expect(changes[2]?.queues).toMatchObject([{ waiting: 1, slAtRisk: 1 }])
  expect(changes[4]?.removed.tasks).toEqual(['T1'])
})

test('what a replay has told by an instant is the state of that instant', async () => {
  for (const seconds of [15, 25, 60]) {
    const things = new Map<string, unknown>()
    for (const { event, data } of await replayed(5, seconds)) {
      if (event === 'end') continue
      const told = z.looseObject({ tasks: z.array(thing), agents: z.array(thing) }).parse(data)
      for (const one of [...told.tasks, ...told.agents]) things.set(one.id, one)
    }
    const state = stateSchema.parse((await ask(`/v1/state?at=${after(seconds)}`)).json())
    expect([...things.values()]).toEqual(expect.arrayContaining([...state.tasks, ...state.agents]))
    expect(things.size).toBe(state.tasks.length + state.agents.length)
  }
})

const thing = z.looseObject({ id: z.string() })

test('a replay tells only what its reader wants', async () => {
  const wanted = async (filter: string) => {
    const span = `from=${after(5)}&to=${after(120)}&speed=0`
    const told: { event: string; data: unknown }[] = []
    const response = await fetch(`${hub.url}/v1/state/replay?${span}&${filter}`)
    for await (const { event, data } of readEvents(response)) {
      // Before all else a reader is told when to come back, which is no event.
      if (event !== 'message') told.push({ event, data })
    }
    return told
  }
  expect((await wanted('queues=Support')).map(({ event }) => event)).toEqual(['snapshot', 'end'])
  const agents = await wanted('kinds=agents')
  expect(agents.map(({ event }) => event)).toEqual([
    ...['snapshot', 'changes', 'changes', 'changes', 'end'],
  ])
  for (const { data } of agents.slice(1, -1)) {
    expect(stateChangesSchema.parse(data)).toMatchObject({ tasks: [], queues: [] })
  }
})

test('the command prints a replay as lines of JSON', async () => {
  const { port } = new URL(hub.url)
  const span = ['--from', after(5), '--to', after(120), '--speed', 'max']
  const run = await runCli(['replay', ...span], { LEDGERLINE_PORT: port })
  expect(run).toMatchObject({ exitCode: 0, err: '' })
  const lines = run.out.trimEnd().split('\n')
  const event = (line: string) => z.looseObject({ event: z.string() }).parse(JSON.parse(line)).event
  expect(lines.map(event)).toEqual(toldOfTheCall)
})

test('the command says why there is nothing to replay', async () => {
  const { port } = new URL(hub.url)
  const run = await runCli(['replay', '--from', after(60), '--to', after(60)], {
    LEDGERLINE_PORT: port,
  })
  expect(run).toMatchObject({ exitCode: 1, out: '' })
  expect(run.err).toContain('to: is not later than from')
})

test('a moment that is in no table is refused, with what there is', async () => {
  const wrong = async (path: string) => {
    const response = await ask(path)
    return problemSchema.parse(response.json())
  }
  expect(await wrong(`/v1/state?at=${after(-3_600)}`)).toMatchObject({
    status: 400,
    errors: [{ field: 'at', detail: `is before the ledger, which begins ${after(-60)}` }],
  })
  const late = await wrong(`/v1/state?at=${after(601)}`)
  expect(late.status).toBe(503)
  expect(late.detail).toContain(`up to ${after(600)}`)
  expect(await wrong(`/v1/state/replay?from=${after(60)}&to=${after(60)}`)).toMatchObject({
    status: 400,
    errors: [{ field: 'to', detail: 'is not later than from' }],
  })
})
