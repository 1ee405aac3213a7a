import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { intervalMetrics, type IntervalTable } from '../../schemas/metrics/catalogue.ts'
import type { Metric } from '../../schemas/metrics/metric.ts'
import { toDefinitionsEvent } from '../../services/definitions/definitions-event.ts'
import { readDefinitionsFile } from '../../services/definitions/definitions-file.ts'
import { openEmbeddedLog } from '../../services/log/embedded.ts'
import type { EventLog } from '../../services/log/log.ts'
import { learn, nothingKnown } from '../../services/projections/definitions.ts'
import { rehearse } from '../../services/runner/rehearsal.ts'
import { openRunner, type Runner } from '../../services/runner/runner.ts'
import { appendEvents } from '../../services/runner/shard-runner.ts'
import { appendTick } from '../../services/runner/ticker.ts'
import { systemClock } from '../../services/runtime/clock.ts'
import { silentLogger } from '../../services/runtime/logger.ts'
import { migrate } from '../../services/warehouse/migrations.ts'
import { arbitraryLog, logEnd, logStart } from '../support/arbitrary-log.ts'
import { openTestEngine, type TestEngine } from '../support/engine.ts'
import { caughtUp, tableRows } from '../support/table-rows.ts'
import { tempFolder } from '../support/temp-folder.ts'

const [events = []] = fc.sample(arbitraryLog, { numRuns: 1, seed: 7 })
const file = readDefinitionsFile(
  'slThresholdMs: 3000\nshortAbandonMs: 2000\nactivities: {Break: available, Available: aux}',
)

let folder: Awaited<ReturnType<typeof tempFolder>>
let engine: TestEngine
let log: EventLog
let runner: Runner

beforeAll(async () => {
  folder = await tempFolder()
  engine = await openTestEngine()
  await migrate(engine.warehouse)
  log = await openEmbeddedLog({ folder: `${folder.path}/log`, partitions: 3 })
  runner = await openRunner({
    ...{ log, warehouse: engine.warehouse, stateFolder: `${folder.path}/state`, flushMs: 0 },
    ...{ clock: systemClock, logger: silentLogger },
  })
  await appendEvents(log, events)
  await appendTick(log, logEnd)
  await caughtUp(log, runner)
  await caughtUp(log, runner)
})

afterAll(async () => {
  await runner.close()
  await log.close()
  await engine.close()
  await folder.remove()
})

/** By table and metric, what all rows together come to; maxima do not add up. */
async function sums(): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>()
  for (const [table, metrics] of Object.entries<readonly Metric[]>(intervalMetrics)) {
    const rows = await tableRows(engine.warehouse, table as IntervalTable)
    for (const { name, rollUp } of metrics) {
      if (rollUp === 'max' || rollUp === 'last-max') continue
      for (const row of rows) {
        const value = row[name]
        const buckets = Array.isArray(value) ? value.entries() : [[null, value] as const]
        for (const [bucket, amount] of buckets) {
          const key = `${table} ${name}${bucket === null ? '' : `#${bucket}`}`
          found.set(key, (found.get(key) ?? 0) + Number(amount ?? 0))
        }
      }
    }
  }
  return found
}

test('what a rehearsal tells is what the set then does, and the rehearsal itself does nothing', async () => {
  if (file.kind === 'refused') throw new Error('the definitions of this test are wrong')
  const { definitions } = file
  const set = toDefinitionsEvent({ definitions, version: 1, from: logStart, now: logEnd })
  const before = events.reduce(learn, nothingKnown)
  const asked = {
    ...{ log, warehouse: engine.warehouse, shards: runner.progress() },
    ...{ before, after: learn(before, set), since: 0, onShard: () => undefined },
  }
  const old = await sums()
  const rehearsal = await rehearse(asked)
  expect(await sums()).toEqual(old)
  expect(rehearsal.isWhole).toBe(true)
  expect(rehearsal.examples).toHaveLength(20)

  await appendEvents(log, [set])
  await caughtUp(log, runner)
  const predicted = new Map(old)
  for (const { table, metric, ...change } of rehearsal.changes) {
    const name = `${table} ${metric}`
    predicted.set(name, (predicted.get(name) ?? 0) + change.new - change.old)
  }
  const now = await sums()
  expect(now).toEqual(predicted)
  expect(now).not.toEqual(old)

  const nothing = await rehearse({ ...asked, before: asked.after, shards: runner.progress() })
  expect(nothing.changes).toEqual([])
})
