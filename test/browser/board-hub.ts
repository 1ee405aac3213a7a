import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openRunner, type Runner } from '../../services/runner/runner.ts'
import { appendTick } from '../../services/runner/ticker.ts'
import { systemClock } from '../../services/runtime/clock.ts'
import { silentLogger } from '../../services/runtime/logger.ts'
import { migrate } from '../../services/warehouse/migrations.ts'
import type { Warehouse } from '../../services/warehouse/warehouse.ts'
import { openTestEngine } from '../support/engine.ts'
import { openTestHub, type TestHub, type TestHubOptions } from '../services/live/hub-with-state.ts'

/** A hub with log, tables and page, at one address, that can go away and come back. */
export interface BoardHub {
  readonly url: string
  /** Where its tables are. */
  readonly warehouse: Warehouse
  hub(): TestHub
  start(options?: TestHubOptions): Promise<void>
  stop(): Promise<void>
  remove(): Promise<void>
}

export async function createBoardHub(): Promise<BoardHub> {
  const folder = await mkdtemp(join(tmpdir(), 'ledgerline-board-'))
  const engine = await openTestEngine()
  await migrate(engine.warehouse)
  const port = await freePort()
  let running: { readonly hub: TestHub; readonly runner: Runner } | null = null

  async function start(options: TestHubOptions = {}): Promise<void> {
    let runner: Runner | null = null
    const hub = await openTestHub({
      ...{ folder, port, warehouse: engine.warehouse },
      runnerProgress: () => runner?.progress() ?? [],
      ...options,
    })
    runner = await openRunner({
      ...{ log: hub.log, warehouse: engine.warehouse, flushMs: 100 },
      ...{ stateFolder: join(folder, 'runner'), clock: systemClock, logger: silentLogger },
    })
    const now = Date.now()
    await appendTick(hub.log, now - (now % 60_000))
    running = { hub, runner }
  }

  async function stop(): Promise<void> {
    const stopping = running
    running = null
    await stopping?.runner.close()
    await stopping?.hub.close()
  }

  return {
    url: `http://127.0.0.1:${port}`,
    warehouse: engine.warehouse,
    hub() {
      if (running === null) throw new Error('the hub is not there')
      return running.hub
    },
    start,
    stop,
    async remove() {
      await stop()
      await engine.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** The page comes back to the address that it knows, so it must be one that can be had twice. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => {
        if (typeof address === 'object' && address !== null) resolve(address.port)
        else reject(new Error('no port'))
      })
    })
  })
}
