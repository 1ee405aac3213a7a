import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { verifyAgainstFacts } from '../../services/runner/facts-check.ts'
import { appendTick } from '../../services/runner/ticker.ts'
import { arbitraryLog, logEnd } from '../support/arbitrary-log.ts'
import { anEvent, foldAll } from '../support/fold-all.ts'
import { intervalsOfMinutes } from '../support/hourly.ts'
import { openHubWithTables, type HubWithTables } from '../support/hub-with-tables.ts'
import { isShared, nameRows, summedOverShards, tableRows } from '../support/table-rows.ts'

/** A ledger whose definitions, which are of no workspace, ask for intervals of five minutes, and are told after its first events. */
const [first = [], ...later] = fc
  .sample(arbitraryLog, { numRuns: 6, seed: 11 })
  // A plan that is read after the end would make time pass in its shard alone.
  .map((events) => events.filter(({ at }) => at < logEnd))
const definitions = anEvent({
  ...{ id: 'DEF1', type: 'definitions.set', at: Date.parse('2026-01-01T00:00Z'), workspace: '' },
  attributes: JSON.stringify({ intervalMinutes: 5 }),
})

let hub: HubWithTables

beforeAll(async () => {
  hub = await openHubWithTables({ partitions: 4 })
  await hub.tell(first)
  expect(await lengths()).toEqual([900_000])
  await hub.append([definitions, ...later.flatMap((events, n) => renamed(events, n))])
  await appendTick(hub.log, logEnd)
  await hub.inStep()
})

afterAll(async () => {
  await hub.close()
})

const renamed = (events: typeof first, n: number) =>
  events.map((event) => ({
    ...event,
    ...{ id: `${n}-${event.id}`, task: event.task === null ? null : `${n}-${event.task}` },
    reservation: event.reservation === null ? null : `${n}-${event.reservation}`,
  })) as typeof first

async function lengths(): Promise<readonly number[]> {
  const rows = await hub.warehouse.query<{ length_ms: number }>(
    'SELECT length_ms FROM v_interval_length',
  )
  return rows.map(({ length_ms: length }) => length)
}

test('every table is of the length that the definitions say, and the facts agree', async () => {
  const events = [...first, ...later.flatMap((part, n) => renamed(part, n))]
  const expected = foldAll(events, logEnd, intervalsOfMinutes(5))
  for (const table of ['queue_intervals', 'agent_intervals', 'conversation_intervals'] as const) {
    const rows = await tableRows(hub.warehouse, table)
    const whole = isShared(table) ? summedOverShards(table, rows) : rows
    expect(nameRows(whole, ['shard']), table).toEqual(nameRows(expected.get(table) ?? []))
    expect(rows.some((row) => Number(row['interval_start']) % 900_000 !== 0)).toBe(true)
  }
  const check = await verifyAgainstFacts(hub.warehouse, hub.runner)
  expect(check.differences).toEqual([])
  expect(check.compared).toBeGreaterThan(10_000)
})

test('views that make intervals make them of that length', async () => {
  expect(await lengths()).toEqual([300_000])
  await hub.warehouse.insert('source_gaps', [
    {
      ...{ source: 'test', status: 'open', reason: 'silence', version: 1, is_deleted: 0 },
      ...{ gap_from: logEnd + 60_000, gap_to: logEnd + 600_000, noticed_at: logEnd },
      closed_at: null,
    },
  ])
  const gaps = await hub.warehouse.query(
    `SELECT toUnixTimestamp64Milli(interval_start) AS at, unknown_ms FROM v_interval_coverage WHERE source = 'test' ORDER BY at`,
  )
  expect(gaps).toEqual([
    { at: logEnd, unknown_ms: 240_000 },
    { at: logEnd + 300_000, unknown_ms: 300_000 },
  ])
  await hub.warehouse.insert('flow_executions', [
    {
      ...{ workspace: 'WS1', execution: 'FN-length', flow: 'FW-length' },
      started_at: logEnd + 400_000,
      ...{ version: 1, is_deleted: 0 },
    },
  ])
  const runs = await hub.warehouse.query(
    `SELECT toUnixTimestamp64Milli(interval_start) AS at, runs_count FROM v_self_service
     WHERE flow = 'FW-length'`,
  )
  expect(runs).toEqual([{ at: logEnd + 300_000, runs_count: 1 }])
})
