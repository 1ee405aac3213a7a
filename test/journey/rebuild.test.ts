import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { intervalTables, type IntervalTable } from '../../schemas/metrics/catalogue.ts'
import { openEmbeddedLog } from '../../services/log/embedded.ts'
import type { EventLog } from '../../services/log/log.ts'
import { verifyAgainstFacts } from '../../services/runner/facts-check.ts'
import { rebuild, verifyAgainstLog, type RebuildOptions } from '../../services/runner/rebuild.ts'
import { openRunner, type Runner } from '../../services/runner/runner.ts'
import { appendEvents } from '../../services/runner/shard-runner.ts'
import { appendTick } from '../../services/runner/ticker.ts'
import { systemClock } from '../../services/runtime/clock.ts'
import { silentLogger } from '../../services/runtime/logger.ts'
import { openEmbeddedWarehouse, type EmbeddedWarehouse } from '../../services/warehouse/embedded.ts'
import { migrate } from '../../services/warehouse/migrations.ts'
import { hubEvent } from '../../schemas/events/hub-event.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { anEvent } from '../support/fold-all.ts'
import { arbitraryLog, logEnd, logStart } from '../support/arbitrary-log.ts'
import { caughtUp } from '../support/table-rows.ts'
import { tempFolder } from '../support/temp-folder.ts'

let folder: Awaited<ReturnType<typeof tempFolder>>
let engine: EmbeddedWarehouse
let log: EventLog
let runner: Runner
let options: RebuildOptions

beforeAll(async () => {
  folder = await tempFolder()
  engine = await openEmbeddedWarehouse({
    folder: `${folder.path}/engine`,
    database: 'ledgerline',
    secret: 'a secret of this test',
    logger: silentLogger,
  })
  const { warehouse } = engine
  await migrate(warehouse)
  log = await openEmbeddedLog({ folder: `${folder.path}/log`, partitions: 3 })
  const stateFolder = `${folder.path}/state`
  const shared = { log, warehouse, stateFolder, clock: systemClock, logger: silentLogger }
  runner = await openRunner({ ...shared, flushMs: 0 })
  options = { ...shared, runner, onProgress: () => undefined }
  for (const [n, events] of fc.sample(arbitraryLog, { numRuns: 10, seed: 7 }).entries()) {
    // What comes after half of it is late: it restates what is final by then, or was delivered.
    if (n === 5) await appendEvents(log, intervalTables.flatMap(publications))
    await appendEvents(log, renamed(events, String(n)))
    await appendTick(log, logEnd + n * 60_000)
  }
  await caughtUp(log, runner)
  await caughtUp(log, runner)
})

afterAll(async () => {
  await runner.close()
  await log.close()
  await engine.close()
  await folder.remove()
})

function publications(table: IntervalTable): readonly LedgerEvent[] {
  const [since, middle, until] = [logStart, logStart + 4 * 3_600_000, logStart + 6 * 3_600_000]
  const at = logEnd
  return [
    hubEvent({ type: 'interval.finalised', id: `final:${table}`, at, table, since, until: middle }),
    hubEvent({ type: 'export.delivered', id: `out:${table}`, at, table, since: middle, until }),
  ]
}

test('a verify against the ledger finds no difference', async () => {
  const check = await verifyAgainstLog(options)
  expect(check.differences).toEqual([])
  expect(check.missingDerived).toEqual([])
  expect(check.tables.filter(({ rows }) => rows > 0).map(({ table }) => table)).toEqual(
    check.tables.map(({ table }) => table),
  )
})

test('the facts tell every interval row again', async () => {
  const check = await verifyAgainstFacts(engine.warehouse, runner)
  expect(check.differences).toEqual([])
  expect(check.compared).toBeGreaterThan(10_000)
})

test('a row that does not follow from the ledger is found, and a rebuild mends it', async () => {
  const { warehouse } = engine
  await warehouse.command(
    `INSERT INTO queue_intervals SELECT * REPLACE (answered_count + 1 AS answered_count, version + 1 AS version)
     FROM queue_intervals FINAL LIMIT 1`,
  )
  const before = await verifyAgainstLog(options)
  expect(before.differences.map(({ table, kind }) => `${table} ${kind}`)).toEqual([
    'queue_intervals only here',
    'queue_intervals only there',
  ])
  expect((await verifyAgainstFacts(warehouse, runner)).differences).toHaveLength(1)
  const report = await rebuild(options)
  expect(report.isSame).toBe(false)
  expect((await verifyAgainstLog(options)).differences).toEqual([])
})

test('after a rebuild the hub goes on where it stood', async () => {
  expect((await rebuild(options)).isSame).toBe(true)
  const [more = []] = fc.sample(arbitraryLog, { numRuns: 1, seed: 8 })
  await appendEvents(log, renamed(more, 'more'))
  await appendTick(log, logEnd + 86_400_000)
  await caughtUp(log, runner)
  await caughtUp(log, runner)
  expect((await verifyAgainstLog(options)).differences).toEqual([])
})

/** The same log of other tasks: ids are unique over all of them. */
function renamed(events: readonly LedgerEvent[], name: string): readonly LedgerEvent[] {
  return events.map((event) =>
    anEvent({
      ...event,
      id: `${name}-${event.id}`,
      task: event.task === null ? null : `${name}-${event.task}`,
      reservation: event.reservation === null ? null : `${name}-${event.reservation}`,
    }),
  )
}
