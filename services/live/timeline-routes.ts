import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { Span } from '../../schemas/events/instant.ts'
import { problemSchema, type ProblemError } from '../../schemas/feeds/problem.ts'
import {
  agentTimelineQuerySchema,
  agentTimelineSchema,
  taskLifeSchema,
  type AgentTimeline,
  type TaskLife,
} from '../../schemas/feeds/timelines.ts'
import { readInstant } from '../time/zone.ts'
import { answering } from './answering.ts'
import { wrong, zoneFaults } from './asked.ts'
import { ProblemAnswer } from './problem.ts'
import type { LiveOptions } from './routes.ts'
import { tablesAsOf } from './table-time.ts'
import { readLife, readStates, readWorkOf } from './timeline-rows.ts'

const daysMax = 31
const byId = z.object({ id: z.string().max(256) })
const problems = {
  ...{ 400: problemSchema, 401: problemSchema, 404: problemSchema, 503: problemSchema },
}

/** What an agent did over a day, and what became of a task. */
export function addTimelineRoutes(scope: FastifyInstance, options: LiveOptions): void {
  const app = scope.withTypeProvider<ZodTypeProvider>()
  const { warehouse, state } = options

  app.get(
    '/v1/agents/:id/timeline',
    {
      schema: {
        tags: ['timelines'],
        summary: 'What an agent did over a stretch of time, and what he worked on',
        params: byId,
        querystring: agentTimelineQuerySchema,
        ...answering({ 200: agentTimelineSchema, ...problems }),
      },
    },
    async (request, reply) => {
      const { id } = request.params
      const span = spanOf(request.query)
      // Before what it says of is read: meanwhile it may come further.
      const asOf = await tablesAsOf(options)
      const names = state.details().names()
      const [states, work] = await Promise.all([
        readStates(warehouse, id, span),
        readWorkOf(warehouse, id, span, names),
      ])
      const isKnown =
        states.length > 0 || work.length > 0 || state.details().agent(id) !== undefined
      if (!isKnown) throw new ProblemAnswer(404, `nothing is known of an agent ${id} then`)
      const agent = { id, name: names.agent(id) }
      return reply.send({ asOf, agent, ...span, states, work } satisfies AgentTimeline)
    },
  )

  app.get(
    '/v1/tasks/:id/life',
    {
      schema: {
        tags: ['timelines'],
        summary:
          'What became of a task: queues, offers, handles and transfers, also when it is over',
        params: byId,
        ...answering({ 200: taskLifeSchema, ...problems }),
      },
    },
    async (request, reply) => {
      const { id } = request.params
      const asOf = await tablesAsOf(options)
      const life = await readLife(warehouse, id, state.details().names())
      if (life === null) throw new ProblemAnswer(404, `nothing is known of a task ${id}`)
      return reply.send({ asOf, ...life } satisfies TaskLife)
    },
  )
}

function spanOf({ from, to, zone }: z.output<typeof agentTimelineQuerySchema>): Span {
  const errors: ProblemError[] = [...zoneFaults(zone)]
  const read = (field: 'from' | 'to', text: string): number => {
    const instant = readInstant(text, errors.length === 0 ? zone : 'UTC')
    if (instant.kind === 'instant') return instant.at
    errors.push({ field, detail: instant.detail })
    return 0
  }
  const span = { from: read('from', from), to: read('to', to) }
  if (errors.length === 0 && span.to <= span.from) {
    errors.push({ field: 'to', detail: 'is not later than from' })
  }
  if (errors.length === 0 && span.to - span.from > daysMax * 86_400_000) {
    errors.push({ field: 'to', detail: `is more than ${daysMax} days after from` })
  }
  if (errors.length > 0) throw wrong(errors)
  return span
}
