import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Instant } from '../../schemas/events/instant.ts'
import type { AgentState, TaskState } from '../../schemas/feeds/state.ts'
import { twilioErrorSchema } from '../../schemas/feeds/statistics.ts'
import type { LiveState } from '../live/live-state.ts'
import { answering } from '../live/answering.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'
import { accountOf, channelNamed, knownIn, type Known, type KnownKind } from './directory.ts'
import type { QueueWorkers } from './real-time.ts'
import { faultsOf, notFound, TwilioAnswer, wrongParameters } from './twilio-answer.ts'

/** Where the numbers come from. */
export interface StatisticsSources {
  readonly state: Pick<LiveState, 'current' | 'details' | 'isCaughtUp'>
  readonly warehouse: Warehouse
  readonly clock: Clock
}

/** What is asked of a resource of a workspace that there is. */
export interface Asked<Q> {
  readonly query: Q
  readonly workspace: string
  readonly account: string
  /** The last sid in the address. */
  readonly sid: string
  /** The address itself. */
  readonly url: string
  readonly now: Instant
  /** The unique name of the channel that is asked for; null: all. */
  readonly channel: string | null
}

export interface Resources {
  readonly get: <Q extends z.ZodType>(resource: Resource<Q>) => void
  /** Its question comes as JSON in the body. */
  readonly post: <Q extends z.ZodType>(resource: Resource<Q>) => void
  readonly sources: StatisticsSources
}

export interface Resource<Q extends z.ZodType> {
  /** Below the workspace, such as `/Workers/:sid/Statistics`. */
  readonly path: string
  readonly summary: string
  readonly question: Q
  readonly answer: z.ZodType
  respond(asked: Asked<z.output<Q>>): Promise<object>
}

const paramsSchema = z.object({ workspace: z.string(), sid: z.string().default('') })

/** Adds resources under `/v1/Workspaces/:workspace`, each with what they all need to know. */
export function createResources(app: FastifyInstance, sources: StatisticsSources): Resources {
  const { warehouse, clock } = sources

  function add<Q extends z.ZodType>(method: 'GET' | 'POST', resource: Resource<Q>): void {
    const { path, summary, question, answer } = resource
    const hasSid = path.includes(':sid')
    app.route({
      method,
      url: `/v1/Workspaces/:workspace${path}`,
      schema: {
        ...{ tags: ['statistics'], summary, security: [{ basic: [] }, { bearer: [] }] },
        params: hasSid ? paramsSchema.required() : paramsSchema.omit({ sid: true }),
        ...(method === 'GET' ? { querystring: question } : { body: question }),
        ...answering({
          ...{ 200: answer, 400: twilioErrorSchema, 401: twilioErrorSchema },
          ...{ 404: twilioErrorSchema, 503: twilioErrorSchema },
        }),
      },
      handler: async (request) =>
        resource.respond(await ask(request, question, method === 'GET' ? 'query' : 'body')),
    })
  }

  async function ask<Q extends z.ZodType>(
    request: FastifyRequest,
    question: Q,
    part: 'query' | 'body',
  ): Promise<Asked<z.output<Q>>> {
    const { workspace, sid } = paramsSchema.parse(request.params)
    const { pathname } = new URL(request.url, 'http://here')
    const read = question.safeParse(request[part])
    const { TaskChannel } = channelSchema.parse(request.query)
    // What can be judged without the tables is; a channel is told of together with all that is wrong.
    if (!read.success && TaskChannel === undefined) throw wrongParameters(faultsOf(read.error))
    const account = await accountOf(warehouse, workspace)
    if (account === null) throw notFound(pathname.replace('/v1', ''))
    const now = clock.now()
    const channel =
      TaskChannel === undefined
        ? { channel: null }
        : await channelNamed(warehouse, workspace, TaskChannel, now)
    const faults = [
      ...(read.success ? [] : faultsOf(read.error)),
      ...('fault' in channel ? [channel.fault] : []),
    ]
    if (!read.success || 'fault' in channel) throw wrongParameters(faults)
    return {
      ...{ query: read.data, workspace, account, sid, now, channel: channel.channel },
      url: `${request.protocol}://${request.host}${pathname}`,
    }
  }

  return {
    get: (resource) => add('GET', resource),
    post: (resource) => add('POST', resource),
    sources,
  }
}

/** Whatever else is wrong with the question is told by its own schema. */
const channelSchema = z.object({ TaskChannel: z.string().min(1).optional().catch(undefined) })

/** The sids and the address that stand in every answer. */
export function placeOf({ account, workspace, url }: Asked<unknown>) {
  return { account_sid: account, workspace_sid: workspace, url }
}

/** What is called by the sid in the address; throws what says that there is nothing. */
export async function named(
  { warehouse }: StatisticsSources,
  { workspace, sid, url }: Asked<unknown>,
  kind: KnownKind,
): Promise<Known> {
  const [known] = await knownIn(warehouse, workspace, kind, sid)
  if (known === undefined) throw notFound(new URL(url).pathname.replace('/v1', ''))
  return known
}

/** What is live in the workspace; throws while the hub does not know all of it, for no field of an answer could tell so. */
export function presentOf(
  { state }: StatisticsSources,
  { workspace, channel }: Pick<Asked<unknown>, 'workspace' | 'channel'>,
): { readonly tasks: readonly TaskState[]; readonly agents: readonly AgentState[] } {
  if (!state.isCaughtUp()) throw new TwilioAnswer(503, 'the hub is still reading its ledger')
  const { tasks, agents } = state.current()
  return {
    tasks: [...tasks.values()].filter(
      (task) => task.workspace === workspace && (channel === null || task.channel === channel),
    ),
    agents: [...agents.values()].filter((agent) => agent.workspace === workspace),
  }
}

/** Of these workers, whom a queue may use; null: nobody has told whom. */
export function workersOf(
  { state }: StatisticsSources,
  queue: string,
  agents: readonly AgentState[],
): QueueWorkers | null {
  const details = state.details()
  const members = details.members(queue)
  if (members === undefined) return null
  const eligible = agents.filter(({ id }) => members.has(id))
  const available = eligible.filter(({ id }) => {
    const agent = details.agent(id)
    return agent !== undefined && details.worker(agent).activity.isAvailable
  })
  return { eligible, available: available.length }
}
