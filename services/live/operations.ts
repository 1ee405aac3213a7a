import type { FastifyInstance } from 'fastify'
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import {
  progressSchema,
  rebuildResultSchema,
  verifyResultSchema,
  workLineSchema,
  type OperationsProgress,
  type ShardProgress,
} from '../../schemas/feeds/operations.ts'
import type { EventLog } from '../log/log.ts'
import { nameOf } from '../log/shards.ts'
import { rebuild, verify, type RebuildOptions } from '../runner/rebuild.ts'
import type { Runner } from '../runner/runner.ts'
import { readTopics } from '../runner/shards.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Logger } from '../runtime/logger.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'
import { addDefinitionRoutes } from './definition-routes.ts'
import { createErrorAnswer } from './error-answer.ts'
import { addExplainRoutes } from './explain-routes.ts'
import { createLedgerDefinitions } from './ledger-definitions.ts'
import { admitOnly } from './operations-access.ts'
import { addAuditRoute, type Auditor } from './operations-audit.ts'
import { addBackfillRoute, type Backfiller } from './operations-backfill.ts'
import { addDeadLetterRoutes } from './operations-dead-letters.ts'
import { described } from './operations-described.ts'
import { createLongWork, type WorkContext } from './operations-work.ts'
import { addRehearsalRoute } from './rehearsal-route.ts'
import { addSourceRoutes, type SourceRoutesOptions } from './source-routes.ts'

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
    const ledger = createLedgerDefinitions(log)
    addDefinitionRoutes(scope, { ledger, clock, logger })
    const refusal = () => whyNot(log, runner)
    addRehearsalRoute(scope, { log, warehouse, runner, ledger, clock, logger, refusal })
    addBackfillRoute(scope, options.backfiller ?? null, { clock, logger })
    addAuditRoute(scope, options.auditor ?? null, { clock, logger })
    addExplainRoutes(scope, { warehouse, clock, progress: () => runner?.progress() ?? [] })
    if (options.sources !== undefined) {
      addSourceRoutes(scope, { ...options.sources, warehouse, clock })
    }
    scope.get(
      '/v1/operations/progress',
      described('How far the tables are in step with the ledger', progressSchema),
      () => progressOf(log, runner, clock),
    )

    const work = createLongWork({ clock, logger, refusal })
    scope.addHook('onClose', () => work.close())
    scope.post(
      '/v1/operations/rebuild',
      described('Folds the ledger into new tables and puts them in the place of the old', lines),
      (_request, reply) =>
        work.run('rebuild', reply, async (context) =>
          rebuildResultSchema.parse(await rebuild(optionsOf(context))),
        ),
    )
    scope.post(
      '/v1/operations/verify',
      described('Works all tables out again and compares', lines),
      (_request, reply) => work.run('verify', reply, async (context) => verified(optionsOf(context))),
    )
    done()
  })

  function optionsOf({ onProgress }: WorkContext): RebuildOptions {
    if (runner === null) throw new Error('work was begun without a runner')
    const { warehouse, stateFolder } = options
    return { log, warehouse, runner, stateFolder, clock, logger, onProgress }
  }
}

const lines = workLineSchema.describe(
  'Lines of JSON: progress again and again, then a result or an error',
)

/** Each interval twice: from the ledger in shadow tables, and in SQL from the facts. */
async function verified(options: RebuildOptions) {
  const { tables, differences, missingDerived, facts } = await verify(options)
  return verifyResultSchema.parse({
    isSame:
      differences.length === 0 && missingDerived.length === 0 && facts.differences.length === 0,
    tables,
    againstLog: differences,
    missingDerived,
    factsCompared: facts.compared,
    againstFacts: facts.differences,
  })
}

/**
 * A rebuild puts new tables in the place of all shards' tables at once, so it needs all shards; a verify of some would
 * call the rows of the others a difference.
 */
function whyNot(log: EventLog, runner: Runner | null): string | null {
  if (runner === null) return 'this process writes no tables: ask one with the role projections'
  const [held, all] = [runner.progress().length, shardsCount(log)]
  if (held === all) return null
  return `this process holds ${held} of ${all} shards: run only one with the role projections, and wait until it has all`
}

function shardsCount(log: EventLog): number {
  return readTopics.reduce((sum, topic) => sum + log.partitions(topic), 0)
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
      const tick = shard === undefined || shard.tick === 0 ? null : shard.tick
      shards.push({
        ...{ topic, partition, end, nextOffset, tick },
        lagRecords: nextOffset === null ? null : Math.max(0, end - nextOffset),
        ageMs: tick === null ? null : clock.now() - tick,
      })
    }
  }
  return { at: clock.now(), holdsAll: held.size === shards.length, shards }
}
