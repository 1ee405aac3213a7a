import type { z } from 'zod'
import { statisticsSchemas } from '../../schemas/feeds/statistics.ts'
import { workspaceCumulative } from './cumulative.ts'
import { knownIn } from './directory.ts'
import { countEvents, noEvents } from './event-counts.ts'
import { cumulativeQuery, realTimeQuery, windowOf } from './parameters.ts'
import { workspaceRealTime } from './real-time.ts'
import { placeOf, presentOf, type Asked, type Resources } from './resource.ts'

/** Of a whole workspace. */
export function addWorkspaceResources({ get, sources }: Resources): void {
  async function realTime(asked: Asked<unknown>) {
    const { tasks, agents } = presentOf(sources, asked)
    const activities = await knownIn(sources.warehouse, asked.workspace, 'activity')
    return workspaceRealTime(tasks, agents, activities, asked.now)
  }

  async function cumulative({ query, workspace, channel, now }: CumulativeAsked) {
    const window = windowOf(query, now)
    const { SplitByWaitTime: thresholds = [] } = query
    const question = { workspace, window, channel, thresholds, by: null }
    const found = await countEvents(sources.warehouse, question)
    return workspaceCumulative(found.get('') ?? noEvents(thresholds), window)
  }

  get({
    path: '/Statistics',
    summary: 'A workspace, now and in a window',
    question: cumulativeQuery,
    answer: statisticsSchemas.workspace,
    respond: async (asked) => ({
      ...placeOf(asked),
      realtime: await realTime(asked),
      cumulative: await cumulative(asked),
    }),
  })
  get({
    path: '/RealTimeStatistics',
    summary: 'A workspace now',
    question: realTimeQuery,
    answer: statisticsSchemas.workspaceRealTime,
    respond: async (asked) => ({ ...placeOf(asked), ...(await realTime(asked)) }),
  })
  get({
    path: '/CumulativeStatistics',
    summary: 'A workspace in a window',
    question: cumulativeQuery,
    answer: statisticsSchemas.workspaceCumulative,
    respond: async (asked) => ({ ...placeOf(asked), ...(await cumulative(asked)) }),
  })
}

export type CumulativeAsked = Asked<z.output<typeof cumulativeQuery>>
