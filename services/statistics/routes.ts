import type { FastifyInstance } from 'fastify'
import type { Logger } from '../runtime/logger.ts'
import { createKeyAccess } from './access.ts'
import { addQueueResources } from './queue-resources.ts'
import { createResources, type StatisticsSources } from './resource.ts'
import { createTwilioErrorAnswer, notFound, sendTwilioError } from './twilio-answer.ts'
import { addWorkerResources } from './worker-resources.ts'
import { addWorkflowResources } from './workflow-resources.ts'
import { addWorkspaceResources } from './workspace-resources.ts'

export interface StatisticsOptions extends StatisticsSources {
  readonly logger: Logger
  /** Without any, only callers on this machine are answered. */
  readonly apiTokens: readonly string[]
}

/**
 * TaskRouter's statistics resources, read only: what Twilio's own clients ask of `taskrouter.twilio.com` they may ask of the
 * hub. Also what goes wrong is answered in Twilio's form.
 */
export function addStatistics(scope: FastifyInstance, options: StatisticsOptions): void {
  const mayRead = createKeyAccess(options.apiTokens)
  scope.register((app, _options, done) => {
    // A question is read where it is answered: some of what may be wrong with it only the tables know, and all is told at once.
    app.setValidatorCompiler(() => (value: unknown) => ({ value }))
    app.setSerializerCompiler(() => (value) => JSON.stringify(value))
    app.setErrorHandler(createTwilioErrorAnswer(options.logger))
    app.addHook('onRequest', async (request, reply) => {
      if (mayRead(request)) return
      reply.header('www-authenticate', 'Basic realm="Ledgerline"')
      return sendTwilioError(reply, 401, 'Authenticate')
    })
    const resources = createResources(app, options)
    addWorkspaceResources(resources)
    addQueueResources(resources)
    addWorkflowResources(resources)
    addWorkerResources(resources)
    app.all('/v1/Workspaces/*', { schema: { hide: true } }, ({ url }) => {
      throw notFound(new URL(url, 'http://here').pathname.replace('/v1', ''))
    })
    done()
  })
}
