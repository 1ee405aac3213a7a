import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { intervalTables, type IntervalTable } from '../../schemas/metrics/catalogue.ts'
import { mappingFileSchema } from '../../schemas/events/mapping.ts'
import { toForecastEvents } from '../../services/definitions/forecast-events.ts'
import { toAssignedEvent } from '../../services/definitions/identities-event.ts'
import { toMappingEvent } from '../../services/definitions/mapping-event.ts'
import { verifyAgainstFacts } from '../../services/runner/facts-check.ts'
import { rebuild, verifyAgainstLog, type RebuildOptions } from '../../services/runner/rebuild.ts'
import { mendSwap, openShadow } from '../../services/runner/shadow.ts'
import { appendTick } from '../../services/runner/ticker.ts'
import { systemClock } from '../../services/runtime/clock.ts'
import { silentLogger } from '../../services/runtime/logger.ts'
import { migrate } from '../../services/warehouse/migrations.ts'
import type { Warehouse } from '../../services/warehouse/warehouse.ts'
import { hubEvent } from '../../schemas/events/hub-event.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { anEvent } from '../support/fold-all.ts'
import { arbitraryLog, logEnd, logStart } from '../support/arbitrary-log.ts'
import { openHubWithTables, type HubWithTables } from '../support/hub-with-tables.ts'

let hub: HubWithTables
let options: RebuildOptions

beforeAll(async () => {
  hub = await openHubWithTables({ partitions: 3 })
  const { log, warehouse, runner, stateFolder } = hub
  options = {
    ...{ log, warehouse, runner, stateFolder, clock: systemClock, logger: silentLogger },
    onProgress: () => undefined,
  }
  for (const [n, events] of fc.sample(arbitraryLog, { numRuns: 8, seed: 7 }).entries()) {
    // What comes after half of it is late: it restates what is final by then, or was delivered.
    if (n === 5) await hub.append(intervalTables.flatMap(publications))
    // A mapping is set for a time of which much is in the tables by then.
    if (n === 3) await hub.append([aMapping, aNumber, ...aForecast])
    await hub.append(renamed(events, String(n)))
    await appendTick(log, logEnd + n * 60_000)
  }
  await hub.inStep()
})

afterAll(async () => {
  await hub.close()
})

const aMapping = toMappingEvent({
  mapping: mappingFileSchema.parse({
    target: 'calabrio',
    rules: [
      { when: { activityClass: ['available'] }, give: { code: 'READY', class: 'available' } },
    ],
  }),
  ...{ version: 1, from: logStart, now: logEnd },
})

const aNumber = toAssignedEvent(
  'calabrio',
  { id: 'billing', channel: 'voice', direction: 'inbound' },
  1_001,
  logStart,
)

const aForecast = toForecastEvents({
  ...{ queue: 'billing', channel: 'voice', skill: '', workspace: '' },
  span: { from: logStart, to: logStart + 3_600_000 },
  intervals: [{ from: logStart, to: logStart + 3_600_000, offered: 3.5, ahtMs: null, staff: null }],
  ...{ readAt: logStart, now: logStart },
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
  const check = await verifyAgainstFacts(hub.warehouse, hub.runner)
  expect(check.differences).toEqual([])
  expect(check.compared).toBeGreaterThan(10_000)
})

test('a row that does not follow from the ledger is found, and a rebuild mends it', async () => {
  const { warehouse } = hub
  await warehouse.command(
    `INSERT INTO queue_intervals SELECT * REPLACE (answered_count + 1 AS answered_count, version + 1 AS version)
     FROM queue_intervals FINAL LIMIT 1`,
  )
  const before = await verifyAgainstLog(options)
  expect(before.differences.map(({ table, kind }) => `${table} ${kind}`)).toEqual([
    'queue_intervals only here',
    'queue_intervals only there',
  ])
  expect((await verifyAgainstFacts(warehouse, hub.runner)).differences).toHaveLength(1)
  expect((await rebuild(options)).isSame).toBe(false)
})

test('after a rebuild the hub goes on where it stood', async () => {
  const [more = []] = fc.sample(arbitraryLog, { numRuns: 1, seed: 8 })
  await hub.append(renamed(more, 'more'))
  await appendTick(hub.log, logEnd + 86_400_000)
  await hub.inStep()
  expect((await verifyAgainstLog(options)).differences).toEqual([])
})

test('work that was cut off goes on where it was, unless other code has filled its shadow', async () => {
  const { warehouse } = hub
  const cutOff = async (): Promise<number> => {
    let read = 0
    const onProgress: RebuildOptions['onProgress'] = ({ done }) => {
      read = done
      throw new Error('cut off')
    }
    await expect(verifyAgainstLog({ ...options, onProgress })).rejects.toThrow('cut off')
    return read
  }
  const shadow = warehouse.in(`${warehouse.database}_shadow`)
  const isMarked = () => warehouse.query("SELECT name FROM system.tables WHERE name = 'mark'")
  const first = await cutOff()
  await shadow.command('CREATE TABLE mark (x UInt8) ENGINE = Memory')
  expect(await cutOff()).toBeGreaterThan(first)
  expect(await isMarked()).toHaveLength(1)

  await shadow.command('TRUNCATE TABLE shadow_of')
  await shadow.insert('shadow_of', [{ fingerprint: 'other' }])
  await cutOff()
  expect(await isMarked()).toEqual([])

  const told: number[] = []
  const onProgress: RebuildOptions['onProgress'] = ({ done }) => told.push(done)
  expect((await rebuild({ ...options, onProgress })).isSame).toBe(true)
  expect(told[0]).toBeGreaterThan(first)
})

test('an exchange that a crash has cut off is ended at the next start', async () => {
  const tables = hub.warehouse.in('crashed')
  await migrate(tables)
  const shadow = await openShadow(tables, hub.log, `${hub.stateFolder}/crashed`)
  const idsOf = async ({ database }: Warehouse) =>
    new Map(
      (
        await tables.query<{ name: string; uuid: string }>(
          `SELECT name, toString(uuid) AS uuid FROM system.tables WHERE database = {database:String} AND name IN ('events', 'contacts')`,
          { database },
        )
      ).map(({ name, uuid }) => [name, uuid]),
    )
  const ours = await idsOf(shadow.tables)
  await shadow.tables.command(
    'CREATE TABLE swap_plan (name String, uuid String) ENGINE = ReplacingMergeTree ORDER BY name',
  )
  await shadow.tables.insert(
    'swap_plan',
    [...ours].map(([name, uuid]) => ({ name, uuid })),
  )
  await tables.command('EXCHANGE TABLES crashed_shadow.events AND crashed.events')
  await mendSwap(tables, `${hub.stateFolder}/crashed`)
  expect(await idsOf(tables)).toEqual(ours)
  expect(await idsOf(shadow.tables)).toEqual(new Map())
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
