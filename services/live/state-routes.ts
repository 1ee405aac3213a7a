import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { problemSchema } from '../../schemas/feeds/problem.ts'
import { hasTag } from '../runtime/etag.ts'
import { stateSchema } from '../../schemas/feeds/state.ts'
import { isFromAnotherSite } from './access.ts'
import { answering } from './answering.ts'
import { wrong } from './asked.ts'
import { momentFields, type AskedMoment } from './asked-moment.ts'
import { openEventConnection } from './event-connection.ts'
import { sendProblem } from './problem.ts'
import type { LiveOptions } from './routes.ts'
import type { ShownState } from './shown-state.ts'
import { openSocketConnection } from './socket-connection.ts'
import { createStateAnswers, wholeText } from './state-answers.ts'
import { filterParameters, toFilter } from './state-filter.ts'
import { addStatePartRoutes } from './state-part-routes.ts'
import { addReplayRoute } from './replay-route.ts'
import { createStateStream } from './state-stream.ts'
import type { StreamConnection } from './stream-connection.ts'
import { tablesAsOf } from './table-time.ts'
import { createTravel } from './travel/travel.ts'

const json = 'application/json; charset=utf-8'
const tags = ['state']

export const streamPath = '/v1/state/stream'

const headersSchema = z.object({ 'last-event-id': z.string().optional() })
const streamQuerySchema = z.strictObject({
  ...filterParameters,
  last_event_id: z
    .string()
    .optional()
    .describe('The id of the last event seen, where the header cannot be set'),
})

interface StreamCall {
  readonly headers: z.output<typeof headersSchema>
  readonly query: z.output<typeof streamQuerySchema>
}

/** A text, or one in pieces. */
type Body = string | Iterable<string>

/** Thousands of agents are megabytes: nobody else waits while they go out. */
function send(reply: FastifyReply, body: Body): FastifyReply {
  return reply.send(typeof body === 'string' ? body : Readable.from(body))
}

/** The routing state of this second, and of any other: whole, in parts, and as a stream. */
export function addStateRoutes(
  scope: FastifyInstance,
  { state, clock, metrics, ...tables }: LiveOptions,
): void {
  const app = scope.withTypeProvider<ZodTypeProvider>()
  const answers = createStateAnswers(state, clock)
  const stream = createStateStream(state, clock)
  const { warehouse, logger } = tables
  const travel = createTravel({
    ...{ warehouse, clock, logger },
    tablesAsOf: () => tablesAsOf(tables),
  })
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

  /** Sends the answer about this second, or that the one which the caller has is still right. */
  function answerNow(request: FastifyRequest, reply: FastifyReply, body: () => Body): FastifyReply {
    const tag = answers.tag()
    reply.header('etag', tag).header('cache-control', 'no-cache')
    if (hasTag(tag, request.headers['if-none-match'])) return reply.code(304).send()
    return send(reply.type(json), body())
  }

  async function answer(
    request: FastifyRequest,
    reply: FastifyReply,
    { at, as }: AskedMoment,
    texts: {
      readonly now: () => Body
      readonly then: (shown: ShownState) => Body
    },
  ): Promise<FastifyReply> {
    if (at === undefined) {
      if (as !== undefined) throw wrong([{ field: 'as', detail: 'goes with at only' }])
      return answerNow(request, reply, texts.now)
    }
    const shown = await travel.at(await travel.moment('at', at, as))
    return send(reply.type(json).header('cache-control', 'no-cache'), texts.then(shown))
  }

  app.get(
    '/v1/state',
    {
      schema: {
        tags,
        summary: 'The whole routing state of this second, or of any other',
        querystring: z.strictObject(momentFields),
        ...answering({
          200: stateSchema,
          ...{ 400: problemSchema, 401: problemSchema, 503: problemSchema },
        }),
      },
    },
    (request, reply) =>
      answer(request, reply, request.query, {
        now: () => answers.whole(state.current()),
        then: ({ publication, held }) => wholeText(publication, () => held),
      }),
  )

  addReplayRoute(scope, { travel, clock, logger })
  addStatePartRoutes(scope, (request, reply, fields) => {
    const text = (shown: ShownState) => JSON.stringify({ ...shown.held, ...fields(shown) })
    return answer(request, reply, request.query, {
      now: () =>
        text({ publication: state.current(), details: state.details(), held: answers.held() }),
      then: text,
    })
  })

  app.route({
    method: 'GET',
    url: streamPath,
    schema: {
      tags,
      summary: 'The state, then its changes, as server-sent events or over a WebSocket',
      description:
        'First the event `snapshot`, as /v1/state; then `changes`: what is new or different, whole, and the ids of what is gone; after two seconds without either `freshness`. With Last-Event-ID, or `last_event_id`, the stream goes on where it was left, or begins with a new snapshot. Over a WebSocket each event is a JSON object of `id`, `event` and `data`.',
      headers: headersSchema,
      querystring: streamQuerySchema,
      ...answering({
        200: {
          description: 'A stream without an end',
          content: { 'text/event-stream': { schema: z.string() } },
        },
        400: problemSchema,
        401: problemSchema,
        403: problemSchema,
      }),
    },
    async onRequest(request, reply) {
      // A browser lets no page read another site's events; of a WebSocket the server must see to it.
      if (request.ws && isFromAnotherSite(request)) {
        return sendProblem(reply, 403, 'a page of another site may not ask for this')
      }
    },
    handler(request, reply) {
      reply.hijack()
      follow(openEventConnection(reply.raw), request)
    },
    wsHandler(socket, request) {
      follow(openSocketConnection(socket), request)
    },
  })

  function follow(connection: StreamConnection, { headers, query }: StreamCall): void {
    stream.open(connection, toFilter(query), headers['last-event-id'] ?? query.last_event_id)
  }
}
