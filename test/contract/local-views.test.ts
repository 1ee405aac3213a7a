import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import {
  intervalMetrics,
  intervalTables,
  isIntervalTable,
} from '../../schemas/metrics/catalogue.ts'
import type { Metric } from '../../schemas/metrics/metric.ts'
import { rateValue } from '../../schemas/metrics/rate.ts'
import { rates } from '../../schemas/metrics/rates.ts'
import { localViewOf, rateColumnName } from '../../schemas/tables/view-sql.ts'
import { fillZoneOffsets } from '../../services/runner/zone-offsets.ts'
import { systemClock } from '../../services/runtime/clock.ts'
import { silentLogger } from '../../services/runtime/logger.ts'
import { migrate } from '../../services/warehouse/migrations.ts'
import { openServerWarehouse } from '../../services/warehouse/server.ts'
import type { Warehouse } from '../../services/warehouse/warehouse.ts'
import { openTestEngine, type TestEngine } from '../support/engine.ts'
import { foldAll } from '../support/fold-all.ts'
import { root } from '../support/source-files.ts'
import { eventsOf, examples, knowledgeOf, type Example } from '../support/worked-examples.ts'

let engine: TestEngine
/** Asks as people do: read-only, over HTTP. */
let reader: Warehouse

beforeAll(async () => {
  engine = await openTestEngine()
  await migrate(engine.warehouse)
  const clock = { ...systemClock, now: () => Date.UTC(2026, 2, 1) }
  const zones = ['America/New_York', 'Asia/Kathmandu', 'UTC']
  await fillZoneOffsets({ ...engine, clock, logger: silentLogger, zones }).done
  reader = openServerWarehouse({ url: engine.url, database: 'ledgerline' })
})
afterAll(async () => {
  await reader.close()
  await engine.close()
})

/** The tables hold the rows of one worked example and nothing else. */
async function hold(given: Example): Promise<void> {
  const rows = foldAll(eventsOf(given), Date.parse(given.as_of), knowledgeOf(given))
  for (const table of intervalTables) {
    await engine.warehouse.command(`TRUNCATE TABLE ${table}`)
    const found = rows.get(table) ?? []
    if (found.length > 0) {
      await engine.warehouse.insert(
        table,
        found.map((row) => ({ ...row, version: 1 })),
      )
    }
  }
}

const rollUp = z.object({
  table: z.string().refine(isIntervalTable),
  where: z.record(z.string(), z.string()),
  grain: z.enum(['local_hour', 'local_day']),
  zone: z.string(),
  label: z.string(),
  values: z.record(z.string(), z.number()),
})

const periodOf = {
  local_hour: `concat(formatDateTime(toStartOfHour(local_time), '%Y-%m-%dT%H:%i:%S'), utc_offset)`,
  local_day: 'toString(local_date)',
}

describe.each(examples.filter(({ expected }) => 'rollups' in expected))('$id', (given) => {
  beforeAll(() => hold(given))

  test.each(z.array(rollUp).parse(given.expected['rollups']))(
    'adds up in SQL to $table $label',
    async ({ table, where, grain, zone, label, values }) => {
      const metrics: readonly Metric[] = intervalMetrics[table]
      const sums = metrics.filter(({ name, rollUp }) => rollUp === 'sum' && name in values)
      expect(sums.length).toBeGreaterThan(0)
      const { worker, ...others } = where
      const keys = Object.entries({ ...others, ...(worker === undefined ? {} : { agent: worker }) })
      const [found] = await reader.query(
        `SELECT ${sums.map(({ name }) => `sum(rows.${name}) AS ${name}`).join(', ')}
         FROM ${localViewOf(table)} AS rows
         WHERE zone = {zone:String} AND ${periodOf[grain]} = {label:String}
           ${keys.map(([key]) => `AND ${key} = {${key}:String}`).join(' ')}`,
        { zone, label, ...Object.fromEntries(keys) },
      )
      expect(found).toEqual(Object.fromEntries(sums.map(({ name }) => [name, values[name]])))
    },
  )
})

