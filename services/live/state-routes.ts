import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { problemSchema } from '../../schemas/feeds/problem.ts'
import { hasTag } from '../runtime/etag.ts'
import { stateSchema } from '../../schemas/feeds/state.ts'
import { answering } from './answering.ts'
import type { LiveOptions } from './routes.ts'
import { createStateAnswers } from './state-answers.ts'
import { addStatePartRoutes } from './state-part-routes.ts'
import { createStateStream } from './state-stream.ts'

const json = 'application/json; charset=utf-8'
const tags = ['state']

/** The routing state of this second: whole, in parts, and as a stream. */
export function addStateRoutes(
  scope: FastifyInstance,
  { state, clock, metrics }: Pick<LiveOptions, 'state' | 'clock' | 'metrics'>,
): void {
  const app = scope.withTypeProvider<ZodTypeProvider>()
  const answers = createStateAnswers(state, clock)
  const stream = createStateStream(state, answers)
  metrics.onRead(() => {
    metrics.streamReaders.set(stream.readersCount)
    metrics.liveLagRecords.set(
      state.shards().reduce((sum, { lagRecords }) => sum + (lagRecords ?? 0), 0),
    )
    return Promise.resolve()
  })
  // Before the server waits for its connections to end: a stream would keep it waiting for ever.
  app.addHook('preClose', (done) => {
    stream.close()
    done()
  })

  /** Sends the answer, or that the one which the caller has is still right. */
  function answer(
    request: FastifyRequest,
    reply: FastifyReply,
    body: () => string | Buffer,
  ): FastifyReply {
    const tag = answers.tag()
    reply.header('etag', tag).header('cache-control', 'no-cache')
    if (hasTag(tag, request.headers['if-none-match'])) return reply.code(304).send()
    return reply.type(json).send(body())
  }

  app.get(
    '/v1/state',
    {
      schema: {
        tags,
        summary: 'The whole routing state of this second',
        ...answering({ 200: stateSchema, 401: problemSchema }),
      },
    },
    (request, reply) => answer(request, reply, () => answers.whole()),
  )

  addStatePartRoutes(scope, (request, reply, fields) =>
    answer(request, reply, () => {
      const [publication, details, held] = [state.current(), state.details(), answers.held()]
      return JSON.stringify({ ...held, ...fields({ publication, details, held }) })
    }),
  )

  app.get(
    '/v1/state/stream',
    {
      schema: {
        tags,
        summary: 'The state, then its changes, as server-sent events',
        description:
          'First the event `snapshot`, as /v1/state; then `changes`: what is new or different, whole, and the ids of what is gone; between them `freshness` every two seconds. With Last-Event-ID the stream goes on where it was left, or begins with a new snapshot.',
        headers: z.object({ 'last-event-id': z.string().optional() }),
        ...answering({
          200: {
            description: 'A stream without an end',
            content: { 'text/event-stream': { schema: z.string() } },
          },
          401: problemSchema,
        }),
      },
    },
    (request, reply) => {
      reply.hijack()
      stream.open(reply.raw, request.headers['last-event-id'])
    },
  )
}
