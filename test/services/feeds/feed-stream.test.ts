import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { agentStatesSchema, feedWaitingSchema } from '../../../schemas/feeds/agent-states.ts'
import { systemClock, type Clock } from '../../../services/runtime/clock.ts'
import { createTeller, unmappedCode, type Teller } from '../../support/told-feed.ts'
import { until } from '../../support/until.ts'
import { readEvents, type StreamEvent } from '../live/event-stream-reader.ts'
import { openTestHub, type TestHub } from '../live/hub-with-state.ts'
import { readMessages, refusedUpgrade } from '../live/socket-reader.ts'
import { next } from '../live/stream-roads.ts'
import { problemSchema } from '../../../schemas/feeds/problem.ts'

const start = Date.parse('2026-03-10T08:00:00Z')
const path = '/v1/feeds/agent-states'

let now: number
const clock: Clock = { ...systemClock, now: () => now }
let hub: TestHub
let teller: Teller

beforeEach(async () => {
  now = start
  hub = await openTestHub({ clock, partitions: 3 })
  teller = createTeller(hub.log)
})
afterEach(() => hub.close())

function heard(agent: string, code: string): Promise<void> {
  const codeOf = () => hub.feeds.board.newest('wfm').get(agent)?.state.code
  return until(`${agent} is ${code}`, () => codeOf() === code, {
    ...{ seen: () => String(codeOf()), forMs: 30_000 },
  })
}

function ready(): Promise<void> {
  const isReady = () => hub.feeds.mayTell('wfm').isReady
  return until('the feed is ready', isReady, {
    ...{ seen: () => JSON.stringify(hub.feeds.mayTell('wfm')), forMs: 30_000 },
  })
}

const roads = [
  {
    name: 'server-sent events',
    open: async (query: string) =>
      readEvents(
        await fetch(`${hub.url}${path}${query}`, { headers: { accept: 'text/event-stream' } }),
      ),
    refused: async (query: string) => {
      const headers = { accept: 'text/event-stream' }
      return problemSchema.parse(
        await (await fetch(`${hub.url}${path}${query}`, { headers })).json(),
      )
    },
  },
  {
    name: 'WebSocket',
    open: (query: string) => Promise.resolve(readMessages(`${hub.url}${path}${query}`)),
    refused: (query: string) => refusedUpgrade(`${hub.url}${path}${query}`),
  },
]

function codesIn({ data }: StreamEvent): readonly string[] {
  const { states } = agentStatesSchema.parse(data)
  return states.map(({ agent, sequence, code }) => `${agent} ${sequence} ${code}`).sort()
}

