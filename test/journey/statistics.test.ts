import twilio from 'twilio'
import RequestClient from 'twilio/lib/base/RequestClient.js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { statisticsSchemas, twilioErrorSchema } from '../../schemas/feeds/statistics.ts'
import { appendEvents } from '../../services/runner/shard-runner.ts'
import { tickOf } from '../../services/runner/ticker.ts'
import { createCentre } from '../../services/simulator/model/create-centre.ts'
import { openSimulation } from '../../services/simulator/model/simulation.ts'
import { createJumpingClock } from '../support/jumping-clock.ts'
import { openHubWithTables, type HubWithTables } from '../support/hub-with-tables.ts'
import { eventful, type SimulatedDay } from '../support/simulated-day.ts'
import { ledgerEvents } from '../support/simulated-ledger.ts'
import {
  activitiesLeft,
  inSeconds,
  membersOf,
  splitAt,
  statisticsTruth,
  tasksLeft,
  type Scope,
} from '../support/statistics-truth.ts'

const minuteMs = 60_000
const startAt = Date.UTC(2026, 2, 10, 15)
/** Whoever looks does so then. */
const endAt = startAt + 130 * minuteMs
const day = simulatedStretch()
const { centre } = day.simulation.options
const { workspaceSid, accountSid, queues, workflows, agents, channels, activities } = centre
const place = { accountSid, workspaceSid }

const window = { from: startAt + 10 * minuteMs, to: endAt - 10 * minuteMs }
const asked = { startDate: new Date(window.from), endDate: new Date(window.to) }
const splitByWaitTime = '5,60'
const truth = statisticsTruth(day, window)

/** What the official client is given so that it speaks with the hub: docs/statistics.md shows the same. */
class HubClient extends RequestClient {
  readonly #hub: string

  constructor(hub: string) {
    super()
    this.#hub = hub
  }

  override request<TData>(options: RequestClient.RequestOptions<TData>) {
    const { pathname, search } = new URL(options.uri)
    return super.request({ ...options, uri: `${this.#hub}${pathname}${search}` })
  }
}

function simulatedStretch(): SimulatedDay {
  const seed = 'statistics'
  const simulation = openSimulation({
    ...{ seed, startAt, endAt },
    centre: createCentre({ seed, agents: 8, queues: 4, hours: 'always' }),
    // Of a task whose end nobody tells, nobody knows how many there are.
    behaviour: { ...eventful, missingEnd: 0, deletedWorker: 0, chatTransfer: 0 },
  })
  const events = [...simulation.events]
  return { simulation, happenings: events, events, plans: [] }
}

let hub: HubWithTables
let workspace: ReturnType<typeof open>

function open(secret: string) {
  const options = { accountSid, httpClient: new HubClient(hub.url), env: {} }
  return twilio('SK00000000000000000000000000000001', secret, options).taskrouter.v1.workspaces(
    workspaceSid,
  )
}

beforeAll(async () => {
  hub = await openHubWithTables({
    ...{ apiTokens: ['a-secret'], clock: createJumpingClock(endAt), partitions: 1 },
  })
  const events = day.events.flatMap((event) => ledgerEvents(event, centre))
  await appendEvents(hub.log, [...events, tickOf(endAt)])
  await hub.inStep()
  await hub.shown()
  workspace = open('a-secret')
}, 400_000)
afterAll(async () => {
  await hub.close()
})

/** All fields of an answer, as its client declares them; lists of activities in an order of our own. */
function fieldsOf(answer: { toJSON(): object }): Readonly<Record<string, unknown>> {
  const fields: Record<string, unknown> = { ...answer.toJSON() }
  for (const [name, value] of Object.entries(fields)) {
    if (name.startsWith('activity')) fields[name] = bySid(listSchema.parse(value))
  }
  return fields
}

const listSchema = z.array(z.looseObject({ sid: z.string() }))

function bySid<T extends { readonly sid: string }>(all: readonly T[]): readonly T[] {
  return [...all].sort((a, b) => (a.sid < b.sid ? -1 : 1))
}

const matching = (pattern: RegExp): unknown => expect.stringMatching(pattern)
const containing = (text: string): unknown => expect.stringContaining(text)

const times = { startTime: asked.startDate, endTime: asked.endDate }

