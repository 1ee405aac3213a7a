import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ForecastImport, Forecasts } from '../../schemas/feeds/forecasts.ts'
import type { Problem } from '../../schemas/feeds/problem.ts'
import { verifyAgainstLog } from '../../services/runner/rebuild.ts'
import { systemClock } from '../../services/runtime/clock.ts'
import { silentLogger } from '../../services/runtime/logger.ts'
import { anEvent } from '../support/fold-all.ts'
import { openTestEngine, type TestEngine } from '../support/engine.ts'
import { openHubWithTables, type HubWithTables } from '../support/hub-with-tables.ts'

const hour = 3_600_000
const day = Date.parse('2026-03-10T00:00:00Z')
let now = day - 24 * hour
const clock = { ...systemClock, now: () => now }

const morning = `queue,channel,interval_start,offered,aht_seconds
Billing,,2026-03-10T08:00,12.5,240
Billing,,2026-03-10T08:30,14,
,voice,2026-03-10T08:00,40,200
Lost,voice,2026-03-10T08:30,1,1
Nobody's,voice,2026-03-10T08:30,1,1
Nobody's,,2026-03-10T08:00,1,1
`

let engine: TestEngine
let hub: HubWithTables

beforeAll(async () => {
  engine = await openTestEngine()
  hub = await openHubWithTables({ clock, engine, folder: `${engine.folder}/hub` })
  const queue = { queue: 'WQ1', queueName: 'Billing', workspace: 'WS1', at: day - 48 * hour }
  await hub.tell([anEvent({ type: 'task-queue.created', id: 'billing', ...queue })])
})
afterAll(async () => {
  await hub.close()
  await engine.close()
})

async function send<T>(url: string, status: number, payload?: string): Promise<T> {
  const response = await hub.app.inject({
    ...{ url, method: payload === undefined ? 'GET' : 'POST' },
    ...(payload === undefined ? {} : { payload, headers: { 'content-type': 'text/csv' } }),
  })
  expect(response.statusCode, response.body).toBe(status)
  return response.json<T>()
}

const url = '/v1/forecasts?zone=Europe/Berlin'
const told = async (at?: number) => {
  const asked = `/v1/forecasts?from=2026-03-10${at === undefined ? '' : `&at=${new Date(at).toISOString()}`}`
  const { intervals } = await send<Forecasts>(asked, 200)
  return intervals.map(({ queue, channel, from, to, offered, ahtMs }) => [
    ...[queue, channel, (from - day) / hour, (to - from) / hour, offered, ahtMs],
  ])
}
const first = [
  ['', 'voice', 7, 0.5, 40, 200_000],
  ['WQ1', '', 7, 0.5, 12.5, 240_000],
  ['WQ1', '', 7.5, 0.5, 14, null],
]

test('a forecast is taken in once, and what is not known is named', async () => {
  const detail = 'is neither the sid nor the name of a queue'
  const unknown = [
    { queue: 'Lost', place: 'line 5', field: 'queue', detail },
    { queue: "Nobody's", place: 'line 6', field: 'queue', detail },
  ]
  const taken = await send<ForecastImport>(url, 200, morning)
  expect(taken).toMatchObject({ set: 2, unchanged: 0 })
  expect(taken.unknown).toEqual(unknown)
  await hub.inStep()
  now += hour
  expect(await send<ForecastImport>(url, 200, morning)).toMatchObject({ set: 0, unchanged: 2 })
  expect(await told()).toEqual(first)
})

test('a later reading takes its place from then on, and what held before is still told', async () => {
  const before = now
  now += hour
  const corrected = 'queue,interval_start,offered\nWQ1,2026-03-10T07:00Z,20\n'
  const answer = await send<ForecastImport>(
    '/v1/forecasts?from=2026-03-10T07:00&to=2026-03-10T08:00&interval_minutes=30',
    ...([200, corrected] as const),
  )
  expect(answer).toMatchObject({ set: 1, readAt: now })
  await hub.inStep()
  expect(await told()).toEqual([first[0], ['WQ1', '', 7, 0.5, 20, null]])
  expect(await told(before)).toEqual(first)
  const rows = await hub.warehouse.query<{ interval_start: string; offered: number }>(
    `SELECT interval_start, offered FROM v_forecast_intervals
     WHERE queue = 'WQ1' AND held_until IS NULL ORDER BY interval_start`,
  )
  expect(rows.map(({ offered }) => offered)).toEqual([10, 10])
})

test('what is wrong is named whole, and nothing of it is taken in', async () => {
  const wrong =
    'queue,interval_start,offered\nBilling,yesterday,some\nBilling,2026-03-10T07:10Z,1\n'
  const { errors } = await send<Problem>('/v1/forecasts?read_at=2099-01-01', 400, wrong)
  expect(errors?.map(({ field }) => field)).toEqual([
    ...['read_at', 'line 2 interval_start', 'line 2 offered', 'line 3 interval_start'],
  ])
  await hub.inStep()
  expect(await told()).toHaveLength(2)
})

test('after a restart it is as it was, and the ledger tells it again', async () => {
  const before = await told()
  await hub.close()
  hub = await openHubWithTables({ clock, engine, folder: `${engine.folder}/hub` })
  await hub.inStep()
  expect(await told()).toEqual(before)
  const { log, warehouse, runner, stateFolder } = hub
  const check = await verifyAgainstLog({
    ...{ log, warehouse, runner, stateFolder, clock, logger: silentLogger },
    onProgress: () => undefined,
  })
  expect(check.differences).toEqual([])
  expect(check.tables.find(({ table }) => table === 'forecast_intervals')?.rows).toBe(4)
})
