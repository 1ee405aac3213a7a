import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { Instant } from '../../schemas/events/instant.ts'
import {
  adherenceAnswerSchema,
  adherenceQuerySchema,
  agentAdherenceAnswerSchema,
  agentAdherenceQuerySchema,
  type AdherenceAnswer,
  type AgentAdherenceAnswer,
} from '../../schemas/feeds/adherence.ts'
import { problemSchema } from '../../schemas/feeds/problem.ts'
import { parametersAt } from '../projections/adherence-spans.ts'
import { createAdherenceReader, type ReadDay } from './adherence-day.ts'
import { toAdherenceFilter } from './adherence-filter.ts'
import type { AdherenceHeld } from './adherence-messages.ts'
import { addAdherenceStream } from './adherence-stream-route.ts'
import { answering } from './answering.ts'
import { ProblemAnswer } from './problem.ts'
import type { LiveOptions } from './routes.ts'

const tags = ['adherence']
const errors = { 400: problemSchema, 401: problemSchema, 503: problemSchema }

/** How agents keep to their plans, this second and today. */
export function addAdherenceRoutes(scope: FastifyInstance, options: LiveOptions): void {
  const app = scope.withTypeProvider<ZodTypeProvider>()
  const read = createAdherenceReader(options)

  app.get(
    '/v1/adherence',
    {
      schema: {
        tags,
        summary: 'Who is out of adherence and since when; planned, actual, and today so far',
        querystring: adherenceQuerySchema,
        ...answering({ 200: adherenceAnswerSchema, ...errors }),
      },
    },
    async ({ query }) => {
      const { day, agents } = await read(query.zone, null)
      return {
        ...held(day, query.zone),
        agents: agents.map(({ now }) => now).filter(toAdherenceFilter(query).wants),
      } satisfies AdherenceAnswer
    },
  )

  app.get(
    '/v1/adherence/agents/:id',
    {
      schema: {
        tags,
        summary: 'The day of an agent: plan, what he did, and what it counts as',
        params: z.object({ id: z.string() }),
        querystring: agentAdherenceQuerySchema,
        ...answering({ 200: agentAdherenceAnswerSchema, 404: problemSchema, ...errors }),
      },
    },
    async ({ query, params }) => {
      const { day, agents } = await read(query.zone, params.id)
      const [found] = agents
      if (found === undefined) {
        throw new ProblemAnswer(404, 'no plan that was read tells of today for an agent of that id')
      }
      const { plan, exceptions, actual } = found.time
      const isOfDay = (span: { from: Instant; to: Instant | null }) =>
        span.from < day.to && (span.to ?? Infinity) > day.from
      return {
        ...held(day, query.zone),
        agent: found.now,
        plan: plan.filter(isOfDay).map(({ from, to, segment }) => ({
          ...{ from, to, code: segment?.code ?? null },
          ...{ name: segment?.name ?? '', tracked: segment?.tracked ?? false },
        })),
        exceptions: exceptions.filter(isOfDay).map((one) => ({ ...one })),
        actual: actual(parametersAt(found.time, day.now))
          .filter(isOfDay)
          .map(({ from, to, code }) => ({ from, to, code })),
        spans: found.spans.filter(isOfDay).map(({ from, to, planned, standing, run, ...own }) => ({
          ...{ from, to, planned, actual: own.actual, standing, outSince: run?.from ?? null },
        })),
      } satisfies AgentAdherenceAnswer
    },
  )

  addAdherenceStream(scope, { ...options, read, held })

  function held({ from, now, tablesAsOf }: ReadDay, zone: string): AdherenceHeld {
    return { asOf: now, from, zone, tablesAsOf }
  }
}
