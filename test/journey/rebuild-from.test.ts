import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { hubEvent } from '../../schemas/events/hub-event.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { problemSchema } from '../../schemas/feeds/problem.ts'
import { intervalTables } from '../../schemas/metrics/catalogue.ts'
import { monthColumns } from '../../services/runner/months.ts'
import { rebuild, verifyAgainstLog, type RebuildOptions } from '../../services/runner/rebuild.ts'
import { appendTick } from '../../services/runner/ticker.ts'
import { systemClock } from '../../services/runtime/clock.ts'
import { silentLogger } from '../../services/runtime/logger.ts'
import { arbitraryLog, logEnd, logStart } from '../support/arbitrary-log.ts'
import { anEvent } from '../support/fold-all.ts'
import { openHubWithTables, type HubWithTables } from '../support/hub-with-tables.ts'
import { shiftedEvents } from '../support/shifted.ts'

/** Evenings in three months; the later two go on over the border of the next. */
const evenings = [logStart, Date.UTC(2026, 0, 31, 20), Date.UTC(2026, 1, 28, 20)]
const march = Date.UTC(2026, 2, 1)

let hub: HubWithTables
let options: RebuildOptions

beforeAll(async () => {
  hub = await openHubWithTables({ partitions: 2 })
  const { log, warehouse, runner, stateFolder } = hub
  options = {
    ...{ log, warehouse, runner, stateFolder, clock: systemClock, logger: silentLogger },
    onProgress: () => undefined,
  }
  const samples = fc.sample(arbitraryLog, { numRuns: evenings.length, seed: 7 })
  const late: LedgerEvent[] = []
  for (const [n, at] of evenings.entries()) {
    const events = evening(samples[n] ?? [], String(n), at)
    // Every third event comes when all is over: it restates what is final by then.
    late.push(...events.filter((_, index) => index % 3 === 0))
    await hub.append(events.filter((_, index) => index % 3 !== 0))
    await appendTick(log, at + logEnd - logStart)
    await hub.append(finalUntil(at + 8 * hourMs))
  }
  await hub.append(late)
  await appendTick(log, march + 86_400_000)
  await hub.inStep()
})

afterAll(async () => {
  await hub.close()
})

const hourMs = 3_600_000

test('the tables that lie in months are known, each with the column that says in which', async () => {
  const found = await hub.warehouse.query<{ name: string; partition_key: string }>(
    `SELECT name, partition_key FROM system.tables
     WHERE database = currentDatabase() AND partition_key != ''`,
  )
  const known = [...monthColumns].map(([name, column]) => [name, `toYYYYMM(${column})`])
  expect(found.map((one) => [one.name, one.partition_key]).sort()).toEqual(known.sort())
})

test('from the month in which the ledger begins a rebuild is one of all, and is to be asked for as such', async () => {
  for (const from of ['2025-12-31', '2026-01-01', '2026-01-31']) {
    const url = `/v1/operations/rebuild?from=${from}`
    const answer = await hub.app.inject({ method: 'POST', url })
    expect(answer.statusCode).toBe(400)
    const detail = 'the ledger begins on 2026-01-14, in no earlier month: without it all is rebuilt'
    expect(problemSchema.parse(answer.json()).errors).toEqual([{ field: 'from', detail }])
  }
})

