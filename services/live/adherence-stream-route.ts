import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { adherenceStreamQuerySchema } from '../../schemas/feeds/adherence.ts'
import { problemSchema } from '../../schemas/feeds/problem.ts'
import type { Metrics } from '../runtime/metrics.ts'
import { isFromAnotherSite } from './access.ts'
import { toAdherenceFilter } from './adherence-filter.ts'
import {
  createAdherenceStream,
  type AdherenceStreamOptions,
  type AdherenceWish,
} from './adherence-stream.ts'
import { answering } from './answering.ts'
import { wrong, zoneFaults } from './asked.ts'
import { openEventConnection } from './event-connection.ts'
import { sendProblem } from './problem.ts'
import { openSocketConnection } from './socket-connection.ts'

export const adherenceStreamPath = '/v1/adherence/stream'

const headersSchema = z.object({ 'last-event-id': z.string().optional() })

interface StreamCall {
  readonly headers: z.output<typeof headersSchema>
  readonly query: z.output<typeof adherenceStreamQuerySchema>
}

/** How agents keep to their plans, then what changes of it. */
export function addAdherenceStream(
  scope: FastifyInstance,
  { metrics, ...options }: AdherenceStreamOptions & { readonly metrics: Metrics },
): void {
  const app = scope.withTypeProvider<ZodTypeProvider>()
  const stream = createAdherenceStream(options)
  metrics.onRead(() => {
    metrics.adherenceReaders.set(stream.readersCount)
    return Promise.resolve()
  })
  // Before the server waits for its connections to end: a stream would keep it waiting for ever.
  app.addHook('preClose', (done) => {
    stream.close()
    done()
  })

  app.route({
    method: 'GET',
    url: adherenceStreamPath,
    schema: {
      tags: ['adherence'],
      summary: 'Adherence of this second, then its changes, as server-sent events or a WebSocket',
      description:
        'First the event `snapshot`, as /v1/adherence; then `changes`: who is otherwise, whole, and in `removed` who is not asked for any more; after two seconds without either `freshness`. What only goes on with the clock is no change: a reader adds what has passed since `asOf` to what `counting` names. With Last-Event-ID, or `last_event_id`, the stream goes on where it was left, or begins with a new snapshot. Over a WebSocket each event is a JSON object of `id`, `event` and `data`.',
      headers: headersSchema,
      querystring: adherenceStreamQuerySchema,
      ...answering({
        200: {
          description: 'A stream without an end',
          content: { 'text/event-stream': { schema: z.string() } },
        },
        ...{ 400: problemSchema, 401: problemSchema, 403: problemSchema },
      }),
    },
    async onRequest(request, reply) {
      // A browser lets no page read another site's events; of a WebSocket the server must see to it.
      if (request.ws && isFromAnotherSite(request)) {
        return sendProblem(reply, 403, 'a page of another site may not ask for this')
      }
    },
    // What is wrong can only be told before the connection is another one.
    preHandler({ query }, _reply, done) {
      const faults = zoneFaults(query.zone)
      done(faults.length > 0 ? wrong(faults) : undefined)
    },
    handler(request, reply) {
      reply.hijack()
      stream.open(openEventConnection(reply.raw), wishOf(request))
    },
    wsHandler(socket, request) {
      stream.open(openSocketConnection(socket), wishOf(request))
    },
  })
}

function wishOf({ headers, query }: StreamCall): AdherenceWish {
  const lastEventId = headers['last-event-id'] ?? query.last_event_id
  return { zone: query.zone, filter: toAdherenceFilter(query), lastEventId }
}
