import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { intervalMetrics, type IntervalTable } from '../../schemas/metrics/catalogue.ts'
import type { Metric } from '../../schemas/metrics/metric.ts'
import { toDefinitionsEvent } from '../../services/definitions/definitions-event.ts'
import { readDefinitionsFile } from '../../services/definitions/definitions-file.ts'
import { learn, nothingKnown, type Knowledge } from '../../services/projections/definitions.ts'
import { rehearse } from '../../services/runner/rehearsal.ts'
import { readTopics } from '../../services/runner/shards.ts'
import { appendTick } from '../../services/runner/ticker.ts'
import { arbitraryLog, logEnd, logStart } from '../support/arbitrary-log.ts'
import { openHubWithTables, type HubWithTables } from '../support/hub-with-tables.ts'
import { rowTables, tableRows } from '../support/table-rows.ts'

const hourMs = 3_600_000

/** Several logs in one; of what is open in them nobody ever tells an end. */
const events = fc
  .sample(arbitraryLog, { numRuns: 3, seed: 7 })
  .flatMap((log, n) => log.map((event) => renamed(event, n)))
const asOf = logEnd + 30 * hourMs

function renamed(event: LedgerEvent, n: number): LedgerEvent {
  const name = (id: string | null) => (id === null ? null : `${n}-${id}`)
  const { task, reservation } = event
  return Object.assign({}, event, {
    ...{ id: `${n}-${event.id}`, task: name(task), reservation: name(reservation) },
  })
}

let hub: HubWithTables
beforeAll(async () => {
  hub = await openHubWithTables({ partitions: 3 })
  await hub.append(events)
  await appendTick(hub.log, asOf)
  await hub.inStep()
})
afterAll(async () => {
  await hub.close()
})

function definitionsOf(text: string, version: number, from: number) {
  const file = readDefinitionsFile(text)
  if (file.kind === 'refused') throw new Error('the definitions of this test are wrong')
  return toDefinitionsEvent({ definitions: file.value, version, from, now: logEnd })
}

const rehearsed = (before: Knowledge, after: Knowledge, since: number) =>
  rehearse({
    ...{ log: hub.log, warehouse: hub.warehouse, shards: hub.runner.progress() },
    ...{ before, after, since, onProgress: () => undefined },
  })

/** By table, metric and whose it is: what the rows of the tables come to, of what adds up. */
async function sums(): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>()
  for (const [table, metrics] of Object.entries<readonly Metric[]>(intervalMetrics)) {
    const rows = await tableRows(hub.warehouse, table as IntervalTable)
    for (const { name, rollUp } of metrics) {
      if (rollUp !== 'sum') continue
      for (const row of rows) {
        const { queue = '', agent = '' } = row
        const whose = [table, name, queue, agent].map(String).join(' ')
        found.set(whose, (found.get(whose) ?? 0) + Number(row[name]))
      }
    }
  }
  return found
}

const plain = (found: ReadonlyMap<string, number>) =>
  Object.fromEntries([...found].filter(([, value]) => value !== 0))

/** What would show that something has been appended or written: where the log ends, and the newest row of each table. */
async function traces(): Promise<unknown> {
  const ends = await Promise.all(readTopics.map((topic) => hub.log.end(topic)))
  const newest = rowTables.map(
    (table) => `SELECT '${table}' AS of, max(version) AS newest FROM ${table}`,
  )
  const tables = await hub.warehouse.query(
    `SELECT * FROM (${newest.join(' UNION ALL ')}) ORDER BY of`,
  )
  return { ends, tables }
}

const day = logStart - (logStart % (24 * hourMs))
let known = events.reduce(learn, nothingKnown)

test('another length of intervals changes no sum', async () => {
  const wider = learn(known, definitionsOf('intervalMinutes: 30', 1, 0))
  expect(wider.intervalMs).toBe(1_800_000)
  expect((await rehearsed(known, wider, day)).changes).toEqual([])
})

test.each([
  [
    'thresholds and activities, from the beginning on',
    ...[
      'slThresholdMs: 3000\nshortAbandonMs: 2000\nactivities: {Break: available, Available: aux}',
    ],
    ...([1, day] as const),
  ],
  [
    'limits that close what nobody has ended, from the middle on',
    'limits: {offerMs: 60000, wrapupMs: 300000, handleMs: {voice: 1800000}, taskMs: 7200000}',
    ...([2, logStart + 4 * hourMs] as const),
  ],
] as const)('%s: what is told is what the set then does', async (_what, text, version, from) => {
  const set = definitionsOf(text, version, from)
  const after = learn(known, set)
  const [old, before] = [await sums(), await traces()]
  const told = await rehearsed(known, after, from)
  expect(await traces()).toEqual(before)
  expect(told.isWhole).toBe(true)
  expect(told.changes.length).toBeGreaterThan(10)

  await hub.tell([set])
  const predicted = new Map(old)
  for (const { table, metric, queue, agent, ...change } of told.changes) {
    const whose = [table, metric, queue, agent].join(' ')
    expect(change.old, whose).toBe(old.get(whose) ?? 0)
    expect(change.days, whose).toBeGreaterThan(0)
    predicted.set(whose, change.new)
  }
  const now = await sums()
  expect(plain(now)).toEqual(plain(predicted))
  expect(plain(now)).not.toEqual(plain(old))

  known = after
  expect((await rehearsed(known, known, day)).changes).toEqual([])
})