test('a row has the metrics of its table, its local time and the rates of its own sums', async () => {
  for (const given of examples
    .filter(({ expected }) => 'queue_intervals' in expected)
    .slice(0, 3)) {
    await hold(given)
    for (const table of intervalTables) {
      const metrics: readonly Metric[] = intervalMetrics[table]
      const names = metrics.map(({ name }) => name)
      const own = `interval_start, ${names.join(', ')}`
      const local = await reader.query<Record<string, number | null>>(
        `SELECT * FROM ${localViewOf(table)} WHERE zone = 'Asia/Kathmandu' ORDER BY ALL`,
      )
      const base = await reader.query(`SELECT ${own} FROM v_${table} ORDER BY ALL`)
      const plain = await reader.query(
        `SELECT ${own} FROM ${localViewOf(table)} WHERE zone = 'Asia/Kathmandu' ORDER BY ALL`,
      )
      expect(plain, table).toEqual(base)
      for (const row of local) {
        const at = Number(row['interval_start']) + 20_700_000
        const text = new Date(at).toISOString()
        expect(row).toMatchObject({
          ...{ local_time: at, utc_offset: '+05:45' },
          ...{ local_start: `${text.slice(0, 19)}+05:45`, local_date: text.slice(0, 10) },
        })
        for (const rate of rates) {
          const value = row[rateColumnName(rate)]
          if (value === undefined) continue
          const expected = rateValue(rate, (metric) => Number(row[metric]), 900_000)
          expect(value, `${table} ${rate.name}`).toBe(expected)
        }
      }
    }
  }
})

test('names are those of the time, and the first name holds for all that was before', async () => {
  const noon = Date.parse('2026-01-15T12:00:00Z')
  await engine.warehouse.command('TRUNCATE TABLE queue_intervals')
  await engine.warehouse.insert(
    'queue_intervals',
    [-900_000, 0, 900_000].map((ms) => ({
      ...{ workspace: 'WS1', queue: 'WQ1', channel: 'voice', direction: 'inbound', shard: 0 },
      ...{ interval_start: noon + ms, offered_count: 1, version: 1 },
    })),
  )
  const told = (value: string, at: number) => ({
    ...{ kind: 'queue', workspace: 'WS1', id: 'WQ1', field: 'name', value },
    ...{ first_at: at, last_at: at },
  })
  await engine.warehouse.insert('dimension_sightings', [
    told('Billing', noon + 60_000),
    told('Invoices', noon + 900_000),
  ])
  const found = await reader.query<{ queue_name: string }>(
    `SELECT queue_name FROM v_queue_intervals_local WHERE zone = 'UTC' ORDER BY interval_start`,
  )
  expect(found.map(({ queue_name }) => queue_name)).toEqual(['Billing', 'Billing', 'Invoices'])
})

test.each([
  `interval_start >= '2025-03-01 00:00:00' AND interval_start < '2025-04-01 00:00:00'`,
  `local_date = '2025-03-10'
     AND toDate(interval_start) BETWEEN toDate('2025-03-10') - 1 AND toDate('2025-03-10') + 1`,
])('a stretch of time that is asked for is all that is read of a table: %s', async (asked) => {
  await engine.warehouse.command('TRUNCATE TABLE agent_intervals')
  await engine.warehouse.insert(
    'agent_intervals',
    Array.from({ length: 24 }, (_, month) => ({
      ...{ workspace: 'WS1', agent: 'WK1', shard: 0, version: 1 },
      ...{ interval_start: Date.UTC(2024, month, 10), signed_in_ms: 1 },
    })),
  )
  const plan = await reader.query<{ explain: string }>(
    `EXPLAIN indexes = 1 SELECT sum(signed_in_ms) FROM v_agent_intervals_local
     WHERE zone = 'UTC' AND ${asked}`,
  )
  const lines = plan.map(({ explain }) => explain.trim())
  const reading = lines.findIndex((line) => /ReadFromMergeTree .*agent_intervals/.test(line))
  expect(lines.slice(reading).find((line) => line.includes('Parts:'))).toContain('Parts: 1 |')
})

/** Up to the cookbook, which is about another centre and has a test of its own. */
const [chapters = ''] = readFileSync(join(root, 'docs/sql.md'), 'utf8').split('\n## Twenty-five ')
const blocks = [...chapters.matchAll(/```sql\n([^]*?)```/g)]

describe('the examples of docs/sql.md', () => {
  beforeAll(async () => {
    const fallBack = examples.find(({ id }) => id === '08-dst-fall-back')
    if (fallBack === undefined) throw new Error('there is no example of clocks that fall back')
    await hold(fallBack)
    const rows = foldAll(eventsOf(fallBack), Date.parse(fallBack.as_of), knowledgeOf(fallBack)).get(
      'queue_visits',
    )
    await engine.warehouse.insert(
      'queue_visits',
      (rows ?? []).map((row) => ({ ...row, version: 1 })),
    )
  })

  test.each(blocks.map(([, sql = '']) => sql))('answers: %s', async (sql) => {
    expect((await reader.query(sql)).length).toBeGreaterThan(0)
  })
})
