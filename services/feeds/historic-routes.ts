import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { agentLoginData, agentStatusData, type LogonsAt } from '../../connectors/argus/answers.ts'
import {
  historicQuestionOf,
  historicQuestionSchema,
} from '../../connectors/argus/historic-question.ts'
import { problemSchema } from '../../schemas/feeds/problem.ts'
import { answering } from '../live/answering.ts'
import { wrong } from '../live/asked.ts'
import { ProblemAnswer, sendTablesBehind } from '../live/problem.ts'
import { tablesAsOf, type TableTimeOptions } from '../live/table-time.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Logger } from '../runtime/logger.ts'
import { toldAsArgus } from './argus-target.ts'
import type { FeedPlan } from './feed-plan.ts'
import type { Feeds } from './feeds.ts'
import { createToldSpans, statesMax, type AskedSpans } from './told-spans.ts'

export interface HistoricRoutesOptions extends TableTimeOptions {
  readonly feeds: Pick<Feeds, 'planOf'>
  readonly clock: Clock
  readonly logger: Logger
}

/** What ARGUS reads of the past: what agents were, and when they were logged on, as the feed told it. */
export function addHistoricRoutes(scope: FastifyInstance, options: HistoricRoutesOptions): void {
  const { feeds, warehouse, clock, logger } = options
  const app = scope.withTypeProvider<ZodTypeProvider>()
  const toldSpans = createToldSpans(warehouse)

  app.get(
    '/v1/feeds/:target/historic/agentStatusData',
    {
      attachValidation: true,
      schema: {
        ...schema,
        summary: 'What agents were, as ARGUS asks for it: whole states that have time in a span',
        ...answering({ 200: z.array(statusSchema), ...problems }),
      },
    },
    async (request, reply): Promise<unknown> => {
      const { span, logonsAt, ...asked } = askedIn(request)
      if (await areBehind(span.to)) return sendTablesBehind(reply)
      const agents = fewEnough(await toldSpans.within({ ...asked, span }))
      return send(reply, agentStatusData(agents, span, logonsAt))
    },
  )

  app.get(
    '/v1/feeds/:target/historic/agentLoginData',
    {
      attachValidation: true,
      schema: {
        ...schema,
        summary:
          'When agents were logged on, as ARGUS asks for it: from each log-on to its log-off',
        ...answering({ 200: z.array(loginsSchema), ...problems }),
      },
    },
    async (request, reply): Promise<unknown> => {
      const { span, logonsAt, ...asked } = askedIn(request)
      if (await areBehind(span.to)) return sendTablesBehind(reply)
      const agents = fewEnough(await toldSpans.withinLogOns({ ...asked, span }))
      return send(reply, agentLoginData(agents, span, logonsAt, clock.now()))
    },
  )

  /** Throws 404 where nobody is told of, and all that is wrong with a question at once. */
  function askedIn({
    params: { target },
    query,
  }: Pick<Call, 'params' | 'query'>): AskedSpans & { readonly logonsAt: LogonsAt } {
    const { mapping, identities } = toldAsArgus(target, feeds.planOf(target))
    const question = historicQuestionOf(query, clock.now())
    if (question.kind === 'refused') throw wrong(question.faults)
    const { span, logons } = question
    const logonsAt = logonsAtOf(identities, logons)
    if (logons === null) return { mapping, agents: null, span, logonsAt }
    const bearers = [...logons].map((logon) => identities.bearersOf(logon))
    const unknown = bearers.filter((own) => own.length === 0).length
    if (unknown === bearers.length) {
      throw new ProblemAnswer(404, `${target} is told of nobody by these ids`)
    }
    // Who they are is personal.
    if (unknown > 0) logger.warn({ target, unknown }, 'asked of agents who are not known')
    return { mapping, agents: [...new Set(bearers.flat())], span, logonsAt }
  }

  /** Of what has just been, and of what is yet to come, it is enough to know nearly all. */
  async function areBehind(to: number): Promise<boolean> {
    const asOf = await tablesAsOf(options)
    return asOf === null || asOf < Math.min(to, clock.now() - behindMsMax)
  }
}

/** A tick comes once a minute; the rest is for partitions that lie apart, and for the time that writing takes. */
const behindMsMax = 5 * 60_000

const schema = {
  tags: ['feeds'],
  params: z.object({ target: z.string().describe('A target of delivery, which is pushed to') }),
  querystring: historicQuestionSchema,
}
type Call = FastifyRequest<{
  Params: z.output<typeof schema.params>
  Querystring: z.output<typeof historicQuestionSchema>
}>

const instant = z.iso.datetime()
const statusSchema = z.object({
  agentId: z.string(),
  states: z.array(
    z.object({
      ...{ startDate: instant, endDate: instant.nullable() },
      ...{ stateCode: z.string(), stateName: z.string() },
    }),
  ),
})
const loginsSchema = z.object({
  agentId: z.string(),
  logins: z.array(
    z.object({
      ...{ loginDate: instant, logoutDate: instant.nullable() },
      duration: z.int().describe('Milliseconds; where there is no log-off, until now'),
    }),
  ),
})
const problems = {
  ...{ 400: problemSchema, 401: problemSchema, 404: problemSchema, 503: problemSchema },
}

/** Of a state or a log-on that is told, the ids that were asked for. */
function logonsAtOf(
  identities: FeedPlan['identities'],
  logons: ReadonlySet<string> | null,
): LogonsAt {
  return (agent, at) => {
    const found = identities.agentsAt(agent, at)
    if (found === 'left out' || found === 'missing') return []
    const own = found.map(({ logon }) => logon)
    return logons === null ? own : own.filter((logon) => logons.has(logon))
  }
}

function fewEnough<T>(found: readonly T[] | 'too many'): readonly T[] {
  if (found !== 'too many') return found
  const detail = `makes more than ${statesMax} states; ask for less time, or for fewer agents`
  throw wrong([{ field: 'endDate', detail }])
}

function send(reply: FastifyReply, answer: readonly unknown[]): FastifyReply {
  reply.header('cache-control', 'no-cache').type('application/json; charset=utf-8')
  return reply.send(JSON.stringify(answer))
}
