import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { targetSchema } from '../../../services/delivery/targets/target.ts'
import { tickedTopics } from '../../../services/log/topics.ts'
import { systemClock } from '../../../services/runtime/clock.ts'
import { migrate } from '../../../services/warehouse/migrations.ts'
import { openTestEngine, type TestEngine } from '../../support/engine.ts'
import { tempFolder } from '../../support/temp-folder.ts'
import { openTestHub, type TestHub } from '../live/hub-with-state.ts'

// On the day on which New York's clocks go forward, at 07:00 UTC; Auckland is at +13:00.

const at = (time: string) => Date.parse(`2026-03-${time}:00Z`)
const iso = (time: string) => new Date(at(time)).toISOString()
const now = at('08T12:00')

const identities = `
target: argus
agents:
  - {agent: WKann, logon: '101', until: 2026-03-08T06:30:00Z}
  - {agent: WKann, logon: '111', from: 2026-03-08T06:30:00Z}
  - {agent: WKbob, logon: '102'}
  - {agent: WKcid, logon: '103'}
  - {agent: WKcid, logon: '203'}
  - {agent: WKeve, leaveOut: true}
  - {agent: WKfay, logon: '106'}
`

/** What each is and since when, up to the next. */
const planted = {
  WKann: [
    'OUT 01T00:00',
    ...['READY 05T08:00', 'CALL 06T08:00', 'READY 07T08:00', 'BREAK 08T06:00', 'CALL 08T07:00'],
    'OUT 08T08:00',
  ],
  WKbob: ['READY 08T01:00', 'OUT 08T05:00', 'READY 08T11:30'],
  ...{ WKcid: ['READY 08T05:30'], WKdan: ['READY 08T05:30'], WKeve: ['READY 08T05:30'] },
}

let engine: TestEngine
let hub: TestHub
let folder: Awaited<ReturnType<typeof tempFolder>>
/** What the tables are as of. */
let tick = now

beforeAll(async () => {
  folder = await tempFolder()
  engine = await openTestEngine()
  const { warehouse } = engine
  await migrate(warehouse)
  await warehouse.insert(
    'agent_wfm_states',
    Object.entries(planted).flatMap(([agent, lines]) => {
      const own = lines.map((line) => line.split(' '))
      return own.map(([code = '', from = ''], index) => {
        const next = own[index + 1]?.[1]
        return {
          ...{ workspace: 'WS1', target: 'wfm', agent, code, text: code.toLowerCase(), version: 1 },
          ...{ started_at: at(from), ended_at: next === undefined ? null : at(next) },
          is_logged_on: code !== 'OUT',
        }
      })
    }),
  )
  hub = await openTestHub({
    ...{
      warehouse,
      partitions: 1,
      apiTokens: ['reader'],
      clock: { ...systemClock, now: () => now },
    },
    runnerProgress: () =>
      tickedTopics.map((topic) => ({ topic, partition: 0, nextOffset: 1, tick })),
  })
  const path = join(folder.path, 'identities.yaml')
  await writeFile(path, identities)
  const targetOf = (states: object) =>
    targetSchema.parse({
      ...{ kind: 'http', url: 'http://127.0.0.1:9/ccwfm/api/rest/status' },
      states: { mapping: 'wfm', ...states },
    })
  const status = { connector: 'argus', form: 'status', settings: { systemId: 'ledger' } }
  hub.feeds.composersOf({
    argus: targetOf({ ...status, identities: path }),
    sids: targetOf(status),
    soap: targetOf({
      ...{ connector: 'calabrio-wfm', form: 'soap' },
      settings: { sourceId: '1', authenticationKey: 'x' },
    }),
  })
})
beforeEach(() => {
  tick = now
})
afterAll(async () => {
  await hub.close()
  await engine.close()
  await folder.remove()
})

interface Asking {
  readonly target?: string
  readonly token?: string
  readonly query?: Readonly<Record<string, string>>
}

/** An hour and a half of the morning, unless told. */
async function ask(what: 'agentStatusData' | 'agentLoginData', own: Asking = {}) {
  const { target = 'argus', token = 'reader', query = {} } = own
  const hour = { startDate: iso('08T05:30'), endDate: iso('08T07:00') }
  const params = new URLSearchParams({ ...hour, ...query })
  const answer = await fetch(
    `${hub.url}/v1/feeds/${target}/historic/${what}?${params.toString()}`,
    {
      headers: { authorization: `Bearer ${token}` },
    },
  )
  const told: unknown = await answer.json()
  return { status: answer.status, retryAfter: answer.headers.get('retry-after'), told }
}

function states(...told: readonly (readonly [code: string, from: string, to: string | null])[]) {
  return told.map(([code, from, to]) => ({
    ...{ startDate: iso(from), endDate: to === null ? null : iso(to) },
    ...{ stateCode: code, stateName: code.toLowerCase() },
  }))
}

function login(from: string, to: string | null) {
  const logoutDate = to === null ? null : iso(to)
  return { loginDate: iso(from), logoutDate, duration: (to === null ? now : at(to)) - at(from) }
}

test('what agents were is told whole, by the logon that each state began with', async () => {
  const since = states(['READY', '08T05:30', null])
  // Bob logged off at 05:00 and stays so; Dan has no logon, and Eve is not wanted.
  expect(await ask('agentStatusData')).toMatchObject({
    status: 200,
    told: [
      {
        agentId: '101',
        states: states(['READY', '07T08:00', '08T06:00'], ['BREAK', '08T06:00', '08T07:00']),
      },
      { agentId: '102', states: states(['OUT', '08T05:00', '08T11:30']) },
      { agentId: '103', states: since },
      { agentId: '203', states: since },
    ],
  })
  const query = { startDate: iso('08T07:00'), endDate: iso('08T08:00') }
  expect((await ask('agentStatusData', { query })).told).toMatchObject([
    { agentId: '111', states: states(['CALL', '08T07:00', '08T08:00']) },
    ...[{ agentId: '102' }, { agentId: '103' }, { agentId: '203' }],
  ])
})

