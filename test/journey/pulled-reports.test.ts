import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { definitionsFileSchema } from '../../schemas/events/definitions.ts'
import { exportContentSchema } from '../../schemas/feeds/exports.ts'
import { problemSchema } from '../../schemas/feeds/problem.ts'
import { toDefinitionsEvent } from '../../services/definitions/definitions-event.ts'
import { wfmFixture } from '../connectors/wfm-fixture.ts'
import {
  canonicalActivities,
  canonicalContacts,
  elsewhere,
  slThresholdMs,
} from '../support/canonical-events.ts'
import { openHubWithExports, type HubWithExports } from '../support/hub-with-exports.ts'

// What happened in the hour of the vendor's samples goes into a hub, and a product that polls is answered with it.

const minuteMs = 60_000
const from = '2026-03-02T09:00:00Z'
const to = '2026-03-02T10:00:00Z'
const start = Date.parse(from)
const end = Date.parse(to)
const question = {
  ...{ startDate: '2026-03-02 09:00:00', endDate: '2026-03-02 10:00:00' },
  ...{ timeInterval: 15, timeZone: 'UTC' },
}

const yaml = `
exports:
  polled:
    connector: ringcx
    identities: polled.yaml
    files: { queues: {}, agent-queues: {}, agents: {} }
  unnumbered:
    connector: ringcx
    files: { queues: {} }
  calabrio:
    connector: calabrio-wfm
    files: { queues: {} }
`
const identities = JSON.stringify({
  target: 'polled',
  agents: ['2001', '2002', '2003', '2004'].map((logon) => ({ agent: `WK${logon}`, logon })),
  queues: [
    ...[101, 102, 201].map((number) => ({ queue: `WQ${number}`, number })),
    { queue: elsewhere.queue, leaveOut: true },
  ],
})
const definitions = definitionsFileSchema.parse({
  slThresholdMs,
  activities: { Available: 'available', Break: 'aux', Offline: 'offline' },
})

let hub: HubWithExports
let now = end

beforeAll(async () => {
  hub = await openHubWithExports({
    ...{ start: end, yaml, targets: [], apiTokens: ['reader', 'another'] },
    beside: { 'polled.yaml': identities },
  })
  const told = [...canonicalActivities(), ...canonicalContacts()]
  await hub.tell([
    toDefinitionsEvent({ definitions, version: 1, from: start - minuteMs, now: start }),
    ...told,
  ])
}, 200_000)

afterAll(() => hub.close())

/** Time in which whoever asked before may ask again. */
async function later(): Promise<void> {
  now += 15 * minuteMs
  await hub.at(now)
}

interface Asking {
  readonly target?: string
  readonly report?: string
  readonly body?: object
  readonly token?: string
}

async function ask(own: Asking = {}, headers: Record<string, string> = {}) {
  const { target = 'polled', report = 'agg-queue-stats', body = question, token = 'reader' } = own
  const answer = await fetch(`${hub.url}/v1/exports/${target}/reports/${report}`, {
    ...{ method: 'POST', body: JSON.stringify(body) },
    headers: {
      ...{ 'content-type': 'application/json', authorization: `Bearer ${token}` },
      ...headers,
    },
  })
  const told: unknown = await answer.json()
  return { status: answer.status, retryAfter: answer.headers.get('retry-after'), told }
}

async function rowsOf(own: Asking = {}): Promise<Rows> {
  const { status, told } = await ask(own)
  expect([status, told]).toEqual([200, expect.any(Array)])
  return rows.parse(told)
}

/** What `GET` has of the same hour, as it stands in the file of exports. */
async function fileOf(target: string, file: string) {
  const path = `/v1/exports/${target}/${file}?from=${from}&to=${to}&format=json`
  const answer = await fetch(`${hub.url}${path}`, { headers: { authorization: 'Bearer reader' } })
  const { manifest, documents } = exportContentSchema.parse(await answer.json())
  return { manifest, rows: rows.parse(JSON.parse(documents[0]?.text ?? '')) }
}

const rows = z.array(z.record(z.string(), z.unknown()))
type Rows = z.infer<typeof rows>

const byKey = (all: Rows) =>
  all.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : 0))
const keyOf = (row: Rows[number]) =>
  JSON.stringify([row['dateTimeFrom'], row['queue'], row['agentId']])
const sumOf = (all: Rows, name: string) => all.reduce((sum, row) => sum + Number(row[name]), 0)

test('what the tables have not come to is no row of zeros: the product is told to ask again', async () => {
  const early = { ...question, endDate: '2026-03-02 09:45:00' }
  expect(await ask({ body: early, token: 'another' })).toMatchObject({
    ...{ status: 503, retryAfter: '60' },
  })
  await hub.at(end)
  expect((await ask({ body: early, token: 'another' })).status).toBe(200)
  expect((await ask({ token: 'another' })).told).toMatchObject({
    ...{ status: 400, errors: [{ field: 'endDate', detail: 'must be at least 5 minutes ago' }] },
  })
})