function tasksSoFar(scope: Scope) {
  const accepted = inSeconds(truth.waits(scope, 'reservation.accepted'))
  return {
    ...{ ...place, ...times, ...truth.reservations(scope) },
    avgTaskAcceptanceTime: accepted.avg,
    waitDurationUntilAccepted: accepted,
    waitDurationUntilCanceled: inSeconds(truth.waits(scope, 'task.canceled')),
    splitByWaitTime: { 5: splitAt(5, truth, scope), 60: splitAt(60, truth, scope) },
    tasksCanceled: truth.count(scope, 'task.canceled'),
    tasksCompleted: truth.count(scope, 'task.completed'),
    tasksDeleted: truth.count(scope, 'task.deleted', 'task.system-deleted'),
    tasksMoved: truth.count(scope, 'task-queue.moved'),
    url: matching(/\/v1\/Workspaces\/WS\w+\/.*Statistics$/),
  }
}

describe('the official client, in a window of the past', () => {
  test('a workspace', async () => {
    const found = await workspace.cumulativeStatistics().fetch({ ...asked, splitByWaitTime })
    expect(fieldsOf(found)).toEqual({
      ...tasksSoFar({}),
      tasksCreated: truth.count({}, 'task.created'),
      tasksTimedOutInWorkflow: truth.count({}, 'workflow.timeout'),
    })
    expect(found.reservationsAccepted).toBeGreaterThan(20)
    expect(found.reservationsRejected).toBeGreaterThan(0)
    expect(found.tasksCanceled).toBeGreaterThan(0)
  })

  test('a workspace and one channel, by its name or its sid', async () => {
    const [voice] = channels
    if (voice === undefined) throw new Error('there is no channel')
    const expected = { ...tasksSoFar({ channel: voice.uniqueName }), splitByWaitTime: {} }
    for (const taskChannel of [voice.uniqueName, voice.sid]) {
      const found = await workspace.cumulativeStatistics().fetch({ ...asked, taskChannel })
      expect(fieldsOf(found)).toMatchObject(expected)
    }
  })

  test.each(queues)('the queue $name', async ({ sid }) => {
    const found = await workspace
      .taskQueues(sid)
      .cumulativeStatistics()
      .fetch({ ...asked, splitByWaitTime })
    expect(fieldsOf(found)).toEqual({
      ...tasksSoFar({ queue: sid }),
      taskQueueSid: sid,
      tasksEntered: truth.count({ queue: sid }, 'task-queue.entered'),
      waitDurationInQueueUntilAccepted: inSeconds(truth.waitsInQueue({ queue: sid })),
    })
  })

  test.each(workflows)('the workflow $name', async ({ sid }) => {
    const found = await workspace
      .workflows(sid)
      .cumulativeStatistics()
      .fetch({ ...asked, splitByWaitTime })
    expect(fieldsOf(found)).toEqual({
      ...tasksSoFar({ workflow: sid }),
      workflowSid: sid,
      tasksEntered: truth.count({ workflow: sid }, 'workflow.entered'),
      tasksTimedOutInWorkflow: truth.count({ workflow: sid }, 'workflow.timeout'),
    })
  })

  function durations(workers: ReadonlySet<string>) {
    const stretches = truth.stretches(workers)
    return bySid(
      activities.map(({ sid, name }) => ({
        ...{ sid, friendly_name: name },
        ...inSeconds(stretches.get(sid) ?? []),
      })),
    )
  }

  test('all workers', async () => {
    const found = await workspace.workers.cumulativeStatistics().fetch(asked)
    expect(fieldsOf(found)).toEqual({
      ...{ ...place, ...times, ...truth.reservations({}) },
      activityDurations: durations(new Set(agents.map(({ sid }) => sid))),
      url: containing('/Workers/CumulativeStatistics'),
    })
  })

  test.each(agents.slice(0, 3))('the worker $name', async ({ sid }) => {
    const found = await workspace.workers(sid).statistics().fetch(asked)
    const cumulative = statisticsSchemas.worker.shape.cumulative.parse(found.cumulative)
    expect(fieldsOf(found)).toMatchObject({ ...place, workerSid: sid })
    expect(cumulative.reservations_created).toBe(
      truth.count({ worker: sid }, 'reservation.created'),
    )
    expect(cumulative.reservations_accepted).toBe(
      truth.count({ worker: sid }, 'reservation.accepted'),
    )
    expect(bySid(cumulative.activity_durations)).toEqual(durations(new Set([sid])))
  })
})

