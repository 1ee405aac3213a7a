import { afterAll, beforeAll, expect, test } from 'vitest'
import { openEmbeddedLog } from '../../services/log/embedded.ts'
import type { EventLog } from '../../services/log/log.ts'
import { verifyAgainstFacts } from '../../services/runner/facts-check.ts'
import { verifyAgainstLog, type RebuildOptions } from '../../services/runner/rebuild.ts'
import { openRunner, type Runner } from '../../services/runner/runner.ts'
import { appendEvents } from '../../services/runner/shard-runner.ts'
import { appendTick } from '../../services/runner/ticker.ts'
import { systemClock } from '../../services/runtime/clock.ts'
import { silentLogger } from '../../services/runtime/logger.ts'
import { migrate } from '../../services/warehouse/migrations.ts'
import { openTestEngine, type TestEngine } from '../support/engine.ts'
import { anEvent } from '../support/fold-all.ts'
import { caughtUp } from '../support/table-rows.ts'

const dayMs = 86_400_000
const march = Date.UTC(2026, 2, 2, 8)
const november = Date.UTC(2026, 10, 2, 8)

let engine: TestEngine
let log: EventLog
let runner: Runner
let options: RebuildOptions

beforeAll(async () => {
  engine = await openTestEngine()
  const { warehouse, folder } = engine
  await migrate(warehouse)
  log = await openEmbeddedLog({ folder: `${folder}/log`, partitions: 1 })
  const stateFolder = `${folder}/state`
  const shared = { log, warehouse, stateFolder, clock: systemClock, logger: silentLogger }
  runner = await openRunner({ ...shared, flushMs: 0 })
  options = { ...shared, runner, onProgress: () => undefined }
})

afterAll(async () => {
  await runner.close()
  await log.close()
  await engine.close()
})

let changes = 0

/** The agent changes his activity, and the clock ticks in November. */
async function changed(agent: string, activityName: string, at: number): Promise<void> {
  const type = 'worker.activity.update'
  const id = `change:${changes}`
  await appendEvents(log, [
    anEvent({ type, id, at, worker: agent, activityName, subjects: [agent] }),
  ])
  await appendTick(log, november + 60_000 * changes++)
  await caughtUp(log, runner)
}

/** The days that each agent has rows of, and the hours that he was signed in. */
function signedIn(): Promise<readonly object[]> {
  return engine.warehouse.query(
    `SELECT agent, uniqExact(toDate(interval_start)) AS days, sum(signed_in_ms) / 3600000 AS hours
     FROM agent_intervals FINAL GROUP BY agent ORDER BY agent`,
  )
}

test('an agent of history is idle for three days at the most until the next event of his shard comes', async () => {
  await changed('WK1', 'Available', march)
  expect(await signedIn()).toEqual([{ agent: 'WK1', days: 4, hours: 72 }])
  await changed('WK1', 'Offline', march + 8 * 3_600_000)
  expect(await signedIn()).toEqual([{ agent: 'WK1', days: 1, hours: 8 }])
})

test('what is still open when history has reached the present is open until now', async () => {
  await changed('WK2', 'Available', november - 10 * dayMs)
  await changed('WK1', 'Available', november - 3_600_000)
  const hours =
    ((november + 60_000 * (changes - 1)) / 60_000 - (november - 10 * dayMs) / 60_000) / 60
  expect(await signedIn()).toContainEqual({ agent: 'WK2', days: 11, hours })
})

test('what stands still in the tables is no clock that stands still', () => {
  const shard = runner.progress().find(({ topic }) => topic === 'ledgerline.tasks')
  expect(shard?.tick).toBe(november + 60_000 * (changes - 1))
})

test('it follows from the ledger and from the facts', async () => {
  const { differences, missingDerived } = await verifyAgainstLog(options)
  expect([...differences, ...missingDerived]).toEqual([])
  const facts = await verifyAgainstFacts(engine.warehouse, runner)
  expect(facts.differences).toEqual([])
  expect(facts.compared).toBeGreaterThan(1_000)
})
