import { expect, test } from 'vitest'
import { comparedTables } from '../../services/runner/compare.ts'
import { migrate } from '../../services/warehouse/migrations.ts'
import { openServerWarehouse } from '../../services/warehouse/server.ts'
import { swapTables } from '../../services/warehouse/swap.ts'
import { openTestEngine } from '../support/engine.ts'
import { warehouseContract } from './warehouse.contract.ts'

warehouseContract('the engine in a process of its own', () => openTestEngine())

test('whoever reads while tables are exchanged sees all of the old ones or all of the new', async () => {
  const engine = await openTestEngine()
  try {
    const { warehouse } = engine
    const shadow = warehouse.in('ledgerline_shadow')
    await migrate(warehouse)
    await migrate(shadow)
    const [first = '', last = ''] = [comparedTables[0], comparedTables.at(-1)]
    for (const [side, rows] of [
      [warehouse, 1],
      [shadow, 2],
    ] as const) {
      for (const table of [first, last]) {
        for (let row = 0; row < rows; row++)
          await side.command(`INSERT INTO ${table} (${keyOf[table] ?? ''}) VALUES ('${row}')`)
      }
    }
    const seen = new Set<string>()
    let isOver = false
    const reader = async () => {
      while (!isOver) {
        const [counts] = await warehouse.query<{ of: string }>(
          `SELECT concat(toString((SELECT count() FROM ${first})), toString((SELECT count() FROM ${last}))) AS of`,
        )
        seen.add(counts?.of ?? '')
      }
    }
    const readers = [reader(), reader(), reader()]
    await expect.poll(() => seen.has('11'), { timeout: 60_000 }).toBe(true)
    await swapTables(warehouse, shadow.database, comparedTables)
    await expect.poll(() => seen.has('22'), { timeout: 60_000 }).toBe(true)
    isOver = true
    await Promise.all(readers)
    expect([...seen]).toEqual(['11', '22'])
  } finally {
    await engine.close()
  }
})

const keyOf: Readonly<Record<string, string>> = {
  queue_intervals: 'queue',
  dimension_sightings: 'id',
  routing_sightings: 'id',
}

const url = process.env['CLICKHOUSE_URL']

if (url !== undefined) {
  warehouseContract('a ClickHouse server', () => {
    const database = `ledgerline_test_${Date.now()}`
    const warehouse = openServerWarehouse({
      url,
      database,
      username: process.env['CLICKHOUSE_USER'] ?? 'default',
      password: process.env['CLICKHOUSE_PASSWORD'] ?? '',
    })
    return Promise.resolve({
      warehouse,
      async close() {
        await warehouse.in('system').command(`DROP DATABASE IF EXISTS ${database}`)
        await warehouse.close()
      },
    })
  })
}
