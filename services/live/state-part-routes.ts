import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { problemSchema } from '../../schemas/feeds/problem.ts'
import {
  agentsAnswerSchema,
  agentStates,
  queueAnswerSchema,
  queuesAnswerSchema,
  taskStatuses,
} from '../../schemas/feeds/state.ts'
import {
  agentDetailsAnswerSchema,
  taskDetailsAnswerSchema,
  tasksAnswerSchema,
  workflowsAnswerSchema,
} from '../../schemas/feeds/state-details.ts'
import { taskExplanationSchema, verdicts } from '../../schemas/feeds/waiting.ts'
import type { LiveTask } from '../projections/live-task.ts'
import { answering } from './answering.ts'
import { momentFields, type AskedMoment } from './asked-moment.ts'
import { agentDetails, taskDetails, workflowState } from './details.ts'
import { ProblemAnswer } from './problem.ts'
import type { ShownState } from './shown-state.ts'
import { taskState } from './views.ts'
import { explainWaiting } from './waiting-explained.ts'
import { waitingTold } from './waiting-told.ts'

/** Answers with these fields of the state that the call is about, or that the one which the caller has is still right. */
export type AnswerPart = (
  request: FastifyRequest<{ Querystring: AskedMoment }>,
  reply: FastifyReply,
  fields: (shown: ShownState) => object,
) => Promise<FastifyReply>

const byId = z.object({ id: z.string() })
const tags = ['state']
const errors = { 400: problemSchema, 401: problemSchema, 503: problemSchema }
const errorsOfOne = { ...errors, 404: problemSchema }
const pageMax = 20_000
const page = {
  limit: z.coerce.number().int().min(1).max(pageMax).optional().describe('All, if not given'),
  after: z.string().optional().describe('The `next` of the answer before'),
}

