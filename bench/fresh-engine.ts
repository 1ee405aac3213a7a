import { randomBytes } from 'node:crypto'
import { silentLogger } from '../services/runtime/logger.ts'
import { openEmbeddedWarehouse } from '../services/warehouse/embedded.ts'
import { migrate } from '../services/warehouse/migrations.ts'
import type { Warehouse } from '../services/warehouse/warehouse.ts'
import { inTempFolder } from './temp-folder.ts'

/** Gives `work` a database with nothing but its tables, in an engine that was started for it. */
export function inFreshEngine<T>(work: EngineWork<T>): Promise<T> {
  return inTempFolder((folder) => inEngineOf(folder, work))
}

/** The same over a database that stays in a folder from one run to the next; without a folder in a fresh one. */
export function inKeptEngine<T>(folder: string | null, work: EngineWork<T>): Promise<T> {
  return folder === null ? inFreshEngine(work) : inEngineOf(folder, work)
}

type EngineWork<T> = (warehouse: Warehouse, pid: number | null) => Promise<T>

async function inEngineOf<T>(folder: string, work: EngineWork<T>): Promise<T> {
  const engine = await openEmbeddedWarehouse({
    folder,
    secret: randomBytes(16).toString('hex'),
    database: 'ledgerline',
    logger: silentLogger,
  })
  try {
    await migrate(engine.warehouse)
    const result = await work(engine.warehouse, engine.pid() ?? null)
    if (engine.restarts() > 0) throw new Error('the engine died while it was measured')
    return result
  } finally {
    await engine.close()
  }
}
