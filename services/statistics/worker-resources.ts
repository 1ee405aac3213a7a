import type { z } from 'zod'
import type { AgentState } from '../../schemas/feeds/state.ts'
import { statisticsSchemas } from '../../schemas/feeds/statistics.ts'
import { activityDurations } from './activity-durations.ts'
import { workersCumulative } from './cumulative.ts'
import { knownIn } from './directory.ts'
import { countEvents } from './event-counts.ts'
import { realTimeQuery, windowOf, workerQuery, workersQuery } from './parameters.ts'
import { workersRealTime } from './real-time.ts'
import { named, placeOf, presentOf, workersOf, type Asked, type Resources } from './resource.ts'
import { wrongParameters } from './twilio-answer.ts'

/** Of one worker, and of all or some together. */
export function addWorkerResources({ get, sources }: Resources): void {
  const { warehouse } = sources

  /** `among` null: all, those too who are deleted now. */
  async function cumulative(
    { query, workspace, channel, now }: Asked<z.output<typeof workerQuery>>,
    among: { readonly worker: string } | ReadonlySet<string> | null,
  ) {
    const window = windowOf(query, now)
    const worker = among !== null && 'worker' in among ? among.worker : undefined
    const byAgent = among !== null
    const counts = await countEvents(warehouse, {
      ...{ workspace, window, channel, thresholds: [], by: byAgent ? 'worker' : null },
      ...(worker === undefined ? {} : { only: worker }),
    })
    const durations = await activityDurations(warehouse, {
      ...{ workspace, window, now, byAgent },
      ...(worker === undefined ? {} : { agent: worker }),
    })
    const isMeant = (id: string) => !(among instanceof Set) || among.has(id)
    return workersCumulative(
      [...counts].filter(([id]) => isMeant(id)).map(([, events]) => events),
      durations.filter(({ agent }) => isMeant(agent)),
      await knownIn(warehouse, workspace, 'activity'),
      window,
    )
  }

  async function realTime(asked: Asked<unknown>, agents: readonly AgentState[]) {
    return workersRealTime(agents, await knownIn(warehouse, asked.workspace, 'activity'))
  }

  /** Of the workers that there are now, those whom the question is about. */
  async function meant({ query, workspace }: WorkersAsked, agents: readonly AgentState[]) {
    const { TaskQueueSid: sid, TaskQueueName: queueName, FriendlyName: name } = query
    const ofName = agents.filter((agent) => name === undefined || agent.name === name)
    if (sid === undefined && queueName === undefined) return ofName
    const queues = await knownIn(warehouse, workspace, 'queue')
    const queue = queues.find(
      (one) =>
        (sid === undefined || one.id === sid) &&
        (queueName === undefined || one.name === queueName),
    )
    const field = sid === undefined ? 'TaskQueueName' : 'TaskQueueSid'
    if (queue === undefined) {
      const there = queues.filter(({ isDeleted }) => !isDeleted)
      const choices = there.map((one) => (sid === undefined ? one.name : one.id))
      throw wrongParameters([{ field, detail: 'is no task queue of the workspace', choices }])
    }
    const own = workersOf(sources, queue.id, ofName)
    if (own !== null) return own.eligible
    throw wrongParameters([{ field, detail: 'is a task queue whose expression was never heard' }])
  }

  get({
    path: '/Workers/Statistics',
    summary: 'All workers or some, now and in a window',
    question: workersQuery,
    answer: statisticsSchemas.workers,
    async respond(asked) {
      const { TaskQueueSid, TaskQueueName, FriendlyName } = asked.query
      const isNarrowed = [TaskQueueSid, TaskQueueName, FriendlyName].some(
        (one) => one !== undefined,
      )
      const agents = await meant(asked, presentOf(sources, asked).agents)
      const among = isNarrowed ? new Set(agents.map(({ id }) => id)) : null
      return {
        ...placeOf(asked),
        realtime: await realTime(asked, agents),
        cumulative: await cumulative(asked, among),
      }
    },
  })
  get({
    path: '/Workers/RealTimeStatistics',
    summary: 'All workers now',
    question: realTimeQuery,
    answer: statisticsSchemas.workersRealTime,
    respond: async (asked) => ({
      ...placeOf(asked),
      ...(await realTime(asked, presentOf(sources, asked).agents)),
    }),
  })
  get({
    path: '/Workers/CumulativeStatistics',
    summary: 'All workers in a window',
    question: workerQuery,
    answer: statisticsSchemas.workersCumulative,
    respond: async (asked) => ({ ...placeOf(asked), ...(await cumulative(asked, null)) }),
  })
  get({
    path: '/Workers/:sid/Statistics',
    summary: 'A worker in a window',
    question: workerQuery,
    answer: statisticsSchemas.worker,
    async respond(asked) {
      const { id } = await named(sources, asked, 'worker')
      return {
        ...{ ...placeOf(asked), worker_sid: id },
        cumulative: await cumulative(asked, { worker: id }),
      }
    },
  })
}

type WorkersAsked = Asked<z.output<typeof workersQuery>>