describe.each(roads)('over $name', ({ open, refused }) => {
  test('everybody comes first, then whoever is otherwise, each with the next number of his', async () => {
    await teller.tell({ ann: 'READY', bob: 'OUT' }, start)
    await teller.toldUntil(start)
    await ready()
    const events = await open('?target=wfm')
    expect(codesIn(await next(events, 'snapshot'))).toEqual(['ann 1 READY', 'bob 1 OUT'])
    await teller.tell({ ann: 'BREAK' }, start + 1)
    expect(codesIn(await next(events, 'changes'))).toEqual(['ann 2 BREAK'])
    await teller.tell({ bob: 'READY' }, start + 2)
    expect(codesIn(await next(events, 'changes'))).toEqual(['bob 2 READY'])
    await events.return(undefined)
  })

  test('whoever comes back is told the newest of what he has missed, and nothing else', async () => {
    await teller.tell({ ann: 'READY', bob: 'READY', cy: 'READY' }, start)
    await teller.toldUntil(start)
    await ready()
    const first = await open('?target=wfm')
    const { id } = await next(first, 'snapshot')
    await first.return(undefined)
    for (const code of ['BREAK', 'LUNCH', 'BREAK']) await teller.tell({ ann: code }, start + 1)
    await teller.tell({ bob: 'OUT' }, start + 1)
    await heard('bob', 'OUT')
    await heard('ann', 'BREAK')
    const again = await open(`?target=wfm&last_event_id=${id}`)
    expect(codesIn(await next(again, 'changes', 'snapshot'))).toEqual(['ann 4 BREAK', 'bob 2 OUT'])
    await again.return(undefined)
  })

  test('with `from` each change since comes, in the order of each agent, and then what is new', async () => {
    await teller.tell({ ann: 'READY' }, start)
    now = start + 60_000
    for (const code of ['BREAK', 'LUNCH', 'READY']) await teller.tell({ ann: code }, now)
    await teller.tell({ bob: 'READY' }, now)
    await heard('bob', 'READY')
    await heard('ann', 'READY')
    const events = await open(`?target=wfm&agents=ann&from=${new Date(now).toISOString()}`)
    expect(codesIn(await next(events, 'changes', 'snapshot'))).toEqual([
      ...['ann 2 BREAK', 'ann 3 LUNCH', 'ann 4 READY'],
    ])
    await teller.tell({ bob: 'OUT', ann: 'OUT' }, now + 1)
    expect(codesIn(await next(events, 'changes'))).toEqual(['ann 5 OUT'])
    await events.return(undefined)
    const old = new Date(now - 25 * 3_600_000).toISOString()
    expect((await refused(`?target=wfm&from=${old}`)).errors).toEqual([
      { field: 'from', detail: 'is more than 24 hours ago' },
    ])
  })

  test('while the projections are behind, a stream waits, and then tells everybody', async () => {
    await teller.tell({ ann: 'READY' }, start - 200_000)
    await teller.toldUntil(start - 200_000)
    await heard('ann', 'READY')
    const events = await open('?target=wfm')
    const waiting = feedWaitingSchema.parse((await next(events, 'waiting', 'snapshot')).data)
    expect(waiting.reason).toContain('200 s behind')
    await teller.toldUntil(start)
    expect(codesIn(await next(events, 'snapshot'))).toEqual(['ann 1 READY'])
    await events.return(undefined)
  })
})

test('as JSON it is refused while nobody knows who is logged on, and when most are gone at once', async () => {
  const ask = () => fetch(`${hub.url}${path}?target=wfm`)
  const early = await ask()
  expect(early.status).toBe(503)
  expect(Number(early.headers.get('retry-after'))).toBeGreaterThan(0)
  const agents = Array.from({ length: 10 }, (_, n) => `agent-${n}`)
  const all = (code: string) => Object.fromEntries(agents.map((agent) => [agent, code]))
  await teller.tell(all('READY'), start)
  await teller.toldUntil(start)
  await ready()
  await heard('agent-9', 'READY')
  expect((await ask()).status).toBe(200)
  await teller.tell(all('OUT'), start + 1)
  await Promise.all(agents.map((agent) => heard(agent, 'OUT')))
  const refused = await ask()
  expect(refused.status).toBe(503)
  expect(problemSchema.parse(await refused.json()).detail).toContain('far fewer agents')
  now = start + 901_000
  await teller.toldUntil(now)
  await ready()
  const answer = agentStatesSchema.parse(await (await ask()).json())
  expect(answer.states).toHaveLength(10)
  expect(answer.freshness).toMatchObject({ toldUntil: now, reading: true })
  expect((await fetch(`${hub.url}${path}?target=other`)).status).toBe(404)
})

test('records that come twice, or after newer ones, change nothing', async () => {
  await teller.tell({ ann: 'READY' }, start)
  const other = createTeller(hub.log)
  await teller.tell({ ann: 'BREAK' }, start + 1)
  await other.tell({ ann: 'LATE' }, start + 2)
  await teller.tell({ bob: 'READY' }, start + 3)
  await heard('bob', 'READY')
  await heard('ann', 'BREAK')
})

test('who is told by a fallback is known, as soon as everybody can be told, and until he is mapped', async () => {
  await teller.tell({ ann: unmappedCode, bob: 'READY', cem: 'OUT' }, start)
  await heard('cem', 'OUT')
  expect(hub.feeds.board.unmapped()).toBeNull()
  await teller.toldUntil(start)
  await ready()
  expect(hub.feeds.board.unmapped()).toEqual([{ target: 'wfm', agents: new Set(['ann']) }])
  await teller.tell({ ann: 'READY' }, start + 1)
  await heard('ann', 'READY')
  expect(hub.feeds.board.unmapped()).toEqual([{ target: 'wfm', agents: new Set() }])
})