describe('the official client, now', () => {
  const left = tasksLeft(day)
  const activityOf = activitiesLeft(day)

  function tasksNow(tasks: typeof left) {
    const waiting = tasks.filter(({ status }) => status === 'pending' || status === 'reserved')
    const [longest] = [...waiting].sort((a, b) => a.createdAt - b.createdAt)
    const count = (status: string) => tasks.filter((task) => task.status === status).length
    const priorities = tasks.map(({ priority }) => priority)
    return {
      longestTaskWaitingAge:
        longest === undefined ? 0 : Math.trunc((endAt - longest.createdAt) / 1000),
      longestTaskWaitingSid: longest?.sid ?? null,
      tasksByPriority: Object.fromEntries(
        priorities.map((one) => [one, priorities.filter((other) => other === one).length]),
      ),
      tasksByStatus: {
        ...{ pending: count('pending'), reserved: count('reserved') },
        ...{ assigned: count('assigned'), wrapping: count('wrapping') },
      },
      totalTasks: tasks.length,
    }
  }

  function workersNow(workers: Iterable<string>) {
    const busy = [...workers].map((worker) => activityOf.get(worker))
    return activities.map(({ sid, name }) => ({
      ...{ sid, friendly_name: name },
      workers: busy.filter((activity) => activity === sid).length,
    }))
  }

  function queueNow(queue: (typeof queues)[number]) {
    const own = left.filter((task) => task.queue?.sid === queue.sid)
    const waiting = own.filter(({ status }) => status === 'pending' || status === 'reserved')
    const since = (task: (typeof own)[number]) => task.queue?.enteredAt ?? NaN
    const [longest] = [...waiting].sort((a, b) => since(a) - since(b))
    const members = [...membersOf(centre, queue)]
    const takers = new Set(activities.flatMap(({ sid, available }) => (available ? [sid] : [])))
    return {
      ...tasksNow(own),
      longestRelativeTaskAgeInQueue:
        longest === undefined ? 0 : Math.trunc((endAt - since(longest)) / 1000),
      longestRelativeTaskSidInQueue: longest?.sid ?? null,
      totalEligibleWorkers: members.length,
      totalAvailableWorkers: members.filter((one) => takers.has(activityOf.get(one) ?? '')).length,
      activityStatistics: bySid(workersNow(members)),
    }
  }

  test('there is something to see', () => {
    expect(left.length).toBeGreaterThan(3)
    expect(new Set(activityOf.values()).size).toBeGreaterThan(1)
  })

  test('a workspace', async () => {
    const found = await workspace.realTimeStatistics().fetch()
    expect(fieldsOf(found)).toEqual({
      ...{ ...place, ...tasksNow(left), totalWorkers: agents.length },
      activityStatistics: bySid(workersNow(activityOf.keys())),
      url: containing('/RealTimeStatistics'),
    })
  })

  test.each(channels)('a workspace and the channel $uniqueName', async ({ uniqueName, sid }) => {
    const found = await workspace.realTimeStatistics().fetch({ taskChannel: sid })
    const own = left.filter(({ channel }) => channel === uniqueName)
    expect(fieldsOf(found)).toMatchObject(tasksNow(own))
  })

  test.each(queues)('the queue $name', async (queue) => {
    const found = await workspace.taskQueues(queue.sid).realTimeStatistics().fetch()
    expect(fieldsOf(found)).toEqual({
      ...{ ...place, ...queueNow(queue), taskQueueSid: queue.sid },
      url: containing(queue.sid),
    })
  })

  test('several queues at once, without those that there are not', async () => {
    const queueSids = [...queues.map(({ sid }) => sid), 'WQnone']
    const found = await workspace.taskQueues.bulkRealTimeStatistics.create({ queueSids })
    expect(found.taskQueueResponseCount).toBe(queues.length)
    const alone = await workspace
      .taskQueues(queues[0]?.sid ?? '')
      .realTimeStatistics()
      .fetch()
    const first = statisticsSchemas.queuesRealTime.shape.task_queue_data
      .parse(found.taskQueueData)
      .find(({ task_queue_sid }) => task_queue_sid === queues[0]?.sid)
    const { tasksByStatus: statuses, activityStatistics: workers } = fieldsOf(alone)
    expect({
      ...first,
      activity_statistics: bySid(first?.activity_statistics ?? []),
    }).toMatchObject({
      total_tasks: alone.totalTasks,
      tasks_by_status: statuses,
      total_eligible_workers: alone.totalEligibleWorkers,
      activity_statistics: workers,
    })
  })

  test.each(workflows)('the workflow $name', async ({ sid }) => {
    const found = await workspace.workflows(sid).realTimeStatistics().fetch()
    expect(fieldsOf(found)).toEqual({
      ...{ ...place, ...tasksNow(left.filter(({ workflowSid }) => workflowSid === sid)) },
      ...{ workflowSid: sid, url: containing(sid) },
    })
  })

  test('all workers', async () => {
    const found = await workspace.workers.realTimeStatistics().fetch()
    expect(fieldsOf(found)).toEqual({
      ...{ ...place, totalWorkers: agents.length },
      activityStatistics: bySid(workersNow(activityOf.keys())),
      url: containing('/Workers/RealTimeStatistics'),
    })
  })
})

