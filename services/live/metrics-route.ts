import type { FastifyInstance } from 'fastify'
import { bearerOf, createTokenCheck } from '../runtime/caller.ts'
import type { Metrics } from '../runtime/metrics.ts'
import { createReadAccess } from './access.ts'
import { sendProblem } from './problem.ts'

export interface MetricsRouteOptions {
  readonly metrics: Metrics
  /** Without any, only callers on this machine are answered. */
  readonly apiTokens: readonly string[]
  /** They open this address, and no other. */
  readonly metricsTokens: readonly string[]
}

/** `GET /metrics`, for Prometheus. It tells how the hub does, and nothing of customers or agents. */
export function addMetricsRoute(
  app: FastifyInstance,
  { metrics, apiTokens, metricsTokens }: MetricsRouteOptions,
): void {
  const mayRead = createReadAccess(apiTokens)
  const isMetricsToken = createTokenCheck(metricsTokens)
  app.get('/metrics', { schema: { hide: true } }, async (request, reply) => {
    if (!mayRead(request) && !isMetricsToken(bearerOf(request.headers.authorization))) {
      reply.header('www-authenticate', 'Bearer')
      return sendProblem(reply, 401, 'an API token is needed')
    }
    return reply.type(metrics.contentType).send(await metrics.text())
  })
}
