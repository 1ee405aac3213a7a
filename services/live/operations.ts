import type { FastifyInstance } from 'fastify'
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import {
  progressSchema,
  type OperationsProgress,
  type ShardProgress,
} from '../../schemas/feeds/operations.ts'
import type { EventLog } from '../log/log.ts'
import { nameOf } from '../log/shards.ts'
import { tickedTopics } from '../log/topics.ts'
import type { Runner } from '../runner/runner.ts'
import { readTopics } from '../runner/shards.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Logger } from '../runtime/logger.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'
import { acceptCsv, acceptYaml } from './asked-file.ts'
import { addDefinitionRoutes } from './definition-routes.ts'
import { createErrorAnswer } from './error-answer.ts'
import { addExceptionRoutes } from './exception-routes.ts'
import { addExplainRoutes } from './explain-routes.ts'
import { createLedgerDefinitions } from './ledger-definitions.ts'
import { createKnowledgeReader } from './ledger-knowledge.ts'
import { createLedgerMappings } from './ledger-mappings.ts'
import { addMappingRehearsal } from './mapping-rehearsal-route.ts'
import { addMappingRoutes } from './mapping-routes.ts'
import { admitOnly } from './operations-access.ts'
import { addAuditRoute, type Auditor } from './operations-audit.ts'
import { addBackfillRoute, type Backfiller } from './operations-backfill.ts'
import { addDeadLetterRoutes } from './operations-dead-letters.ts'
import { described } from './operations-described.ts'
import { addJobRoutes, whyNot } from './operations-tables.ts'
import { addRehearsalRoute } from './rehearsal-route.ts'
import { addForecastRoutes } from './forecast-routes.ts'
import { addScheduleRoutes } from './schedule-routes.ts'
import { addTwilioConfigRoute } from './twilio-config-route.ts'
import { addSourceRoutes, type SourceRoutesOptions } from './source-routes.ts'
import { addWhatIfRoute } from './whatif-route.ts'

export interface OperationsOptions {
  readonly log: EventLog
  readonly warehouse: Warehouse
  /** Null in a process that writes no tables: it can tell how things stand, but neither rebuild nor verify. */
  readonly runner: Runner | null
  /** Missing in a process that repairs nothing. */
  readonly backfiller?: Backfiller | null
  readonly auditor?: Auditor | null
  /** What `GET /v1/sources` needs beside the tables. */
  readonly sources?: Omit<SourceRoutesOptions, 'warehouse' | 'clock'>
  readonly stateFolder: string
  readonly clock: Clock
  readonly logger: Logger
  readonly apiTokens: readonly string[]
}

/** What the hub does about itself when it is asked to, over HTTP, because its log and its engine belong to one process. */
export function registerOperations(app: FastifyInstance, options: OperationsOptions): void {
  const { log, runner, clock, logger, apiTokens } = options
  void app.register((scope, _options, done) => {
    scope.setValidatorCompiler(validatorCompiler)
    scope.setSerializerCompiler(serializerCompiler)
    scope.setErrorHandler(createErrorAnswer(logger))
    admitOnly(scope, apiTokens)
    addDeadLetterRoutes(scope, { log, clock })
    const { warehouse } = options
    acceptYaml(scope)
    acceptCsv(scope)
    const reader = createKnowledgeReader(log)
    const ledger = createLedgerDefinitions(log, reader)
    const mappings = createLedgerMappings(log, reader)
    addDefinitionRoutes(scope, { ledger, clock, logger })
    addMappingRoutes(scope, { ledger: mappings, warehouse, clock, logger })
    addTwilioConfigRoute(scope, { log, clock })
    addScheduleRoutes(scope, { log, warehouse, clock, logger })
    addExceptionRoutes(scope, { log, warehouse, clock, logger })
    addForecastRoutes(scope, { log, warehouse, clock, logger })
    const refusal = () => whyNot(log, runner)
    addRehearsalRoute(scope, { log, warehouse, runner, ledger, clock, logger, refusal })
    addMappingRehearsal(scope, {
      ...{ log, warehouse, runner, ledger: mappings, clock, logger, refusal },
    })
    addWhatIfRoute(scope, { warehouse, clock, logger })
    addBackfillRoute(scope, options.backfiller ?? null, { clock, logger })
    addAuditRoute(scope, options.auditor ?? null, { clock, logger })
    const progress = runner === null ? {} : { runnerProgress: () => runner.progress() }
    addExplainRoutes(scope, { log, warehouse, clock, ...progress })
    if (options.sources !== undefined) {
      addSourceRoutes(scope, { ...options.sources, warehouse, clock })
    }
    scope.get(
      '/v1/operations/progress',
      described('How far the tables are in step with the ledger', progressSchema),
      () => progressOf(log, runner, clock),
    )

    addJobRoutes(scope, options)
    done()
  })
}

async function progressOf(
  log: EventLog,
  runner: Runner | null,
  clock: Clock,
): Promise<OperationsProgress> {
  const held = new Map((runner?.progress() ?? []).map((shard) => [nameOf(shard), shard]))
  const shards: ShardProgress[] = []
  for (const topic of readTopics) {
    for (const [partition, end] of (await log.end(topic)).entries()) {
      const shard = held.get(nameOf({ topic, partition }))
      const nextOffset = shard?.nextOffset ?? null
      // Elsewhere time passes only with what is told of the tables.
      const isTicked = tickedTopics.some((ticked) => ticked === topic)
      const tick = !isTicked || shard === undefined || shard.tick === 0 ? null : shard.tick
      shards.push({
        ...{ topic, partition, end, nextOffset, tick },
        lagRecords: nextOffset === null ? null : Math.max(0, end - nextOffset),
        ageMs: tick === null ? null : clock.now() - tick,
      })
    }
  }
  return { at: clock.now(), holdsAll: held.size === shards.length, shards }
}
