import { statisticsSchemas } from '../../schemas/feeds/statistics.ts'
import { workflowCumulative } from './cumulative.ts'
import { countEvents, noEvents } from './event-counts.ts'
import { cumulativeQuery, realTimeQuery, windowOf } from './parameters.ts'
import { workflowRealTime } from './real-time.ts'
import { named, placeOf, presentOf, type Asked, type Resources } from './resource.ts'
import type { CumulativeAsked } from './workspace-resources.ts'

/** Of one workflow. */
export function addWorkflowResources({ get, sources }: Resources): void {
  async function placeOfWorkflow(asked: Asked<unknown>) {
    const { id } = await named(sources, asked, 'workflow')
    return { ...placeOf(asked), workflow_sid: id }
  }

  function realTime(asked: Asked<unknown>) {
    const { tasks } = presentOf(sources, asked)
    const own = tasks.filter(({ workflow }) => workflow === asked.sid)
    return workflowRealTime(own, asked.now)
  }

  async function cumulative({ query, workspace, channel, sid, now }: CumulativeAsked) {
    const window = windowOf(query, now)
    const { SplitByWaitTime: thresholds = [] } = query
    const question = { workspace, window, channel, thresholds, by: 'workflow', only: sid } as const
    const found = await countEvents(sources.warehouse, question)
    return workflowCumulative(found.get(sid) ?? noEvents(thresholds), window)
  }

  get({
    path: '/Workflows/:sid/Statistics',
    summary: 'A workflow, now and in a window',
    question: cumulativeQuery,
    answer: statisticsSchemas.workflow,
    respond: async (asked) => ({
      ...(await placeOfWorkflow(asked)),
      realtime: realTime(asked),
      cumulative: await cumulative(asked),
    }),
  })
  get({
    path: '/Workflows/:sid/RealTimeStatistics',
    summary: 'A workflow now',
    question: realTimeQuery,
    answer: statisticsSchemas.workflowRealTime,
    respond: async (asked) => ({ ...(await placeOfWorkflow(asked)), ...realTime(asked) }),
  })
  get({
    path: '/Workflows/:sid/CumulativeStatistics',
    summary: 'A workflow in a window',
    question: cumulativeQuery,
    answer: statisticsSchemas.workflowCumulative,
    respond: async (asked) => ({ ...(await placeOfWorkflow(asked)), ...(await cumulative(asked)) }),
  })
}
