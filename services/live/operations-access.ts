import type { FastifyInstance } from 'fastify'
import { createReadAccess, isFromAnotherSite } from './access.ts'
import { sendProblem } from './problem.ts'

/** Lets only those in who may read the API; and no pages of others, because here something is done. */
export function admitOnly(scope: FastifyInstance, apiTokens: readonly string[]): void {
  const mayRead = createReadAccess(apiTokens)
  scope.addHook('onRequest', async (request, reply) => {
    const allowed = mayRead(request)
    // In the query it would else be a parameter that no call knows.
    if (typeof request.query === 'object' && request.query !== null) {
      Reflect.deleteProperty(request.query, 'access_token')
    }
    if (!allowed) {
      reply.header('www-authenticate', 'Bearer')
      return sendProblem(reply, 401, 'an API token is needed')
    }
    if (isFromAnotherSite(request)) {
      return sendProblem(reply, 403, 'a page of another site may not ask for this')
    }
  })
}
