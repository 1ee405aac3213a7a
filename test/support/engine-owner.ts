import { silentLogger } from '../../services/runtime/logger.ts'
import { openEmbeddedWarehouse } from '../../services/warehouse/embedded.ts'

/** A hub that stores one row, says which process its engine is, and goes on until it is killed. */
const [folder] = process.argv.slice(2)
if (folder === undefined) throw new Error('no folder')
const engine = await openEmbeddedWarehouse({
  folder,
  database: 'ledgerline',
  secret: 'first',
  logger: silentLogger,
})
await engine.warehouse.in('system').command('CREATE DATABASE ledgerline')
await engine.warehouse.command(
  `CREATE TABLE t (a UInt8) ENGINE = MergeTree ORDER BY a
   SETTINGS fsync_after_insert = 1, fsync_part_directory = 1`,
)
await engine.warehouse.insert('t', [{ a: 1 }])
process.send?.(engine.pid())
