import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { openRunner, type Runner } from '../../services/runner/runner.ts'
import { systemClock } from '../../services/runtime/clock.ts'
import { silentLogger } from '../../services/runtime/logger.ts'
import { migrate } from '../../services/warehouse/migrations.ts'
import type { Warehouse } from '../../services/warehouse/warehouse.ts'
import { openTestHub, type TestHub, type TestHubOptions } from '../services/live/hub-with-state.ts'
import { openTestEngine, type TestEngine } from './engine.ts'
import { caughtUp } from './table-rows.ts'

/** A hub whose events become rows: log, engine, who folds the one into the other, and the API in front of both. */
export interface HubWithTables extends TestHub {
  readonly warehouse: Warehouse
  readonly runner: Runner
  readonly stateFolder: string
  /** Resolves when all that the log holds, and all that follows from it, is in the tables. */
  inStep(): Promise<void>
  /** Appends these events and waits for their rows. */
  tell(events: readonly LedgerEvent[]): Promise<void>
}

export interface HubWithTablesOptions extends Omit<TestHubOptions, 'warehouse' | 'openRunner'> {
  /** One that stays open when the hub is closed, with the runner's memory in its folder; else the hub has its own. */
  readonly engine?: TestEngine
}

export async function openHubWithTables(
  options: HubWithTablesOptions = {},
): Promise<HubWithTables> {
  const { clock = systemClock } = options
  const engine = options.engine ?? (await openTestEngine())
  const { warehouse } = engine
  await migrate(warehouse)
  const stateFolder = `${engine.folder}/state`
  const shared = { warehouse, stateFolder, clock, logger: silentLogger, flushMs: 0 }
  const hub = await openTestHub({
    ...{ ...options, warehouse },
    openRunner: (log) => openRunner({ ...shared, log }),
  })
  const { runner } = hub
  if (runner === null) throw new Error('the hub was opened without a runner')
  const inStep = () => caughtUp(hub.log, runner)
  return {
    ...{ ...hub, warehouse, runner, stateFolder, inStep },
    async tell(events) {
      await hub.append(events)
      await inStep()
    },
    async close() {
      await hub.close()
      if (options.engine === undefined) await engine.close()
    },
  }
}