describe('the official client, both at once', () => {
  const alone = async <T>(one: Promise<{ toJSON(): T }>) => (await one).toJSON()

  /** The same numbers as the resources of one kind tell, under Twilio's own names. */
  function expectSame(both: { realtime?: unknown; cumulative: unknown }, ones: object): void {
    const told = z
      .looseObject({})
      .parse({ ...asObject(both.realtime), ...asObject(both.cumulative) })
    const numbers = Object.entries(ones).filter(([name]) => !name.endsWith('id') && name !== 'url')
    for (const [name, value] of numbers) {
      const snake = name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
      const same = told[snake]
      expect(value instanceof Date ? new Date(String(same)) : same, snake).toEqual(value)
    }
    expect(numbers.length).toBeGreaterThan(8)
  }

  const parts = z.object({ realtime: z.unknown(), cumulative: z.unknown() })

  const asObject = (value: unknown) => z.looseObject({}).optional().parse(value)

  test('a workspace', async () => {
    const both = await workspace.statistics().fetch({ ...asked, splitByWaitTime })
    statisticsSchemas.workspace.shape.realtime.strict().parse(both.realtime)
    statisticsSchemas.workspace.shape.cumulative.strict().parse(both.cumulative)
    expectSame(both, {
      ...(await alone(workspace.realTimeStatistics().fetch())),
      ...(await alone(workspace.cumulativeStatistics().fetch({ ...asked, splitByWaitTime }))),
    })
  })

  test('a queue, alone and in the pages of all', async () => {
    const listed = await workspace.taskQueues.statistics.list({ ...asked, pageSize: 3 })
    expect(listed.map(({ taskQueueSid }) => taskQueueSid)).toEqual(
      bySid(queues).map(({ sid }) => sid),
    )
    for (const one of listed) {
      const queue = workspace.taskQueues(one.taskQueueSid)
      const both = await queue.statistics().fetch(asked)
      expect(parts.parse(one)).toEqual(parts.parse(both))
      statisticsSchemas.queue.shape.realtime.strict().parse(both.realtime)
      statisticsSchemas.queue.shape.cumulative.strict().parse(both.cumulative)
      expectSame(both, {
        ...(await alone(queue.realTimeStatistics().fetch())),
        ...(await alone(queue.cumulativeStatistics().fetch(asked))),
      })
    }
  })

  test('a queue by its name, and a page', async () => {
    const { name = '', sid } = queues[1] ?? {}
    const found = await workspace.taskQueues.statistics.list({ ...asked, friendlyName: name })
    expect(found.map(({ taskQueueSid }) => taskQueueSid)).toEqual([sid])
    const page = await workspace.taskQueues.statistics.page({ pageSize: 3, pageNumber: 1 })
    expect(page.instances).toHaveLength(queues.length - 3)
    expect(page.nextPageUrl).toBeUndefined()
    expect(page.previousPageUrl).toContain('Page=0')
  })

  test('a workflow', async () => {
    const workflow = workspace.workflows(workflows[0]?.sid ?? '')
    const both = await workflow.statistics().fetch(asked)
    expectSame(both, {
      ...(await alone(workflow.realTimeStatistics().fetch())),
      ...(await alone(workflow.cumulativeStatistics().fetch(asked))),
    })
  })

  test('all workers, those of a queue, and one by his name', async () => {
    const all = await workspace.workers.statistics().fetch(asked)
    expectSame(all, {
      ...(await alone(workspace.workers.realTimeStatistics().fetch())),
      ...(await alone(workspace.workers.cumulativeStatistics().fetch(asked))),
    })
    const [queue] = queues
    if (queue === undefined) throw new Error('there is no queue')
    const members = membersOf(centre, queue)
    for (const query of [{ taskQueueSid: queue.sid }, { taskQueueName: queue.name }]) {
      const own = await workspace.workers.statistics().fetch({ ...asked, ...query })
      expect(own.realtime).toMatchObject({ total_workers: members.size })
      const created = [...members].map((one) => truth.count({ worker: one }, 'reservation.created'))
      expect(own.cumulative).toMatchObject({
        reservations_created: created.reduce((sum, count) => sum + count, 0),
      })
    }
    const { name = '', sid = '' } = agents[0] ?? {}
    const one = await workspace.workers.statistics().fetch({ ...asked, friendlyName: name })
    expect(one.realtime).toMatchObject({ total_workers: 1 })
    expect(one.cumulative).toMatchObject({
      reservations_created: truth.count({ worker: sid }, 'reservation.created'),
    })
  })

  test('without a window, the last quarter of an hour', async () => {
    const { startTime, endTime } = await workspace.cumulativeStatistics().fetch()
    expect([startTime, endTime]).toEqual([new Date(endAt - 15 * minuteMs), new Date(endAt)])
    const hour = await workspace.cumulativeStatistics().fetch({ minutes: 60 })
    expect(hour.startTime).toEqual(new Date(endAt - 60 * minuteMs))
  })
})

