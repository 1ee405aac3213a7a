import { openServerWarehouse } from '../../services/warehouse/server.ts'
import { openTestEngine } from '../support/engine.ts'
import { warehouseContract } from './warehouse.contract.ts'

warehouseContract('the engine in a process of its own', () => openTestEngine())

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
