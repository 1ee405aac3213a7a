import fastify, { type FastifyInstance } from 'fastify'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createOperationsClient, type OperationsClient } from '../../client/operations.ts'
import type { Job } from '../../schemas/feeds/operations.ts'
import { registerOperations } from '../../services/live/operations.ts'
import { openEmbeddedLog } from '../../services/log/embedded.ts'
import type { EventLog } from '../../services/log/log.ts'
import { openRunner, type Runner } from '../../services/runner/runner.ts'
import { appendEvents } from '../../services/runner/shard-runner.ts'
import { appendTick } from '../../services/runner/ticker.ts'
import { systemClock } from '../../services/runtime/clock.ts'
import { silentLogger } from '../../services/runtime/logger.ts'
import { migrate } from '../../services/warehouse/migrations.ts'
import { arbitraryLog, logEnd } from '../support/arbitrary-log.ts'
import { openTestEngine, type TestEngine } from '../support/engine.ts'
import { caughtUp } from '../support/table-rows.ts'

let engine: TestEngine
let log: EventLog
let runner: Runner
let app: FastifyInstance
let client: OperationsClient

beforeAll(async () => {
  engine = await openTestEngine()
  const { warehouse, folder } = engine
  await migrate(warehouse)
  log = await openEmbeddedLog({ folder: `${folder}/log`, partitions: 2 })
  const stateFolder = `${folder}/state`
  const shared = { log, warehouse, stateFolder, clock: systemClock, logger: silentLogger }
  runner = await openRunner({ ...shared, flushMs: 0 })
  const [events = []] = fc.sample(arbitraryLog, { numRuns: 1, seed: 11 })
  await appendEvents(log, events)
  await appendTick(log, logEnd)
  await caughtUp(log, runner)
  await caughtUp(log, runner)
  app = fastify({ forceCloseConnections: true })
  registerOperations(app, { ...shared, runner, apiTokens: ['token-of-this-test'] })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  client = createOperationsClient({ url, token: 'token-of-this-test' })
})

afterAll(async () => {
  await app.close()
  await runner.close()
  await log.close()
  await engine.close()
})

test('a verify tells how far it has come, and then that nothing differs', async () => {
  const told: Job[] = []
  const result = await client.verify((job) => told.push(job))
  expect(result).toMatchObject({
    isSame: true,
    againstLog: [],
    missingDerived: [],
    againstFacts: [],
  })
  expect(result.factsCompared).toBeGreaterThan(100)
  expect(result.tables.some(({ rows }) => rows > 0)).toBe(true)
  const last = told.at(-1)
  expect(last).toMatchObject({ work: 'verify', state: 'done' })
  expect(last?.progress?.done).toBe(last?.progress?.total)
  expect(await client.job()).toEqual(last)
})

test('other work is turned away while one is under way, the same work is joined', async () => {
  const ids = new Set<string>()
  const asked = await Promise.allSettled([
    client.verify(({ id }) => ids.add(id)),
    client.rebuild(() => undefined),
    client.verify(({ id }) => ids.add(id)),
  ])
  const lost = asked.filter(({ status }) => status === 'rejected')
  expect([ids.size, lost.length]).toEqual(asked[1].status === 'rejected' ? [1, 1] : [0, 2])
  for (const one of lost) expect(one).toMatchObject({ reason: { status: 409 } })
})

test('work goes on when the caller goes away, and he can follow it again', async () => {
  const leaving = new AbortController()
  const { url } = client
  const token = 'token-of-this-test'
  const caller = createOperationsClient({ url, token, signal: leaving.signal })
  const ids: string[] = []
  const left = caller.rebuild(({ id }) => {
    ids.push(id)
    leaving.abort()
  })
  await expect(left).rejects.toThrow()
  const { isSame } = await client.rebuild(({ id }) => ids.push(id))
  expect(isSame).toBe(true)
  expect(new Set(ids).size).toBe(1)
})

test('work that somebody ends leaves the tables as they were, and nothing behind', async () => {
  let stopped: Promise<Job | null> = Promise.resolve(null)
  const asked = client.rebuild(({ state }) => {
    if (state === 'running') stopped = client.stopJob()
  })
  await expect(asked).rejects.toMatchObject({ code: 'STOPPED' })
  expect(await stopped).toMatchObject({ state: 'stopped', result: null })
  const left = await engine.warehouse.query(
    "SELECT name FROM system.databases WHERE name LIKE 'ledgerline%'",
  )
  expect(left).toEqual([{ name: 'ledgerline' }])
  expect(await isSame()).toBe(true)
})

test('what does not follow from the ledger is named, and a rebuild mends it', async () => {
  await engine.warehouse.command(
    `INSERT INTO queue_intervals SELECT * REPLACE (answered_count + 1 AS answered_count, version + 1 AS version)
     FROM queue_intervals FINAL LIMIT 1`,
  )
  const found = await client.verify(() => undefined)
  expect(found.isSame).toBe(false)
  expect(new Set(found.againstLog.map(({ table }) => table))).toEqual(new Set(['queue_intervals']))
  expect(found.againstFacts.map(({ metric }) => metric)).toEqual(['answered_count'])
  expect((await client.rebuild(() => undefined)).isSame).toBe(false)
  expect(await isSame()).toBe(true)
})

test('progress shows shards that are in step', async () => {
  const { holdsAll, shards } = await client.progress()
  expect(holdsAll).toBe(true)
  expect(shards.map(({ lagRecords }) => lagRecords)).toEqual(shards.map(() => 0))
  expect(shards.filter(({ tick }) => tick === logEnd)).not.toEqual([])
})

async function isSame(): Promise<boolean> {
  return (await client.verify(() => undefined).catch(() => ({ isSame: false }))).isSame
}
