import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { AgentSchedule, Exceptions, ScheduleImport } from '../../schemas/feeds/schedules.ts'
import { toExceptionEvent } from '../../services/definitions/schedule-events.ts'
import { systemClock } from '../../services/runtime/clock.ts'
import { openTestHub, type TestHub } from '../services/live/hub-with-state.ts'
import { openTestEngine, type TestEngine } from '../support/engine.ts'
import { anEvent } from '../support/fold-all.ts'
import { openHubWithTables } from '../support/hub-with-tables.ts'

// A hub that answers while nobody writes its tables: what it is told stays in the ledger until somebody does.

const minute = 60_000
let now = Date.parse('2026-03-10T12:00:00Z')
const clock = { ...systemClock, now: () => now }
const url = '/v1/schedules/exceptions'

let engine: TestEngine
let folder: string
let hub: TestHub

beforeAll(async () => {
  engine = await openTestEngine()
  folder = await mkdtemp(join(tmpdir(), 'ledgerline-behind-'))
  const workers = ['ann', 'bob'].map((worker) =>
    anEvent({
      ...{ id: `made-${worker}`, type: 'worker.created', worker, workerName: `${worker}!` },
      ...{ activity: 'WA1', activityName: 'Offline', at: now - 60 * minute },
    }),
  )
  const first = await openHubWithTables({ engine, folder, clock })
  await first.tell(workers)
  await first.close()
})
afterAll(async () => {
  await engine.close()
  await rm(folder, { recursive: true, force: true })
})

beforeEach(async () => {
  now += minute
  hub = await openBehind()
})
afterEach(() => hub.close())

const openBehind = () => openTestHub({ warehouse: engine.warehouse, folder, clock })

/** Somebody writes the tables; then the hub answers again. */
async function show() {
  await hub.close()
  const writing = await openHubWithTables({ engine, folder, clock })
  await writing.inStep()
  await writing.close()
  hub = await openBehind()
}

const post = (exception: string, told: object = {}) =>
  hub.app.inject({
    ...{ url, method: 'POST' },
    payload: {
      ...{ agent: 'ann', exception, kind: 'excuse', reason: 'dentist' },
      ...{ from: '2026-03-10T08:00:00Z', to: '2026-03-10T09:00:00Z', ...told },
    },
  })

const withdraw = (exception: string, query = '') =>
  hub.app.inject({ url: `${url}/${exception}${query}`, method: 'DELETE' })

/** What is told of one id. */
async function listed(exception: string) {
  const { exceptions } = (await hub.app.inject({ url })).json<Exceptions>()
  return exceptions.filter((one) => one.exception === exception)
}

test('what was agreed a moment ago can be withdrawn, and who asks again is answered the same', async () => {
  const agreed = await post('moment')
  expect(agreed.statusCode, agreed.body).toBe(200)
  expect(Object.keys(agreed.json<{ exception: object }>().exception)).not.toContain('workspace')
  expect((await post('moment')).json()).toEqual(agreed.json())
  expect(await listed('moment')).toMatchObject([{ withdrawn: false, setAt: now }])

  const withdrawn = await withdraw('moment')
  expect(withdrawn.statusCode, withdrawn.body).toBe(200)
  expect(withdrawn.json()).toMatchObject({ exceptions: [{ exception: 'moment', withdrawn: true }] })
  now += minute
  expect((await withdraw('moment')).json()).toEqual(withdrawn.json())

  const told = await listed('moment')
  expect(told).toEqual(withdrawn.json<Exceptions>().exceptions)
  await show()
  expect(await listed('moment')).toEqual(told)
  expect((await withdraw('moment')).json()).toEqual(withdrawn.json())
})

test('what was withdrawn and is agreed on again holds', async () => {
  await post('again')
  await withdraw('again')
  expect((await post('again')).json()).toMatchObject({ exception: { withdrawn: false } })
  await show()
  expect(await listed('again')).toMatchObject([{ withdrawn: false }])
})

test('the stretch of one never changes, be it told twice at the same moment', async () => {
  const other = { to: '2026-03-10T09:30:00Z' }
  const answers = await Promise.all([post('stretch'), post('stretch', other)])
  expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 400])
  expect(await listed('stretch')).toHaveLength(1)
})

test('what was agreed on before a restart is withdrawn whole, and nobody finds what was never agreed on', async () => {
  const from = now - 60 * minute
  const events = [from - 30 * minute, from].map((since) =>
    toExceptionEvent({
      ...{ worker: 'bob', workspace: '', reason: '', at: now - minute, now },
      span: { from: since, to: since + 30 * minute },
      told: { exception: 'before', kind: 'exclude', code: null, approvedBy: '', withdrawn: false },
    }),
  )
  await hub.append(events)
  const answer = await withdraw('before')
  expect(answer.json<Exceptions>().exceptions.map(({ withdrawn }) => withdrawn)).toEqual([
    ...[true, true],
  ])
  expect((await withdraw('never')).statusCode).toBe(404)
  await show()
  expect(await listed('before')).toMatchObject([{ withdrawn: true }, { withdrawn: true }])
})

test('what is withdrawn as of the instant in which it was agreed on is withdrawn', async () => {
  const at = '2026-03-10T11:00:00Z'
  for (const exception of ['at-1', 'at-2', 'at-3', 'at-4', 'at-5']) {
    await post(exception, { agreedAt: at })
    await withdraw(exception, `?at=${at}`)
    expect(await listed(exception)).toMatchObject([{ withdrawn: true, setAt: Date.parse(at) }])
  }
  await show()
  for (const exception of ['at-1', 'at-2', 'at-3', 'at-4', 'at-5']) {
    expect(await listed(exception)).toMatchObject([{ withdrawn: true, setAt: Date.parse(at) }])
  }
})

test('a plan that is told again before the tables show it is no other version', async () => {
  const payload = 'agent,start,end,code\nbob,2026-03-10T08:00,2026-03-10T12:00,ON_QUEUE\n'
  const tell = async () => {
    now += minute
    const answer = await hub.app.inject({
      ...{ url: '/v1/schedules', method: 'POST', payload },
      headers: { 'content-type': 'text/csv' },
    })
    return answer.json<ScheduleImport>()
  }
  expect(await tell()).toMatchObject({ set: 1 })
  const readAt = now
  expect(await tell()).toMatchObject({ set: 1 })
  await show()
  const read = await hub.app.inject({ url: '/v1/schedules/agents/bob?from=2026-03-10T00:00:00Z' })
  const { segments, versions } = read.json<AgentSchedule>()
  expect(versions).toMatchObject([{ readAt }])
  expect(segments).toMatchObject([{ readAt, plan: versions[0]?.plan }])
})
