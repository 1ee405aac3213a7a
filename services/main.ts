import { join } from 'node:path'
import fastify, { type FastifyInstance } from 'fastify'
import { openConfiguredAlerts } from './alerts/configured-alerts.ts'
import { addAlertRoutes } from './alerts/routes.ts'
import { openConfiguredDelivery } from './delivery/configured-delivery.ts'
import { addDeliveryRoutes } from './delivery/routes.ts'
import { exportRoutes, openConfiguredExports } from './exports/configured-exports.ts'
import { openFeeds } from './feeds/feeds.ts'
import { addFeedRoutes, feedPath } from './feeds/routes.ts'
import { statesFaults } from './feeds/states-faults.ts'
import { ingestSettings } from './ingest/ingest-settings.ts'
import { registerIngest } from './ingest/routes.ts'
import { createAdherenceReader, outSince } from './live/adherence-day.ts'
import { addProcessHealth } from './live/process-health.ts'
import { openLiveState } from './live/live-state.ts'
import { tableNeeds } from './live/health-routes.ts'
import { registerOperations } from './live/operations.ts'
import { registerLive } from './live/routes.ts'
import { tablesAsOf } from './live/table-time.ts'
import type { Appender } from './log/appender.ts'
import { openEmbeddedLog } from './log/embedded.ts'
import { openKafkaLog } from './log/kafka.ts'
import { kafkaOptions } from './log/kafka/configured-kafka.ts'
import type { EventLog } from './log/log.ts'
import { openSpool } from './log/spool.ts'
import { openConfiguredRepair } from './repair/configured-repair.ts'
import { lastTickOf } from './repair/last-tick.ts'
import type { Repair } from './repair/repair.ts'
import { openRunner, type Runner } from './runner/runner.ts'
import { mendSwap } from './runner/shadow.ts'
import { showShards } from './runner/shown-metrics.ts'
import { startTicker } from './runner/ticker.ts'
import { fillZoneOffsets } from './runner/zone-offsets.ts'
import { systemClock, type Clock } from './runtime/clock.ts'
import { createClosing, type Closing } from './runtime/closing.ts'
import type { Config } from './runtime/config.ts'
import { createLogger, type Logger } from './runtime/logger.ts'
import { createMetrics, type Metrics } from './runtime/metrics.ts'
import { secretIn } from './runtime/secret-file.ts'
import { addStatistics } from './statistics/routes.ts'
import { openEmbeddedWarehouse } from './warehouse/embedded.ts'
import { migrate } from './warehouse/migrations.ts'
import { openServerWarehouse } from './warehouse/server.ts'
import type { Warehouse } from './warehouse/warehouse.ts'

/** What a process of the hub does; one process may do all of it. */
export const roles = ['ingest', 'projections', 'api'] as const
export type Role = (typeof roles)[number]

export interface HubOptions {
  readonly roles?: readonly Role[]
  readonly clock?: Clock
  readonly logger?: Logger
  /** Until then no files of intervals are written by themselves; when it is missing they are from the start. */
  readonly exportsAfter?: Promise<void>
}

export interface Hub {
  /** Of webhooks, API and wallboard. */
  readonly url: string
  /** Of ClickHouse's HTTP interface, the embedded engine's or the server's; empty where no role needs tables. */
  readonly warehouseUrl: string
  /** Rejects when the hub cannot go on; resolves when it was closed. */
  readonly done: Promise<void>
  close(): Promise<void>
}

/** Opens, wires and closes everything: the only place that knows which adapter stands behind a port. */
export async function openHub(config: Config, options: HubOptions = {}): Promise<Hub> {
  const { clock = systemClock, logger = createLogger(config.LEDGERLINE_LOG_LEVEL) } = options
  const { exportsAfter = Promise.resolve() } = options
  const own = new Set(options.roles ?? roles)
  const opened = createClosing()
  const parts: Parts = {
    ...{ config, clock, logger, opened },
    metrics: createMetrics(),
    app: fastify({ logger: false, forceCloseConnections: true }),
    stateFolder: join(config.LEDGERLINE_DATA_DIR, 'state'),
  }
  try {
    const isOnlyDoor = !own.has('projections') && !own.has('api')
    const log = isOnlyDoor && hasBrokers(config) ? null : await openLog(parts)
    const tables = isOnlyDoor ? null : await openTables(parts)
    const projections =
      log !== null && tables !== null && own.has('projections')
        ? await openProjections(parts, log, tables.warehouse)
        : null
    const ingest = own.has('ingest') ? await openIngest(parts, log) : null
    if (log !== null && tables !== null) {
      await openAnswers(parts, log, tables.warehouse, {
        ...{ projections, ingest, exportsAfter },
        isApi: own.has('api'),
      })
    } else {
      // While the brokers are away the spool takes what comes: it needs nobody.
      addProcessHealth(parts.app, { ...parts, ...tokensOf(config), needs: {} })
    }

    const { LEDGERLINE_HOST: host, LEDGERLINE_PORT: port } = config
    const url = await parts.app.listen({ host, port })
    opened.add(() => parts.app.close())
    return {
      url,
      warehouseUrl: tables?.url ?? '',
      done: Promise.race([opened.closed, projections?.runner.done ?? opened.closed]),
      close: () => opened.close(),
    }
  } catch (error) {
    await opened.close()
    throw error
  }
}