test('rows of the months from then on are as a rebuild of all makes them, and older ones as they were', async () => {
  const { warehouse } = hub
  for (const where of [`interval_start < '2026-03-01'`, `interval_start >= '2026-03-01'`]) {
    const [restated] = await warehouse.query<{ rows: number }>(
      `SELECT toUInt32(count()) AS rows FROM restatements FINAL WHERE ${where}`,
    )
    expect(restated?.rows).toBeGreaterThan(10)
  }
  const older = await oneMore('agent_intervals', `interval_start < '2026-02-02'`)
  await oneMore('agent_intervals', `interval_start >= '2026-03-01'`)
  await warehouse.command(`INSERT INTO contacts SELECT * REPLACE (version + 1 AS version, 1 AS is_deleted)
    FROM contacts FINAL WHERE created_at < '2026-02-02' LIMIT 3`)
  for (const table of ['events', 'agent_states', 'restatements', 'queue_intervals']) {
    await warehouse.command(`ALTER TABLE ${table} DROP PARTITION ID '202603'`)
  }

  const first = await cutOff(march)
  const told: number[] = []
  const onProgress: RebuildOptions['onProgress'] = ({ done }) => told.push(done)
  expect((await rebuild({ ...options, onProgress }, march)).isSame).toBe(false)
  expect(told[0]).toBeGreaterThan(first)

  // What comes afterwards finds all that the shards must remember, of old months too.
  const [more = []] = fc.sample(arbitraryLog, { numRuns: 1, seed: 8 })
  await hub.append(evening(more, 'more', Date.UTC(2026, 1, 10, 20)))
  await hub.inStep()
  const { differences } = await verifyAgainstLog(options)
  expect(differences.map(({ table, kind }) => `${table} ${kind}`)).toEqual([
    'agent_intervals only here',
    'agent_intervals only there',
  ])
  for (const { row } of differences) expect(row).toContain(older)
})

test('where an earlier version has laid rows in another order, all are to be rebuilt once', async () => {
  const { warehouse } = hub
  await warehouse.command(`CREATE TABLE laid_before AS agent_queue_intervals
    ENGINE = ReplacingMergeTree(version, is_deleted) PARTITION BY toYYYYMM(interval_start)
    ORDER BY (workspace, agent, queue, channel, direction, interval_start, shard)`)
  const exchange = 'EXCHANGE TABLES laid_before AND agent_queue_intervals'
  await warehouse.command(exchange)
  await expect(rebuild(options, march)).rejects.toThrow(
    /agent_queue_intervals in another order: rebuild all once/,
  )
  await warehouse.command(exchange)
  await warehouse.command('DROP TABLE laid_before')
})

test('what another month, or all, has filled is not gone on with', async () => {
  const shadow = hub.warehouse.in(`${hub.warehouse.database}_shadow`)
  const isMarked = async () =>
    (await hub.warehouse.query("SELECT name FROM system.tables WHERE name = 'mark'")).length > 0
  await cutOff(march)
  await shadow.command('CREATE TABLE mark (x UInt8) ENGINE = Memory')
  await cutOff(march)
  expect(await isMarked()).toBe(true)
  await cutOff(undefined)
  expect(await isMarked()).toBe(false)
})

/** Begins a rebuild and ends it after its first records; answers how many those were. */
async function cutOff(from: number | undefined): Promise<number> {
  let read = 0
  const onProgress: RebuildOptions['onProgress'] = ({ done }) => {
    read = done
    throw new Error('cut off')
  }
  await expect(rebuild({ ...options, onProgress }, from)).rejects.toThrow('cut off')
  return read
}

/** Makes a row say more than the ledger does; answers whose it is. */
async function oneMore(table: string, where: string): Promise<string> {
  const { warehouse } = hub
  const [found] = await warehouse.query<{ agent: string; interval: string }>(
    `SELECT agent, toString(interval_start) AS interval FROM ${table} FINAL WHERE ${where}
     ORDER BY interval_start, agent LIMIT 1`,
  )
  if (found === undefined) throw new Error(`${table} has no row ${where}`)
  await warehouse.command(
    `INSERT INTO ${table} SELECT * REPLACE (version + 1 AS version, sign_in_count + 1 AS sign_in_count)
     FROM ${table} FINAL WHERE agent = {agent:String} AND toString(interval_start) = {interval:String}`,
    found,
  )
  return found.interval
}

/** The same log of other tasks, at another time. */
function evening(events: readonly LedgerEvent[], name: string, at: number): readonly LedgerEvent[] {
  return shiftedEvents(events, at - logStart).map((event) =>
    anEvent({
      ...event,
      id: `${name}-${event.id}`,
      task: event.task === null ? null : `${name}-${event.task}`,
      reservation: event.reservation === null ? null : `${name}-${event.reservation}`,
    }),
  )
}

function finalUntil(until: number): readonly LedgerEvent[] {
  const at = until + hourMs
  const since = until - 24 * hourMs
  return intervalTables.map((table) =>
    hubEvent({
      type: 'interval.finalised',
      id: `final:${table}:${until}`,
      at,
      table,
      since,
      until,
    }),
  )
}
