import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { agentStatesSchema } from '../../schemas/feeds/agent-states.ts'
import { problemSchema } from '../../schemas/feeds/problem.ts'
import { isFromAnotherSite } from '../live/access.ts'
import { answering } from '../live/answering.ts'
import { wrong } from '../live/asked.ts'
import { openEventConnection } from '../live/event-connection.ts'
import type { LiveState } from '../live/live-state.ts'
import { sendProblem } from '../live/problem.ts'
import { openSocketConnection } from '../live/socket-connection.ts'
import type { TableTimeOptions } from '../live/table-time.ts'
import type { EventLog } from '../log/log.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Logger } from '../runtime/logger.ts'
import type { Metrics } from '../runtime/metrics.ts'
import { changesBetween, offsetsAt, pastMsMax, pastRecordsMax } from './feed-past.ts'
import { offsetsIn } from './feed-position.ts'
import { createFeedStream, type FeedWish } from './feed-stream.ts'
import type { Feeds } from './feeds.ts'
import { addHistoricRoutes } from './historic-routes.ts'
import { addOnlineStatusRoute } from './online-status-route.ts'
import { placeOf, shownState } from './shown-states.ts'

export const feedPath = '/v1/feeds/agent-states'

export interface FeedRoutesOptions extends TableTimeOptions {
  readonly feeds: Feeds
  readonly log: EventLog
  /** Knows whose team an agent is in. */
  readonly state: LiveState
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: Metrics
}

const list = z
  .string()
  .transform((text) => text.split(','))
  .pipe(z.array(z.string().min(1, 'an id is missing between commas')).min(1))

const querySchema = z.strictObject({
  target: z
    .string()
    .min(1)
    .describe('The target of the mapping rules in whose words agents are told'),
  agents: list.optional().describe('Sids: only these'),
  teams: list.optional().describe('Ids or names: only agents of these teams, as they are now'),
  from: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Of a stream: each change since, before all else; an instant of the last 24 hours, such as 2026-03-10T08:00:00Z, or a position',
    ),
  last_event_id: z
    .string()
    .optional()
    .describe('The id of the last event seen, where the header cannot be set'),
})
const headersSchema = z.object({ 'last-event-id': z.string().optional() })
type Query = z.output<typeof querySchema>

