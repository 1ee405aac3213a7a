import fastify, { type FastifyInstance } from 'fastify'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeEvent } from '../../../schemas/avro/codec.ts'
import type { LedgerEvent } from '../../../schemas/events/ledger-event.ts'
import type { ConfiguredAlerts } from '../../../services/alerts/configured-alerts.ts'
import { addAlertRoutes } from '../../../services/alerts/routes.ts'
import type { Dispatch } from '../../../services/delivery/dispatch.ts'
import { addDeliveryRoutes } from '../../../services/delivery/routes.ts'
import {
  exportRoutes,
  type Exports,
  type ExportSurroundings,
} from '../../../services/exports/configured-exports.ts'
import { openFeeds, type Feeds } from '../../../services/feeds/feeds.ts'
import { addFeedRoutes, feedPath } from '../../../services/feeds/routes.ts'
import { openLiveState, type LiveState } from '../../../services/live/live-state.ts'
import { registerOperations } from '../../../services/live/operations.ts'
import { registerLive, type LiveOptions } from '../../../services/live/routes.ts'
import { openEmbeddedLog } from '../../../services/log/embedded.ts'
import type { EventLog } from '../../../services/log/log.ts'
import { placementsOf } from '../../../services/log/topics.ts'
import type { Runner } from '../../../services/runner/runner.ts'
import { systemClock, type Clock } from '../../../services/runtime/clock.ts'
import { silentLogger } from '../../../services/runtime/logger.ts'
import { createMetrics, type Metrics } from '../../../services/runtime/metrics.ts'
import type { Warehouse } from '../../../services/warehouse/warehouse.ts'
import { addStatistics } from '../../../services/statistics/routes.ts'
import { openServerWarehouse } from '../../../services/warehouse/server.ts'

/** A log of its own in a folder that goes with it, and what shows it. */
export interface TestHub {
  readonly log: EventLog
  readonly state: LiveState
  readonly feeds: Feeds
  /** Null: nobody writes tables. */
  readonly runner: Runner | null
  readonly app: FastifyInstance
  /** Where it listens. */
  readonly url: string
  /** Appends each event wherever it belongs, in this order. */
  append(events: readonly LedgerEvent[]): Promise<void>
  /** Resolves when all that was appended is shown. */
  shown(): Promise<void>
  close(): Promise<void>
}

export interface TestHubOptions extends Partial<
  Pick<LiveOptions, 'apiTokens' | 'metricsTokens' | 'warehouse' | 'runnerProgress' | 'boardFolder'>
> {
  readonly clock?: Clock
  readonly folder?: string
  readonly port?: number
  readonly partitions?: number
  /** Opens who writes the tables. */
  readonly openRunner?: (log: EventLog) => Promise<Runner>
  /** Who delivers. The caller closes it. */
  readonly dispatch?: Dispatch
  /** Opens who writes files of intervals. The caller closes it. */
  readonly openExports?: (parts: ExportSurroundings) => Promise<Exports>
  /** Opens who looks at alert rules. */
  readonly openAlerts?: (parts: AlertParts) => Promise<ConfiguredAlerts>
}

export interface AlertParts {
  readonly log: EventLog
  readonly state: LiveState
  readonly warehouse: Warehouse
  readonly metrics: Metrics
  readonly clock: Clock
  readonly folder: string
}

export async function openTestHub(options: TestHubOptions = {}): Promise<TestHub> {
  const { clock = systemClock, apiTokens = [], port = 0, partitions } = options
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'ledgerline-live-')))
  const split = partitions === undefined ? {} : { partitions }
  const log = await openEmbeddedLog({ folder: join(folder, 'log'), clock, ...split })
  const runner = (await options.openRunner?.(log)) ?? null
  const file = join(folder, 'live-state')
  const state = await openLiveState({ log, file, clock, logger: silentLogger })
  const warehouse = options.warehouse ?? nowhere()
  // As the hub has it: a caller who leaves a connection open does not keep it from closing.
  const app = fastify({ forceCloseConnections: true })
  const shared = { warehouse, log, clock, apiTokens, logger: silentLogger }
  const metrics = createMetrics()
  const guard = { fallPercentMax: 50, fallMin: 10, believedAfterMs: 900_000 }
  const guardFile = join(folder, 'feed-guard.json')
  const feeds = await openFeeds({ log, clock, logger: silentLogger, metrics, guard, guardFile })
  const alerts =
    (await options.openAlerts?.({ log, state, warehouse, metrics, clock, folder })) ?? null
  const progress = runner === null ? {} : { runnerProgress: () => runner.progress() }
  const dispatch = options.dispatch ?? null
  const exports = (await options.openExports?.({ ...shared, state, dispatch, ...progress })) ?? null
  await registerLive(app, {
    ...progress,
    ...{ ...options, ...shared, state, metrics },
    addAlerts: (scope) => addAlertRoutes(scope, { alerts, clock, logger: silentLogger }),
    addDelivery: (scope) => addDeliveryRoutes(scope, { dispatch, clock, logger: silentLogger }),
    addFeeds: (scope) =>
      addFeedRoutes(scope, { ...progress, ...options, ...shared, feeds, state, metrics }),
    socketPaths: [feedPath],
    addExports: exportRoutes(exports, { ...shared, state, ...progress }),
    addStatistics: (scope) => addStatistics(scope, { ...shared, state }),
    addOperations: (scope) =>
      registerOperations(scope, {
        ...{ ...shared, runner, stateFolder: folder },
        sources: { metrics, silenceMs: 3_600_000, sinkTestId: () => null },
      }),
  })
  const url = await app.listen({ port, host: '127.0.0.1' })

  return {
    ...{ log, state, feeds, runner, app, url },
    append: (events) => appendAll(log, events),
    shown: () => shown(log, state),
    async close() {
      await app.close()
      await feeds.close()
      await alerts?.watch.close()
      await runner?.close()
      await state.close()
      await log.close()
      if (options.folder === undefined) await rm(folder, { recursive: true, force: true })
    },
  }
}

/** A warehouse that is not there. */
function nowhere(): Warehouse {
  return openServerWarehouse({ url: 'http://127.0.0.1:9', database: 'ledgerline' })
}

export async function appendAll(log: EventLog, events: readonly LedgerEvent[]): Promise<void> {
  for (const event of events) {
    const value = encodeEvent(event)
    for (const { topic, key, everywhere } of placementsOf(event)) {
      const partitions = Array.from({ length: log.partitions(topic) }, (_, partition) => partition)
      await log.append(
        topic,
        everywhere
          ? partitions.map((partition) => ({ key: '', value, partition }))
          : [{ key, value }],
      )
    }
  }
}

/** Nobody tells when the last record was taken, so it is asked again until the positions are there. */
export async function shown(log: EventLog, state: LiveState): Promise<void> {
  for (;;) {
    const behind = await Promise.all(
      state.shards().map(async ({ topic, partition, nextOffset }) => {
        const known = liveTopics.find((each) => each === topic)
        const ends = known === undefined ? [] : await log.end(known)
        return nextOffset < (ends[partition] ?? 0)
      }),
    )
    if (state.isCaughtUp() && !behind.includes(true)) return
    await new Promise((resolve) => setImmediate(resolve))
  }
}

const liveTopics = ['ledgerline.tasks', 'ledgerline.workers', 'ledgerline.config'] as const
