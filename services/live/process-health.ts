import type { FastifyInstance } from 'fastify'
import type { Logger } from '../runtime/logger.ts'
import type { Metrics } from '../runtime/metrics.ts'
import { createReadAccess } from './access.ts'
import { addHealthRoutes, type Needs } from './health-routes.ts'
import { sendProblem } from './problem.ts'

export interface ProcessHealthOptions {
  readonly metrics: Metrics
  readonly apiTokens: readonly string[]
  readonly needs: Needs
  readonly logger: Logger
}

/** What a process without the API tells of itself: how it is, and its metrics to those who may read. */
export function addProcessHealth(
  app: FastifyInstance,
  { metrics, apiTokens, needs, logger }: ProcessHealthOptions,
): void {
  const mayRead = createReadAccess(apiTokens)
  addHealthRoutes(app, needs, logger)
  app.get('/metrics', async (request, reply) => {
    if (!mayRead(request)) return sendProblem(reply, 401, 'an API token is needed')
    return reply.type(metrics.contentType).send(await metrics.text())
  })
}
