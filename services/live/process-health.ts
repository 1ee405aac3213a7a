import type { FastifyInstance } from 'fastify'
import type { Metrics } from '../runtime/metrics.ts'
import { createReadAccess } from './access.ts'
import { sendProblem } from './problem.ts'

/** What a process without the API tells of itself: that it lives, and its metrics to those who may read. */
export function addProcessHealth(
  app: FastifyInstance,
  metrics: Metrics,
  apiTokens: readonly string[],
): void {
  const mayRead = createReadAccess(apiTokens)
  app.get('/healthz', (_request, reply) => reply.send({ ok: true }))
  app.get('/metrics', async (request, reply) => {
    if (!mayRead(request)) return sendProblem(reply, 401, 'an API token is needed')
    return reply.type(metrics.contentType).send(await metrics.text())
  })
}