test('the three reports are the samples, and what the file of the same hour says', async () => {
  await later()
  const golden = (name: string) =>
    byKey(rows.parse(JSON.parse(wfmFixture(`ringcx/${name}.response.json`))))
  const queues = await rowsOf()
  expect(byKey(queues)).toEqual(golden('agg-queue-stats'))
  expect(queues).toEqual((await fileOf('polled', 'queues')).rows)
  const both = await rowsOf({ report: 'agg-agent-extended-stats' })
  expect(byKey(both)).toEqual(golden('agg-agent-extended-stats'))
  expect(both).toEqual((await fileOf('polled', 'agent-queues')).rows)
  const agents = await rowsOf({ report: 'agg-agent-stats' })
  expect(Object.keys(agents[0] ?? {}).toSorted()).toEqual(
    Object.keys(golden('agg-agent-stats')[0] ?? {}).toSorted(),
  )
  expect(agents).toEqual((await fileOf('polled', 'agents')).rows)
})

test('a question has its own intervals and its own zone', async () => {
  await later()
  const body = {
    ...{ startDate: '2026-03-02 04:00:00', endDate: '2026-03-02 05:00:00' },
    ...{ timeInterval: 3600, timeZone: 'America/New_York' },
  }
  const hours = await rowsOf({ body })
  expect(hours.length).toBeGreaterThan(1)
  for (const row of hours) {
    expect(row).toMatchObject({ interval: 60, dateTimeFrom: '03-02-2026T04:00:00' })
  }
  const quarters = (await fileOf('polled', 'queues')).rows
  expect(sumOf(quarters, 'offdDirectIxnCnt')).toBeGreaterThan(10)
  for (const name of ['offdDirectIxnCnt', 'answIxnCnt', 'talkingIxnDur']) {
    expect(sumOf(hours, name)).toBe(sumOf(quarters, name))
  }
})

test('queues without a number get one from the answer, and keep it', async () => {
  await later()
  const before = await fileOf('unnumbered', 'queues')
  expect([before.rows, before.manifest.missing.length > 0]).toEqual([[], true])
  const told = await rowsOf({ target: 'unnumbered' })
  const numbers = new Set(told.map((row) => Number(row['queue'])))
  expect(Math.min(...numbers)).toBe(1001)
  expect(Math.max(...numbers)).toBe(1000 + numbers.size)
  expect(await rowsOf({ target: 'unnumbered' })).toEqual(told)
  const after = await fileOf('unnumbered', 'queues')
  expect([after.rows, after.manifest.missing]).toEqual([told, []])
})

test('a question is refused with all that is wrong with it', async () => {
  await later()
  const body = { startDate: '2026-03-02 05:00:00', endDate: '2026-03-02 09:10:00', timeInterval: 7 }
  const { status, told } = await ask({ body: { ...body, timeZone: 'UTC' } })
  expect(status).toBe(400)
  expect(problemSchema.parse(told).errors).toEqual([
    { field: 'timeInterval', detail: 'must be 15, 30 or 60 minutes' },
    { field: 'endDate', detail: 'must be within 3 hours of startDate' },
  ])
})

test.each([
  [{ target: 'nobody' }, 'there is no such file of intervals'],
  [{ report: 'agg-nothing' }, 'there is no such report; there are: agg-queue-stats'],
  [{ target: 'calabrio' }, 'calabrio is of calabrio-wfm; reports are of ringcx'],
  [{ target: 'unnumbered', report: 'agg-agent-stats' }, 'there is no such file of intervals'],
])('%j is not there, and the answer says why', async (own, detail) => {
  const { status, told } = await ask(own)
  expect([status, problemSchema.parse(told).detail]).toEqual([404, expect.stringContaining(detail)])
})

test('a wrong token is answered with nothing, and a page of another site too', async () => {
  expect((await ask({ token: 'wrong' })).status).toBe(401)
  expect((await ask({}, { origin: 'https://elsewhere.example' })).status).toBe(403)
})

test('the fourth request in a minute waits, for this caller and this target alone', async () => {
  await later()
  for (let n = 0; n < 3; n++) expect((await ask()).status).toBe(200)
  await hub.at((now += 20_500))
  const fourth = await ask()
  expect([fourth.status, fourth.retryAfter]).toEqual([429, '40'])
  expect((await ask({ token: 'another' })).status).toBe(200)
  expect((await ask({ target: 'unnumbered' })).status).toBe(200)
  // What was refused is not counted.
  await hub.at((now += 39_500))
  expect((await ask()).status).toBe(200)
})
