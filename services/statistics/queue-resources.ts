import type { z } from 'zod'
import { statisticsSchemas, type QueuesStatistics } from '../../schemas/feeds/statistics.ts'
import { queueCumulative } from './cumulative.ts'
import { knownIn, type Known } from './directory.ts'
import { countEvents, noEvents } from './event-counts.ts'
import {
  cumulativeQuery,
  queuesQuery,
  queueSidsBody,
  realTimeQuery,
  windowOf,
} from './parameters.ts'
import { queueRealTime } from './real-time.ts'
import { named, placeOf, presentOf, workersOf, type Asked, type Resources } from './resource.ts'
import type { CumulativeAsked } from './workspace-resources.ts'

const pageSizeDefault = 50

/** Of one queue, of many, and of a page of all. */
export function addQueueResources({ get, post, sources }: Resources): void {
  const { warehouse } = sources

  async function realTimeOf(queues: readonly Known[], asked: Asked<unknown>) {
    const { workspace, now } = asked
    const { tasks, agents } = presentOf(sources, asked)
    const activities = await knownIn(warehouse, workspace, 'activity')
    return queues.map(({ id }) =>
      queueRealTime(
        tasks.filter(({ queue }) => queue === id),
        workersOf(sources, id, agents),
        activities,
        now,
      ),
    )
  }

  async function realTime(asked: Asked<unknown>) {
    const [answer] = await realTimeOf([await named(sources, asked, 'queue')], asked)
    if (answer === undefined) throw new Error('a queue was asked for and not answered')
    return answer
  }

  async function cumulativeOf(
    queues: readonly string[],
    {
      query,
      workspace,
      channel,
      now,
    }: Pick<CumulativeAsked, 'query' | 'workspace' | 'channel' | 'now'>,
  ) {
    const window = windowOf(query, now)
    const { SplitByWaitTime: thresholds = [] } = query
    const [only, another] = queues
    const found = await countEvents(warehouse, {
      ...{ workspace, window, channel, thresholds, by: 'queue' },
      ...(only === undefined || another !== undefined ? {} : { only }),
    })
    return queues.map((queue) => queueCumulative(found.get(queue) ?? noEvents(thresholds), window))
  }

  async function cumulative(asked: CumulativeAsked) {
    const [answer] = await cumulativeOf([asked.sid], asked)
    if (answer === undefined) throw new Error('a queue was asked for and not answered')
    return answer
  }

  async function placeOfQueue(asked: Asked<unknown>) {
    const { id } = await named(sources, asked, 'queue')
    return { ...placeOf(asked), task_queue_sid: id }
  }

  get({
    path: '/TaskQueues/:sid/Statistics',
    summary: 'A queue, now and in a window',
    question: cumulativeQuery,
    answer: statisticsSchemas.queue,
    respond: async (asked) => ({
      ...(await placeOfQueue(asked)),
      realtime: await realTime(asked),
      cumulative: await cumulative(asked),
    }),
  })
  get({
    path: '/TaskQueues/:sid/RealTimeStatistics',
    summary: 'A queue now',
    question: realTimeQuery,
    answer: statisticsSchemas.queueRealTime,
    respond: async (asked) => ({ ...(await placeOfQueue(asked)), ...(await realTime(asked)) }),
  })
  get({
    path: '/TaskQueues/:sid/CumulativeStatistics',
    summary: 'A queue in a window',
    question: cumulativeQuery,
    answer: statisticsSchemas.queueCumulative,
    respond: async (asked) => ({ ...(await placeOfQueue(asked)), ...(await cumulative(asked)) }),
  })
  post({
    path: '/TaskQueues/RealTimeStatistics',
    summary: 'Several queues now; one that there is not is left out',
    question: queueSidsBody,
    answer: statisticsSchemas.queuesRealTime,
    async respond(asked) {
      const wanted = new Set(asked.query.queueSids)
      const all = await knownIn(warehouse, asked.workspace, 'queue')
      const queues = all.filter(({ id }) => wanted.has(id))
      const answers = await realTimeOf(queues, asked)
      return {
        ...placeOf(asked),
        task_queue_data: queues.map(({ id }, index) => ({ task_queue_sid: id, ...answers[index] })),
        task_queue_response_count: queues.length,
      }
    },
  })
  get({
    path: '/TaskQueues/Statistics',
    summary: 'All queues, or those of a name, now and in a window, by pages',
    question: queuesQuery,
    answer: statisticsSchemas.queues,
    async respond(asked) {
      const { FriendlyName, Page: page = 0, PageSize: pageSize = pageSizeDefault } = asked.query
      const all = await knownIn(warehouse, asked.workspace, 'queue')
      const listed = all.filter(
        ({ name, isDeleted }) =>
          !isDeleted && (FriendlyName === undefined || name === FriendlyName),
      )
      const queues = listed.slice(page * pageSize, (page + 1) * pageSize)
      const realTimes = await realTimeOf(queues, asked)
      const ids = queues.map(({ id }) => id)
      const cumulatives = queues.length === 0 ? [] : await cumulativeOf(ids, asked)
      return {
        task_queues_statistics: ids.map((id, index) => ({
          ...{ account_sid: asked.account, workspace_sid: asked.workspace, task_queue_sid: id },
          ...{ realtime: realTimes[index], cumulative: cumulatives[index] },
        })),
        meta: metaOf(asked, page, pageSize, listed.length),
      }
    },
  })
}

/** Where the other pages are; each tells the same window, however long one takes to go through them. */
function metaOf(
  { url, query, now }: Asked<z.output<typeof queuesQuery>>,
  page: number,
  pageSize: number,
  count: number,
): QueuesStatistics['meta'] {
  const { TaskChannel, FriendlyName, SplitByWaitTime } = query
  const { from, to } = windowOf(query, now)
  const asked = {
    ...{ StartDate: new Date(from).toISOString(), EndDate: new Date(to).toISOString() },
    ...{ TaskChannel, FriendlyName, SplitByWaitTime: SplitByWaitTime?.join(',') },
    PageSize: String(pageSize),
  }
  const pageUrl = (number: number) => {
    const parameters = new URLSearchParams()
    for (const [name, value] of Object.entries({ ...asked, Page: String(number) })) {
      if (value !== undefined) parameters.set(name, value)
    }
    return `${url}?${parameters.toString()}`
  }
  return {
    ...{ page, page_size: pageSize, key: 'task_queues_statistics', url: pageUrl(page) },
    first_page_url: pageUrl(0),
    previous_page_url: page === 0 ? null : pageUrl(page - 1),
    next_page_url: (page + 1) * pageSize < count ? pageUrl(page + 1) : null,
  }
}