interface Parts {
  readonly config: Config
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: Metrics
  readonly app: FastifyInstance
  readonly stateFolder: string
  readonly opened: Closing
}

function hasBrokers(config: Config): boolean {
  return config.KAFKA_BROKERS.length > 0
}

async function openLog({ config, clock, logger, opened }: Parts): Promise<EventLog> {
  const partitions =
    config.LEDGERLINE_PARTITIONS === undefined ? {} : { partitions: config.LEDGERLINE_PARTITIONS }
  const folder = join(config.LEDGERLINE_DATA_DIR, 'log')
  const log = hasBrokers(config)
    ? await openKafkaLog({ ...kafkaOptions(config), ...partitions, clock, logger })
    : await openEmbeddedLog({ folder, ...partitions, clock, logger })
  opened.add(() => log.close())
  return log
}

async function openTables({ config, clock, logger, opened }: Parts) {
  const { CLICKHOUSE_DATABASE: database, CLICKHOUSE_URL: server } = config
  let tables: { readonly warehouse: Warehouse; readonly url: string }
  if (server === undefined) {
    const engine = await openEmbeddedWarehouse({
      folder: join(config.LEDGERLINE_DATA_DIR, 'engine'),
      secret: await secretIn(join(config.LEDGERLINE_DATA_DIR, 'engine-secret')),
      host: config.LEDGERLINE_ENGINE_HOST,
      port: config.LEDGERLINE_ENGINE_PORT,
      readerPassword: config.LEDGERLINE_ENGINE_READER_PASSWORD,
      ...{ database, clock, logger },
    })
    opened.add(() => engine.close())
    tables = engine
  } else {
    const { CLICKHOUSE_USER: username, CLICKHOUSE_PASSWORD: password } = config
    const access = { url: server, username, password }
    const warehouse = openServerWarehouse({ ...access, database, clock, logger })
    opened.add(() => warehouse.close())
    tables = { warehouse, url: server }
  }
  await migrate(tables.warehouse)
  return tables
}

interface Projections {
  readonly runner: Runner
  readonly repair: Repair
}

async function openProjections(
  parts: Parts,
  log: EventLog,
  warehouse: Warehouse,
): Promise<Projections> {
  const { config, stateFolder, clock, logger, opened } = parts
  await mendSwap(warehouse, stateFolder)
  // Before the ticker begins, or the hub would never know that it was down.
  const lastTickAt = await lastTickOf(log)
  const runner = await openRunner({
    ...{ log, warehouse, stateFolder, clock, logger },
    // An embedded ledger belongs to one machine; nobody takes its shards over.
    ...(hasBrokers(config) ? { copyBehindMax } : {}),
  })
  opened.add(() => runner.close())
  const zoneOffsets = fillZoneOffsets({ warehouse, clock, logger })
  opened.add(() => zoneOffsets.close())
  const ticker = startTicker(log, clock, logger)
  opened.add(() => ticker.close())
  const repair = openConfiguredRepair(config, {
    ...{ appender: log, warehouse, clock, logger, lastTickAt },
    progress: () => runner.progress(),
    tablesAsOf: () => tablesAsOf({ log, warehouse, runnerProgress: () => runner.progress() }),
  })
  opened.add(() => repair.close())
  return { runner, repair }
}

/** What a machine that takes a shard over reads again at the most: some ten seconds' work for each shard. */
const copyBehindMax = 50_000

type Ingest = Awaited<ReturnType<typeof registerIngest>>

/** In front of brokers stands a spool on this machine's disk, so that a webhook is answered whatever they do. */
async function openIngest(parts: Parts, log: EventLog | null): Promise<Ingest> {
  const { config, app, clock, logger, metrics } = parts
  return registerIngest(app, {
    appender: hasBrokers(config) || log === null ? await openSpooled(parts, log) : log,
    ...{ clock, logger, metrics },
    config: ingestSettings(config),
  })
}