test('when agents were logged on is told from each log-on to its log-off', async () => {
  const open = [login('08T05:30', null)]
  expect(await ask('agentLoginData')).toMatchObject({
    status: 200,
    told: [
      { agentId: '101', logins: [login('05T08:00', '08T08:00')] },
      { agentId: '103', logins: open },
      { agentId: '203', logins: open },
    ],
  })
  const query = { startDate: iso('08T01:00'), endDate: iso('09T00:00'), agentId: '102' }
  const { told } = await ask('agentLoginData', { query })
  const bobs = [login('08T01:00', '08T05:00'), login('08T11:30', null)]
  expect(told).toEqual([{ agentId: '102', logins: bobs }])
})

test('only of those who are asked for is told, by the ids that they are asked for', async () => {
  const idsOf = async (agentId: string) => {
    const { status, told } = await ask('agentStatusData', { query: { agentId } })
    const ids = Array.isArray(told) ? told.map(({ agentId }: { agentId: string }) => agentId) : told
    return [status, ids]
  }
  expect(await idsOf('')).toEqual([200, ['101', '102', '103', '203']])
  expect(await idsOf('203')).toEqual([200, ['203']])
  expect(await idsOf('102,101')).toEqual([200, ['101', '102']])
  // Fay was never told of, and nobody is 999.
  expect(await idsOf('106')).toEqual([200, []])
  expect(await idsOf('999,102')).toEqual([200, ['102']])
  // Of what began before she had it, the old one tells.
  expect(await idsOf('111')).toEqual([200, []])
  expect(await idsOf('999,998')).toMatchObject([
    404,
    { detail: 'argus is told of nobody by these ids' },
  ])
})

test('without a file of identities agents are asked for by their sids', async () => {
  const query = { agentId: 'WKdan,WKbob' }
  expect((await ask('agentStatusData', { target: 'sids', query })).told).toMatchObject([
    { agentId: 'WKbob' },
    { agentId: 'WKdan' },
  ])
})

test('the same time is the same in any zone, also where clocks change', async () => {
  const { told } = await ask('agentStatusData', { query: { agentId: '101' } })
  expect(told).toMatchObject([{ states: [{}, {}] }])
  for (const [startDate, endDate] of [
    ['2026-03-08T18:30:00+13:00', '2026-03-08T20:00:00+13:00'],
    // From 00:30 in winter time until what are three o'clock in summer time: an hour and a half.
    ['2026-03-08T00:30:00-05:00', '2026-03-08T03:00:00-04:00'],
  ] as const) {
    const same = await ask('agentStatusData', { query: { startDate, endDate, agentId: '101' } })
    expect(same.told).toEqual(told)
  }
  const path = `${hub.url}/v1/feeds/argus/historic/agentStatusData`
  const plain = 'startDate=2026-03-08T18:30:00+13:00&endDate=2026-03-08T20:00:00+13:00&agentId=101'
  const headers = { authorization: 'Bearer reader' }
  const unescaped = await fetch(`${path}?${plain}`, { headers })
  expect(await unescaped.json()).toEqual(told)
})

test('all that is wrong with a question is told, of each field', async () => {
  const query = { startDate: '2026-03-08T05:00:00', endDate: 'yesterday', agentId: '101,' }
  expect(await ask('agentLoginData', { query })).toMatchObject({
    status: 400,
    told: {
      errors: [
        { field: 'agentId', detail: 'an id is missing between commas' },
        { field: 'startDate', detail: 'has no zone, such as Z or +13:00' },
        { field: 'endDate', detail: 'is no date or time in ISO 8601' },
      ],
    },
  })
  const answer = await fetch(`${hub.url}/v1/feeds/argus/historic/agentStatusData`, {
    headers: { authorization: 'Bearer reader' },
  })
  const missing = 'is missing: an instant such as 2026-03-02T09:00:00Z'
  expect(await answer.json()).toMatchObject({
    status: 400,
    errors: [
      { field: 'startDate', detail: missing },
      { field: 'endDate', detail: missing },
    ],
  })
})

test('while the tables are behind nothing is told of what they do not know', async () => {
  tick = at('08T06:59')
  const behind = await ask('agentStatusData')
  expect(behind).toMatchObject({
    ...{ status: 503, retryAfter: '60' },
    told: { detail: 'the tables have not come to the end of it' },
  })
  expect((await ask('agentLoginData')).status).toBe(503)
  tick = at('08T07:00')
  expect((await ask('agentStatusData')).status).toBe(200)
  // Up to now nobody can know all; nearly all must be.
  const query = { endDate: iso('08T18:00') }
  tick = now - 300_001
  expect((await ask('agentLoginData', { query })).status).toBe(503)
  tick = now - 300_000
  expect((await ask('agentLoginData', { query })).status).toBe(200)
  tick = 0
  expect((await ask('agentStatusData')).status).toBe(503)
})

test('only ARGUS is answered, and whoever may read', async () => {
  for (const what of ['agentStatusData', 'agentLoginData'] as const) {
    expect((await ask(what, { token: 'wrong' })).status).toBe(401)
    expect(await ask(what, { target: 'nobody' })).toMatchObject({
      ...{ status: 404, told: { detail: 'no target nobody is told of agents' } },
    })
    expect(await ask(what, { target: 'soap' })).toMatchObject({
      status: 404,
      told: { detail: 'soap is told in the words of calabrio-wfm, not of argus' },
    })
  }
})