/** The adherence feed: everybody's state, and its changes as a stream. */
export function addFeedRoutes(scope: FastifyInstance, options: FeedRoutesOptions): void {
  const { feeds, log, state, clock, metrics } = options
  const { board } = feeds
  const app = scope.withTypeProvider<ZodTypeProvider>()
  addOnlineStatusRoute(app, feeds)
  addHistoricRoutes(app, options)
  const stream = createFeedStream(feeds, clock)
  metrics.onRead(() => {
    metrics.feedReaders.set(stream.readersCount)
    return Promise.resolve()
  })
  // Before the server waits for its connections to end: a stream would keep it waiting for ever.
  app.addHook('preClose', (done) => {
    stream.close()
    done()
  })

  function wanting({ agents, teams }: Query): FeedWish['wants'] {
    const named = agents === undefined ? null : new Set(agents)
    if (teams === undefined) return (agent) => named?.has(agent) ?? true
    const wanted = new Set(teams)
    return (agent) => {
      if (named !== null && !named.has(agent)) return false
      const team = state.current().agents.get(agent)?.team ?? null
      return team !== null && (wanted.has(team.name) || wanted.has(team.id ?? team.name))
    }
  }

  function answerNow(query: Query, reply: FastifyReply): FastifyReply {
    const { target } = query
    if (query.from !== undefined)
      throw wrong([{ field: 'from', detail: 'goes with a stream only' }])
    const readiness = feeds.mayTell(target)
    if (!readiness.isReady) {
      reply.header('retry-after', readiness.retryAfterSeconds)
      return sendProblem(reply, 503, `who is logged on is not known for sure: ${readiness.reason}`)
    }
    const known = board.newest(target)
    if (known.size === 0) return sendProblem(reply, 404, `nothing is told for a target ${target}`)
    const wants = wanting(query)
    const states = [...known.values()].filter(({ agent }) => wants(agent)).map(shownState)
    reply.header('cache-control', 'no-cache').type('application/json; charset=utf-8')
    return reply.send(JSON.stringify({ ...placeOf(board, target, clock.now()), states }))
  }

  async function wishOf({ query, headers }: StreamCall): Promise<FeedWish> {
    const { target, from } = query
    const id = headers['last-event-id'] ?? query.last_event_id
    const wants = wanting(query)
    // While it is still being read, what is new and what is old cannot be told apart.
    if (!board.isCaughtUp()) return { target, wants, heardTo: null, past: null }
    if (id !== undefined && id !== '') {
      return { target, wants, heardTo: offsetsIn(id, board), past: null }
    }
    if (from === undefined) return { target, wants, heardTo: null, past: null }
    const to = board.offsets()
    const begin = await beginning(from)
    const count = to.reduce((sum, end, at) => sum + Math.max(0, end - (begin[at] ?? 0)), 0)
    if (count > pastRecordsMax) {
      const detail = `that are ${count} changes; there may be ${pastRecordsMax} at the most`
      throw wrong([{ field: 'from', detail }])
    }
    return { target, wants, heardTo: null, past: changesBetween(log, begin, to) }
  }

  async function beginning(from: string): Promise<readonly number[]> {
    const instant = z.iso.datetime({ offset: true }).safeParse(from)
    if (instant.success) {
      const at = Date.parse(instant.data)
      if (at >= clock.now() - pastMsMax) return offsetsAt(log, at)
      throw wrong([{ field: 'from', detail: 'is more than 24 hours ago' }])
    }
    const offsets = offsetsIn(from, board)
    if (offsets !== null) return offsets
    throw wrong([{ field: 'from', detail: 'is neither an instant nor a position of this feed' }])
  }

  app.route({
    method: 'GET',
    url: feedPath,
    schema: {
      tags: ['feeds'],
      summary: 'What agents are now, in the words of a target; as a stream, and its changes',
      description:
        'As JSON: everybody. With `Accept: text/event-stream`, or over a WebSocket: the event `snapshot`, with everybody; then `changes`, with the newest state of whoever is otherwise, and `heartbeat` once a minute. While nobody can say for sure who is logged on, JSON is 503, and a stream begins with `waiting`. With Last-Event-ID, or `last_event_id`, it goes on where it was left; with `from` it begins with each change since. Over a WebSocket each event is a JSON object of `id`, `event` and `data`. docs/feed.md says what a reader must do.',
      headers: headersSchema,
      querystring: querySchema,
      ...answering({
        ...{ 200: agentStatesSchema, 400: problemSchema, 401: problemSchema, 403: problemSchema },
        ...{ 404: problemSchema, 503: problemSchema },
      }),
    },
    async onRequest(request, reply) {
      if (request.ws && isFromAnotherSite(request)) {
        return sendProblem(reply, 403, 'a page of another site may not ask for this')
      }
    },
    async handler(request, reply) {
      if (!wantsStream(request)) return answerNow(request.query, reply)
      const wish = await wishOf(request)
      reply.hijack()
      stream.open(openEventConnection(reply.raw), wish)
      return reply
    },
    // What is wrong can only be told before the connection is another one.
    async preHandler(request) {
      if (request.ws) wishes.set(request, await wishOf(request))
    },
    wsHandler(socket, request) {
      const wish = wishes.get(request)
      if (wish !== undefined) stream.open(openSocketConnection(socket), wish)
    },
  })
}

const wishes = new WeakMap<object, FeedWish>()

interface StreamCall {
  readonly headers: z.output<typeof headersSchema>
  readonly query: Query
}

function wantsStream({ headers }: Pick<FastifyRequest, 'headers'>): boolean {
  return headers.accept?.includes('text/event-stream') ?? false
}
