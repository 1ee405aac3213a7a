import type { Instant } from '../../schemas/events/instant.ts'
import type { WhatIfRows } from '../../services/live/whatif-rows.ts'
import type { Outcome, VisitRecord } from '../../services/simulator/model/chronicle.ts'
import type { SimulatedDay } from './simulated-day.ts'

const outcomes: Readonly<Record<Outcome, string>> = {
  accepted: 'accepted',
  rejected: 'rejected',
  timeout: 'timed_out',
  canceled: 'canceled',
  rescinded: 'rescinded',
  failed: 'failed',
}

/**
 * What the tables would tell of a simulated day, from the simulator's own chronicle. Of agents that nobody changes or deletes
 * meanwhile.
 */
export function simulatedRows({ simulation, events }: SimulatedDay): WhatIfRows {
  const { chronicle, options } = simulation
  const { centre, startAt } = options
  const created = events.flatMap(({ type, task }) =>
    type === 'task.created' && task !== undefined ? [task] : [],
  )
  const workflows = new Map(created.map((task) => [task.sid, task.workflowSid]))
  const activityNames = new Map(centre.activities.map(({ sid, name }) => [sid, name]))
  const numbers = new Map<string, number>()
  return {
    visits: chronicle.visits
      .map((visit) => {
        const { task, queue, entry, enteredAt: entered, exit } = visit
        const number = (numbers.get(task.sid) ?? 0) + 1
        numbers.set(task.sid, number)
        return {
          ...{ task: task.sid, visit: number, queue, entry, entered },
          ...{ channel: task.channel, direction: task.direction },
          workflow: workflows.get(task.sid) ?? '',
          ...{ exited: exit?.at ?? null, disposition: dispositionOf(visit) },
          ...{ answered_by: exit?.leg?.reservation ?? '' },
          ...{ sl_threshold_ms: 20_000, short_abandon_ms: 5_000 },
        }
      })
      .sort((a, b) => (a.task < b.task ? -1 : a.task > b.task ? 1 : a.visit - b.visit)),
    tasks: created.map(({ sid, attributes, priority }) => ({ task: sid, attributes, priority })),
    endedByWorkflow: events.flatMap(({ type, task }) =>
      (type === 'workflow.timeout' || type === 'workflow.skipped') && task !== undefined
        ? [{ task: task.sid }]
        : [],
    ),
    legs: chronicle.legs.flatMap((leg) => {
      const { agent, task, offeredAt: offered, offerEnd, completedAt: ended } = leg
      if (agent === null) return []
      const accepted = offerEnd?.outcome === 'accepted' ? offerEnd.at : null
      const { reservation } = leg
      return [
        {
          ...{ reservation, task: task.sid, agent, channel: task.channel, is_direct: false },
          offer_outcome: offerEnd === null ? 'open' : outcomes[offerEnd.outcome],
          // Where its own end was never told, that of the task ends it.
          ...{ offered, offer_ended: offerEnd?.at ?? null, accepted, ended: ended ?? task.endedAt },
        },
      ]
    }),
    activities: chronicle.activitySpans
      .map(({ agent, activity, from, to }) => ({
        ...{ agent, activity, started: from, ended: to },
        activity_name: activityNames.get(activity) ?? '',
        activity_class: chronicle.activities.get(activity) ?? '',
      }))
      .sort((a, b) => a.started - b.started),
    isAvailable: centre.activities.map(({ sid: activity, available }) => ({
      ...{ activity, takes_tasks: available },
    })),
    attributes: centre.agents.map(({ sid, attributes }) => ({
      ...{ worker: sid, time: startAt, attributes },
    })),
    channels: centre.agents.flatMap(({ sid, capacity }) =>
      Object.entries(capacity).map(([channel, size]) => ({
        ...{ worker: sid, channel, time: startAt, capacity: size, available: true },
      })),
    ),
    workers: centre.agents.map(({ sid, name }) => ({ worker: sid, name })),
    queues: centre.queues.map(({ sid, name, expression }) => ({ queue: sid, name, expression })),
    configured: [],
  }
}

function dispositionOf({ exit }: VisitRecord): string {
  if (exit === null) return 'waiting'
  const { disposition } = exit
  return disposition === 'answered' || disposition === 'abandoned'
    ? disposition
    : `flowed_out_${disposition}`
}

/** The same, cut as the tables are asked: what begins within a stretch, or reaches into it. */
export function rowsWithin(rows: WhatIfRows, from: Instant, to: Instant): WhatIfRows {
  return {
    ...rows,
    visits: rows.visits.filter(({ entered }) => entered >= from && entered < to),
    legs: rows.legs.filter(
      ({ offered, offer_ended, ended }) =>
        offered < to && (ended ?? offer_ended ?? Infinity) >= from,
    ),
    activities: rows.activities.filter(
      ({ started, ended }) => started < to && (ended ?? Infinity) >= from,
    ),
  }
}
