import type { FastifyInstance } from 'fastify'
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import type { EventLog, Shard } from '../log/log.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Logger } from '../runtime/logger.ts'
import type { Metrics } from '../runtime/metrics.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'
import { createReadAccess } from './access.ts'
import { addAdherenceRoutes } from './adherence-routes.ts'
import { adherenceStreamPath } from './adherence-stream-route.ts'
import { addCompletenessRoutes } from './completeness-routes.ts'
import { addBoard } from './board-files.ts'
import { addDocumentation } from './documentation.ts'
import { addCustomerRoutes } from './customer-routes.ts'
import { addDimensionRoutes } from './dimension-routes.ts'
import { createErrorAnswer } from './error-answer.ts'
import { addHealthRoutes, tableNeeds } from './health-routes.ts'
import { addIntervalRoutes } from './interval-routes.ts'
import { addRestatementRoutes } from './restatement-routes.ts'
import type { LiveState } from './live-state.ts'
import { addMetricsRoute } from './metrics-route.ts'
import { ProblemAnswer, sendProblem } from './problem.ts'
import { addStateRoutes, streamPath } from './state-routes.ts'
import { addTimelineRoutes } from './timeline-routes.ts'
import { addWebSockets } from './upgrades.ts'

/** How far the tables are in step with one shard of the ledger. */
export interface TableProgress extends Shard {
  readonly nextOffset: number
  /** The time that the shard's rows are as of. */
  readonly tick: number
}

export interface LiveOptions {
  readonly state: LiveState
  readonly warehouse: Warehouse
  /** Of the runner in this process, if there is one: says as of when the tables are. */
  readonly runnerProgress?: () => readonly TableProgress[]
  readonly log: EventLog
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: Metrics
  /** Without any, only callers on this machine are answered. */
  readonly apiTokens: readonly string[]
  /** They open `/metrics`, and nothing else. */
  readonly metricsTokens?: readonly string[]
  /** Adds the routes of the operations, which are described together with the others. */
  readonly addOperations?: (scope: FastifyInstance) => void
  /** Adds TaskRouter's statistics, which are described together with the others too. */
  readonly addStatistics?: (scope: FastifyInstance) => void
  /** Adds the routes of alerts, which whoever may read the API may ask for. */
  readonly addAlerts?: (scope: FastifyInstance) => void
  /** Adds the routes of delivery, for the same. */
  readonly addDelivery?: (scope: FastifyInstance) => void
  /** Adds the routes of the adherence feed. */
  readonly addFeeds?: (scope: FastifyInstance) => void
  /** Of theirs, those that WebSockets are opened at. */
  readonly socketPaths?: readonly string[]
  /** Adds the routes of files of intervals, for the same. */
  readonly addExports?: (scope: FastifyInstance) => void
  /** Another folder of the wallboard's files than the hub's own. */
  readonly boardFolder?: string
}

/** What the hub shows: state, intervals, its own health, the wallboard, and what it all means. */
export async function registerLive(app: FastifyInstance, options: LiveOptions): Promise<void> {
  const mayRead = createReadAccess(options.apiTokens)

  const { log, warehouse, state, logger } = options
  const needs = {
    ...tableNeeds(log, warehouse),
    'live state reads': () => Promise.resolve(state.freshness().reading),
    'live state has caught up': () => Promise.resolve(state.isCaughtUp()),
  }
  addHealthRoutes(app, needs, logger)
  await app.register(async (scope) => {
    scope.setValidatorCompiler(validatorCompiler)
    scope.setSerializerCompiler(serializerCompiler)
    scope.setErrorHandler(createErrorAnswer(options.logger))
    await addDocumentation(scope)
    const { metrics, apiTokens, metricsTokens = [] } = options
    addMetricsRoute(scope, { metrics, apiTokens, metricsTokens })
    options.addOperations?.(scope)
    options.addStatistics?.(scope)
    await addWebSockets(scope, [streamPath, adherenceStreamPath, ...(options.socketPaths ?? [])])
    await scope.register((guarded, _options, done) => {
      guarded.addHook('onRequest', async (request, reply) => {
        // In the query it would else be a parameter that no call knows.
        const allowed = mayRead(request)
        if (typeof request.query === 'object' && request.query !== null) {
          Reflect.deleteProperty(request.query, 'access_token')
        }
        if (allowed) return
        reply.header('www-authenticate', 'Bearer')
        return sendProblem(reply, 401, 'an API token is needed')
      })
      addStateRoutes(guarded, options)
      addIntervalRoutes(guarded, options)
      addAdherenceRoutes(guarded, options)
      addRestatementRoutes(guarded, warehouse)
      addCompletenessRoutes(guarded, options)
      addCustomerRoutes(guarded, options)
      addDimensionRoutes(guarded, options)
      addTimelineRoutes(guarded, options)
      options.addAlerts?.(guarded)
      options.addDelivery?.(guarded)
      options.addFeeds?.(guarded)
      options.addExports?.(guarded)
      guarded.all('/v1/*', { schema: { hide: true } }, () => {
        throw new ProblemAnswer(404, 'there is nothing at this address; /docs lists what there is')
      })
      done()
    })
    await addBoard(scope, options.boardFolder)
  })
}