describe('the official client is told what is wrong', () => {
  const errorSchema = z.looseObject({ status: z.int(), code: z.int() })

  async function errorOf(call: Promise<unknown>) {
    const error = await call.then(
      () => new Error('it was answered'),
      (reason: unknown) => reason,
    )
    if (!(error instanceof Error)) throw new Error('what was thrown is no error')
    return { ...errorSchema.parse(error), message: error.message }
  }

  test('who shows no token of the hub', async () => {
    const call = open('another-secret').statistics().fetch()
    expect(await errorOf(call)).toMatchObject({ status: 401, code: 20003, message: 'Authenticate' })
  })

  test.each([
    [
      'a queue that there is not',
      () => workspace.taskQueues('WQnone').realTimeStatistics().fetch(),
    ],
    ['a worker that there is not', () => workspace.workers('WKnone').statistics().fetch()],
    ['a workflow that there is not', () => workspace.workflows('WWnone').statistics().fetch()],
    ['what is no statistics', () => workspace.tasks.list()],
  ])('who asks for %s', async (_what, call) => {
    expect(await errorOf(call())).toMatchObject({ status: 404, code: 20404 })
  })

  test('who asks for a workspace that there is not', async () => {
    const url = `${hub.url}/v1/Workspaces/WSnone/Statistics`
    const authorization = `Basic ${Buffer.from('any:a-secret').toString('base64')}`
    const response = await fetch(url, { headers: { authorization } })
    expect(response.status).toBe(404)
    expect(twilioErrorSchema.parse(await response.json())).toEqual({
      ...{ status: 404, code: 20404, more_info: 'https://www.twilio.com/docs/errors/20404' },
      message: 'The requested resource /Workspaces/WSnone/Statistics was not found',
    })
  })

  test('who gives wrong parameters: of all of them at once', async () => {
    const call = workspace.statistics().fetch({
      ...{ ...asked, minutes: 0, taskChannel: 'fax', splitByWaitTime: 'soon' },
    })
    expect(await errorOf(call)).toMatchObject({
      ...{ status: 400, code: 20001 },
      details: {
        faults: [
          { field: 'Minutes' },
          { field: 'SplitByWaitTime' },
          { field: 'Minutes', detail: 'cannot be given together with StartDate or EndDate' },
          { field: 'TaskChannel', choices: channels.map(({ uniqueName }) => uniqueName).sort() },
        ],
      },
      message: matching(/SplitByWaitTime is no list.*one of .*voice/),
    })
  })

  test('who asks for an end before the beginning', async () => {
    const call = workspace.cumulativeStatistics().fetch({ startDate: new Date(endAt + 1000) })
    expect(await errorOf(call)).toMatchObject({
      status: 400,
      message: 'StartDate is not before now',
    })
  })
})
