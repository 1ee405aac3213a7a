import fastify, { type FastifyInstance } from 'fastify'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createOperationsClient, type OperationsClient } from '../../client/operations.ts'
import type { WorkProgress } from '../../schemas/feeds/operations.ts'
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

test('a verify tells how far it has come, turns other work away meanwhile, and finds no difference', async () => {
  const told: WorkProgress[] = []
  const others: Promise<unknown>[] = []
  const result = await client.verify((progress) => {
    told.push(progress)
    if (others.length > 0) return
    const more = [client.verify(() => undefined), client.rebuild(() => undefined)]
    others.push(Promise.allSettled(more))
  })
  expect(result).toMatchObject({
    isSame: true,
    againstLog: [],
    missingDerived: [],
    againstFacts: [],
  })
  expect(result.factsCompared).toBeGreaterThan(100)
  expect(result.tables.some(({ rows }) => rows > 0)).toBe(true)
  const last = told.at(-1)
  expect(last?.done).toBe(last?.total)
  const turnedAway = { status: 'rejected', reason: { status: 409 } }
  expect(await others[0]).toMatchObject([turnedAway, turnedAway])
})

test('work ends with the caller who has gone away, and leaves the tables as they were', async () => {
  const leaving = new AbortController()
  const { url } = client
  const caller = createOperationsClient({
    url,
    token: 'token-of-this-test',
    signal: leaving.signal,
  })
  await expect(caller.rebuild(() => leaving.abort())).rejects.toThrow()
  // The hub notices with the next line that it writes; until then it turns others away.
  await expect.poll(() => isSame(), { timeout: 30_000 }).toBe(true)
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