async function openSpooled(parts: Parts, log: EventLog | null): Promise<Appender> {
  const { config, clock, logger, opened, metrics } = parts
  const folder = join(config.LEDGERLINE_DATA_DIR, 'spool')
  const spool = await openSpool({ folder, log: log ?? (() => openLog(parts)), clock, logger })
  opened.add(() => spool.close())
  metrics.onRead(() => {
    const { records, fullness, oldestAgeMs } = spool.status()
    metrics.spoolRecords.set(records)
    metrics.spoolFullness.set(fullness)
    metrics.spoolOldestSeconds.set(oldestAgeMs / 1000)
    return Promise.resolve()
  })
  return spool
}

/** What else this process does, and can be asked about. */
interface OwnRoles {
  readonly projections: Projections | null
  readonly ingest: Ingest | null
  readonly isApi: boolean
  readonly exportsAfter: Promise<void>
}

function tokensOf({ LEDGERLINE_API_TOKENS, LEDGERLINE_METRICS_TOKENS }: Config) {
  return { apiTokens: LEDGERLINE_API_TOKENS, metricsTokens: LEDGERLINE_METRICS_TOKENS }
}

async function openAnswers(
  parts: Parts,
  log: EventLog,
  warehouse: Warehouse,
  { projections, ingest, isApi, exportsAfter }: OwnRoles,
): Promise<void> {
  const runner = projections?.runner ?? null
  const { config, app, clock, logger, metrics, stateFolder, opened } = parts
  const { apiTokens, metricsTokens } = tokensOf(config)
  const shared = { log, warehouse, clock, logger, apiTokens }
  if (runner !== null) metrics.onRead(() => showShards(metrics, runner, log))
  const addOperations = (scope: FastifyInstance) =>
    registerOperations(scope, {
      ...{ ...shared, runner, stateFolder },
      backfiller: projections?.repair ?? null,
      auditor: projections?.repair.auditor ?? null,
      sources: {
        metrics,
        silenceMs: config.LEDGERLINE_SILENCE_MINUTES * 60_000,
        sinkTestId: () => ingest?.status().lastTestId ?? null,
      },
    })
  if (!isApi) {
    addOperations(app)
    const needs = tableNeeds(log, warehouse)
    addProcessHealth(app, { metrics, apiTokens, metricsTokens, logger, needs })
    return
  }
  const file = join(config.LEDGERLINE_DATA_DIR, 'live-state.bin')
  const state = await openLiveState({ log, file, clock, logger })
  opened.add(() => state.close())
  const fallPercentMax = config.LEDGERLINE_FEED_FALL_PERCENT
  const guard = { fallPercentMax, fallMin: 10, believedAfterMs: 15 * 60_000 }
  const guardFile = join(config.LEDGERLINE_DATA_DIR, 'feed-guard.json')
  const feeds = await openFeeds({ log, clock, logger, metrics, guard, guardFile })
  opened.add(() => feeds.close())
  const progress = runner === null ? {} : { runnerProgress: () => runner.progress() }
  const alerts = await openConfiguredAlerts(config, {
    ...{ log, warehouse, state, metrics, clock, logger },
    unmapped: () => feeds.board.unmapped(),
    out: () => outSince(createAdherenceReader({ ...shared, state, ...progress })),
    progress: runner === null ? null : () => runner.progress(),
    tablesAsOf: () => tablesAsOf({ ...shared, ...progress }),
  })
  if (alerts !== null) opened.add(() => alerts.watch.close())
  const dispatch = await openConfiguredDelivery(config, {
    ...{ appender: log, metrics, clock, logger, env: process.env },
    statesFaults,
    composersOf: (targets) => feeds.composersOf(targets),
  })
  if (dispatch !== null) {
    opened.add(() => dispatch.close())
    opened.add(feeds.startSending(dispatch))
  }
  const unsettled = () => projections?.repair.unsettled() ?? []
  const exporting = { ...shared, state, dispatch, unsettled, ...progress }
  const exports = await openConfiguredExports(config, exporting, exportsAfter)
  if (exports !== null) opened.add(() => exports.close())
  await registerLive(app, {
    ...{ ...shared, metricsTokens, state, metrics, addOperations },
    addAlerts: (scope) => addAlertRoutes(scope, { alerts, clock, logger }),
    addDelivery: (scope) => {
      const agentsOf = (target: string) => feeds.statusOf(target)
      addDeliveryRoutes(scope, { dispatch, clock, logger, agentsOf })
    },
    addFeeds: (scope) => addFeedRoutes(scope, { ...shared, feeds, state, metrics, ...progress }),
    socketPaths: [feedPath],
    addExports: exportRoutes(exports, exporting),
    addStatistics: (scope) => addStatistics(scope, { ...shared, state }),
    ...progress,
  })
}
