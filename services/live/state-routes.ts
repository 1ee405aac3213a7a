import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { problemSchema } from '../../schemas/feeds/problem.ts'
import { hasTag } from '../runtime/etag.ts'
import {
  agentsAnswerSchema,
  agentStates,
  queueAnswerSchema,
  stateSchema,
  taskAnswerSchema,
} from '../../schemas/feeds/state.ts'
import { answering } from './answering.ts'
import { ProblemAnswer } from './problem.ts'
import type { LiveOptions } from './routes.ts'
import { createStateAnswers } from './state-answers.ts'
import { createStateStream } from './state-stream.ts'

const json = 'application/json; charset=utf-8'
const byId = z.object({ id: z.string() })
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

  app.get(
    '/v1/state/queues/:id',
    {
      schema: {
        tags,
        summary: 'One queue, what waits in it, and who works for it',
        params: byId,
        ...answering({ 200: queueAnswerSchema, 401: problemSchema, 404: problemSchema }),
      },
    },
    (request, reply) => {
      const { id } = request.params
      const { queues, tasks, agents } = state.current()
      const queue = queues.get(id)
      if (queue === undefined) throw new ProblemAnswer(404, `there is no queue ${id}`)
      return answer(request, reply, () =>
        answers.about({
          queue,
          tasks: [...tasks.values()]
            .filter((task) => task.isWaiting && task.queue === id)
            .sort((a, b) => (a.enteredQueueAt ?? 0) - (b.enteredQueueAt ?? 0)),
          agents: [...agents.values()].filter(({ legs }) => legs.some((leg) => leg.queue === id)),
        }),
      )
    },
  )

  app.get(
    '/v1/state/agents',
    {
      schema: {
        tags,
        summary: 'The agents, all or some',
        querystring: z.strictObject({
          state: z.enum([...agentStates, 'unknown']).optional(),
          team: z.string().optional().describe("A team's id or name"),
          queue: z.string().optional().describe('Agents who have work of this queue'),
        }),
        ...answering({ 200: agentsAnswerSchema, 400: problemSchema, 401: problemSchema }),
      },
    },
    (request, reply) => {
      const { state: wanted, team, queue } = request.query
      return answer(request, reply, () =>
        answers.about({
          agents: [...state.current().agents.values()].filter(
            (agent) =>
              (wanted === undefined || (agent.state ?? 'unknown') === wanted) &&
              (team === undefined || agent.team?.id === team || agent.team?.name === team) &&
              (queue === undefined || agent.legs.some((leg) => leg.queue === queue)),
          ),
        }),
      )
    },
  )

  app.get(
    '/v1/state/tasks/:id',
    {
      schema: {
        tags,
        summary: 'One task that is not over',
        params: byId,
        ...answering({ 200: taskAnswerSchema, 401: problemSchema, 404: problemSchema }),
      },
    },
    (request, reply) => {
      const { id } = request.params
      const task = state.current().tasks.get(id)
      if (task === undefined) throw new ProblemAnswer(404, `no task ${id} waits or is in hand`)
      return answer(request, reply, () => answers.about({ task }))
    },
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
