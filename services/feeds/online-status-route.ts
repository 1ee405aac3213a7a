import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { onlineAgentStatus } from '../../connectors/argus/answers.ts'
import { problemSchema } from '../../schemas/feeds/problem.ts'
import { answering } from '../live/answering.ts'
import { sendProblem } from '../live/problem.ts'
import { toldAsArgus } from './argus-target.ts'
import type { Feeds } from './feeds.ts'

const statusSchema = z.object({
  ...{ agentId: z.string(), stateCode: z.string(), stateName: z.string() },
  startDate: z.iso.datetime(),
})

/** What ARGUS reads where it did not hear what was pushed, which nothing answers. */
export function addOnlineStatusRoute(scope: FastifyInstance, feeds: Pick<Feeds, 'presentTo'>) {
  const app = scope.withTypeProvider<ZodTypeProvider>()
  app.get(
    '/v1/feeds/:target/online/agentStatus',
    {
      schema: {
        tags: ['feeds'],
        summary: 'Who is logged on, and what he is, as ARGUS asks for it',
        params: z.object({
          target: z.string().describe('A target of delivery, which is pushed to'),
        }),
        ...answering({
          ...{ 200: z.array(statusSchema), 401: problemSchema, 404: problemSchema },
          503: problemSchema,
        }),
      },
    },
    async ({ params: { target } }, reply): Promise<unknown> => {
      const { readiness, states } = toldAsArgus(target, feeds.presentTo(target))
      if (!readiness.isReady) {
        reply.header('retry-after', readiness.retryAfterSeconds)
        const detail = `who is logged on is not known for sure: ${readiness.reason}`
        return sendProblem(reply, 503, detail)
      }
      return reply.header('cache-control', 'no-cache').send(onlineAgentStatus(states))
    },
  )
}
