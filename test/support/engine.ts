import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  openEmbeddedWarehouse,
  type EmbeddedWarehouse,
  type EmbeddedWarehouseOptions,
} from '../../services/warehouse/embedded.ts'
import { silentLogger } from '../../services/runtime/logger.ts'

/** An engine of a test's own, in a folder that goes with it. */
export interface TestEngine extends EmbeddedWarehouse {
  readonly folder: string
  readonly secret: string
}

export async function openTestEngine(
  options: Partial<EmbeddedWarehouseOptions> = {},
): Promise<TestEngine> {
  const folder = await mkdtemp(join(tmpdir(), 'ledgerline-engine-'))
  const secret = randomBytes(16).toString('hex')
  const engine = await openEmbeddedWarehouse({
    folder,
    secret,
    database: 'ledgerline',
    logger: silentLogger,
    ...options,
  })
  return {
    ...engine,
    folder,
    secret,
    async close() {
      await engine.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