/** Parts of the routing state, and single things with what is not shown of all. */
export function addStatePartRoutes(scope: FastifyInstance, answer: AnswerPart): void {
  const app = scope.withTypeProvider<ZodTypeProvider>()

  app.get(
    '/v1/state/queues',
    {
      schema: {
        tags,
        summary: 'The queues, all or some',
        querystring: z.strictObject({
          workspace: z.string().optional(),
          name: z.string().optional().describe('A part of the name, whatever its case'),
          waiting: z
            .stringbool()
            .optional()
            .describe('Only those in which somebody waits, or nobody'),
          ...page,
          ...momentFields,
        }),
        ...answering({ 200: queuesAnswerSchema, ...errors }),
      },
    },
    (request, reply) => {
      const { workspace, name, waiting, ...part } = request.query
      const wanted = name?.toLowerCase()
      return answer(request, reply, ({ publication }) =>
        paged('queues', part, publication.queues.values(), (queue) => {
          if (workspace !== undefined && queue.workspace !== workspace) return false
          if (wanted !== undefined && !queue.name.toLowerCase().includes(wanted)) return false
          return waiting === undefined || queue.waiting > 0 === waiting
        }),
      )
    },
  )

  app.get(
    '/v1/state/queues/:id',
    {
      schema: {
        tags,
        summary: 'One queue, what waits in it, and who works for it',
        params: byId,
        querystring: z.strictObject(momentFields),
        ...answering({ 200: queueAnswerSchema, ...errorsOfOne }),
      },
    },
    (request, reply) => {
      const { id } = request.params
      return answer(request, reply, ({ publication: { queues, tasks, agents } }) => {
        const queue = queues.get(id)
        if (queue === undefined) throw new ProblemAnswer(404, `there is no queue ${id}`)
        return {
          queue,
          tasks: [...tasks.values()]
            .filter((task) => task.isWaiting && task.queue === id)
            .sort((a, b) => (a.enteredQueueAt ?? 0) - (b.enteredQueueAt ?? 0)),
          agents: [...agents.values()].filter(({ legs }) => legs.some((leg) => leg.queue === id)),
        }
      })
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
          activity: z.string().optional().describe("An activity's sid or name"),
          team: z.string().optional().describe("A team's id or name"),
          queue: z.string().optional().describe('Agents who have work of this queue'),
          member_of: z.string().optional().describe('Agents whom this queue may use'),
          ...page,
          ...momentFields,
        }),
        ...answering({ 200: agentsAnswerSchema, ...errors }),
      },
    },
    (request, reply) => {
      const { state, activity, team, queue, member_of: memberOf, ...part } = request.query
      return answer(request, reply, ({ publication, details }) => {
        const members = memberOf === undefined ? null : (details.members(memberOf) ?? new Set())
        return paged('agents', part, publication.agents.values(), (agent) => {
          if (state !== undefined && (agent.state ?? 'unknown') !== state) return false
          if (activity !== undefined && agent.activity !== activity) {
            if (agent.activityName !== activity) return false
          }
          if (team !== undefined && agent.team?.id !== team && agent.team?.name !== team) {
            return false
          }
          if (members !== null && !members.has(agent.id)) return false
          return queue === undefined || agent.legs.some((leg) => leg.queue === queue)
        })
      })
    },
  )

  app.get(
    '/v1/state/agents/:id',
    {
      schema: {
        tags,
        summary: 'One agent: his skills, channels and queues',
        params: byId,
        querystring: z.strictObject(momentFields),
        ...answering({ 200: agentDetailsAnswerSchema, ...errorsOfOne }),
      },
    },
    (request, reply) => {
      const { id } = request.params
      return answer(request, reply, ({ details }) => {
        const agent = details.agent(id)
        if (agent === undefined) throw new ProblemAnswer(404, `nothing is known of an agent ${id}`)
        return { agent: agentDetails(agent, details) }
      })
    },
  )

  app.get(
    '/v1/state/tasks',
    {
      schema: {
        tags,
        summary: 'The tasks that are not over, all or some',
        querystring: z.strictObject({
          status: z.enum(taskStatuses).optional(),
          queue: z.string().optional(),
          channel: z.string().optional(),
          agent: z.string().optional(),
          ...page,
          ...momentFields,
        }),
        ...answering({ 200: tasksAnswerSchema, ...errors }),
      },
    },
    (request, reply) => {
      const { status, queue, channel, agent, ...part } = request.query
      return answer(request, reply, ({ publication }) =>
        paged('tasks', part, publication.tasks.values(), (task) => {
          if (status !== undefined && task.status !== status) return false
          if (queue !== undefined && task.queue !== queue) return false
          if (channel !== undefined && task.channel !== channel) return false
          return agent === undefined || task.agent === agent
        }),
      )
    },
  )

  app.get(
    '/v1/state/tasks/:id',
    {
      schema: {
        tags,
        summary: 'One task that is not over: its way through queues, its offers and attributes',
        params: byId,
        querystring: z.strictObject(momentFields),
        ...answering({ 200: taskDetailsAnswerSchema, ...errorsOfOne }),
      },
    },
    (request, reply) =>
      answer(request, reply, ({ details }) => ({
        task: taskDetails(openTask(request.params.id, details), details),
      })),
  )

  app.get(
    '/v1/state/workflows',
    {
      schema: {
        tags,
        summary: 'The workflows that have been imported',
        querystring: z.strictObject(momentFields),
        ...answering({ 200: workflowsAnswerSchema, ...errors }),
      },
    },
    (request, reply) =>
      answer(request, reply, ({ details }) => ({
        workflows: [...details.routing().workflows()]
          .sort()
          .map((id) => workflowState(id, details)),
      })),
  )

  app.get(
    '/v1/tasks/:id/explain',
    {
      schema: {
        tags,
        summary: 'Why a task is waiting: its place in the workflow, and what keeps each worker',
        params: byId,
        querystring: z.strictObject({
          verdict: z.enum(verdicts).optional().describe('Only workers of whom this holds'),
          limit: z.coerce.number().int().min(0).max(pageMax).default(100),
          ...momentFields,
        }),
        ...answering({ 200: taskExplanationSchema, ...errorsOfOne }),
      },
    },
    (request, reply) =>
      answer(request, reply, ({ details, held }) => {
        const task = openTask(request.params.id, details)
        const explained = explainWaiting(task, details, held.asOf)
        return {
          task: taskState(task, details.names()),
          waiting: explained && waitingTold(explained, task, details, request.query),
        }
      }),
  )
}

function openTask(id: string, details: ShownState['details']): LiveTask {
  const found = details.task(id)
  if (found === undefined) throw new ProblemAnswer(404, `no task ${id} waits or is in hand`)
  return found
}

/** A part of the things in the order of their ids, so that the next part begins where this one ends. */
function paged<T extends { readonly id: string }>(
  name: 'queues' | 'agents' | 'tasks',
  { limit, after }: { readonly limit?: number | undefined; readonly after?: string | undefined },
  all: Iterable<T>,
  isWanted: (one: T) => boolean,
): object {
  const found = [...all]
    .filter((one) => isWanted(one) && (after === undefined || one.id > after))
    .sort((a, b) => (a.id < b.id ? -1 : 1))
  const part = found.slice(0, limit)
  return { [name]: part, next: part.length < found.length ? (part.at(-1)?.id ?? null) : null }
}
