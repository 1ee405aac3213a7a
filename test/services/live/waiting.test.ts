import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  agentDetailsAnswerSchema,
  taskDetailsAnswerSchema,
  workflowsAnswerSchema,
} from '../../../schemas/feeds/state-details.ts'
import { agentsAnswerSchema, queuesAnswerSchema } from '../../../schemas/feeds/state.ts'
import { problemSchema } from '../../../schemas/feeds/problem.ts'
import { taskExplanationSchema, type Waiting } from '../../../schemas/feeds/waiting.ts'
import type { LedgerEvent } from '../../../schemas/events/ledger-event.ts'
import { systemClock } from '../../../services/runtime/clock.ts'
import {
  activities,
  available,
  billing,
  ends,
  goes,
  happens,
  onBreak,
  start,
  step,
} from './contact-centre.ts'
import { tempFolder } from '../../support/temp-folder.ts'
import { openTestHub, type TestHub } from './hub-with-state.ts'

/** Everybody whom something else keeps from a call about a bill in Dutch. */
const people: Readonly<
  Record<string, { skills: readonly string[]; languages: readonly string[] }>
> = {
  free: { skills: ['billing'], languages: ['nl'] },
  away: { skills: ['billing'], languages: ['nl'] },
  busy: { skills: ['billing'], languages: ['nl'] },
  ringing: { skills: ['billing'], languages: ['nl'] },
  refused: { skills: ['billing'], languages: ['nl'] },
  english: { skills: ['billing'], languages: ['en'] },
  chatter: { skills: ['billing'], languages: ['nl'] },
  muted: { skills: ['billing'], languages: ['nl'] },
  stranger: { skills: ['sales'], languages: ['nl'] },
}

/** Tasks are offered in it, whatever its name says. */
const ready = { activity: 'WA-9', activityName: 'Bereit' }

const idOf = (name: string) => ({ worker: `WK-${name}`, workerName: name })
const dutch = JSON.stringify({ language: 'nl', topic: 'billing' })
const ofCall = { channel: 'voice', direction: 'inbound', workflow: 'WW-1', attributes: dutch }

function hires(name: string): readonly LedgerEvent[] {
  const worker = idOf(name)
  const channel = name === 'chatter' ? 'chat' : 'voice'
  return [
    happens('worker.created', -50, {
      ...{ ...worker, ...available },
      attributes: JSON.stringify(people[name]),
    }),
    goes(worker, name === 'away' ? onBreak : name === 'free' ? ready : available, -40),
    happens('worker.capacity.update', -30, {
      ...{ ...worker, channel, capacity: name === 'ringing' ? 2 : 1 },
      channelAvailable: name !== 'muted',
    }),
  ]
}

function waits(task: string, at: number, priority = 0): readonly LedgerEvent[] {
  const of = { task, ...ofCall, priority }
  return [
    happens('task.created', at, of),
    happens('workflow.entered', at, of),
    happens('task-queue.entered', at, { ...of, ...billing }),
  ]
}

const taken = { task: 'T-taken', worker: idOf('busy'), queue: billing }
const offered = { task: 'T-offered', worker: idOf('ringing'), queue: billing }
const refused = { task: 'T1', worker: idOf('refused'), queue: billing }

const config = [
  {
    ...{ sid: billing.queue, friendly_name: 'Billing', target_workers: "skills HAS 'billing'" },
    date_updated: new Date(start - 100_000).toISOString(),
  },
  {
    sid: 'WW-1',
    friendly_name: 'Inbound',
    configuration: JSON.stringify({
      task_routing: {
        filters: [
          {
            filter_friendly_name: 'Bills',
            expression: "topic == 'billing'",
            targets: [
              { queue: 'WQ-vip', timeout: 5 },
              {
                queue: billing.queue,
                expression: 'task.language IN worker.languages',
                timeout: 90,
              },
            ],
          },
        ],
      },
    }),
    date_updated: new Date(start - 100_000).toISOString(),
  },
]

async function imports(one: TestHub, resources: unknown): Promise<Response> {
  return fetch(`${one.url}/v1/operations/twilio-config`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(resources),
  })
}

const story = [
  ...activities(),
  happens('activity.created', -60, { ...ready, activityAvailable: true }),
  ...Object.keys(people).flatMap(hires),
  ...waits('T-taken', -20),
  step('created', taken, -19),
  step('accepted', taken, -18),
  ...waits('T-offered', -12),
  step('created', offered, -10),
  ...waits('T1', 0),
  step('created', refused, 50),
  step('rejected', refused, 51),
  ...waits('T-after', 1),
  ...waits('T-before', 2, 9),
]

const minuteLater = { ...systemClock, now: () => start + 60_000 }
let hub: TestHub
let folder: Awaited<ReturnType<typeof tempFolder>>

beforeAll(async () => {
  folder = await tempFolder()
  hub = await openTestHub({ clock: minuteLater, folder: folder.path })
  const imported = await imports(hub, config)
  expect(await imported.json()).toEqual({ queues: 1, workflows: 1 })
  await hub.append(story)
  await hub.shown()
})
afterAll(async () => {
  await hub.close()
  await folder.remove()
})

async function get(path: string): Promise<unknown> {
  return (await fetch(`${hub.url}${path}`)).json()
}

async function explained(task: string, query = ''): Promise<Waiting> {
  const answer = taskExplanationSchema
    .strict()
    .parse(await get(`/v1/tasks/${task}/explain${query}`))
  if (answer.waiting === null) throw new Error(`${task} does not wait`)
  return answer.waiting
}

describe('why a task waits', () => {
  test('each worker has the first reason that keeps him from it', async () => {
    const { workers, counts } = await explained('T1')
    const reasons = Object.fromEntries(
      workers.map(({ name, obstacle }) => [name, obstacle?.reason ?? null]),
    )
    expect(reasons).toEqual({
      ...{ free: null, away: 'activity_unavailable', busy: 'capacity_full', ringing: 'reserved' },
      ...{ refused: 'already_rejected', english: 'expression_false' },
      ...{ chatter: null, muted: 'channel_unavailable', stranger: 'not_in_queue' },
    })
    expect(counts).toEqual({
      ...{ eligible: 2, reserved: 1, capacity_full: 1, activity_unavailable: 1 },
      ...{ channel_unavailable: 1, already_rejected: 1, expression_false: 1, not_in_queue: 1 },
    })
    expect(workers.slice(0, 2).map(({ name }) => name)).toEqual(['chatter', 'free'])
  })

  test('an expression that is false is told by its clauses, with what was found', async () => {
    const { workers } = await explained('T1', '?verdict=expression_false')
    expect(workers.map(({ name }) => name)).toEqual(['english'])
    expect(workers[0]?.obstacle).toMatchObject({
      cause: {
        expression: 'task.language IN worker.languages',
        clauses: [{ left: { value: 'nl' }, right: { value: ['en'] } }],
      },
    })
  })

  test('its place in the workflow is the step it has come to, with those behind it', async () => {
    const { place, workflowName, queueName, targetWorkers, missing } = await explained('T1')
    expect({ workflowName, queueName, targetWorkers, missing }).toEqual({
      ...{ workflowName: 'Inbound', queueName: 'Billing' },
      ...{ targetWorkers: "skills HAS 'billing'", missing: ['capacities'] },
    })
    expect(place).toMatchObject({
      ...{ stepsCount: 2, since: start + 5_000, until: start + 95_000, isByWorkflow: true },
      step: { filterName: 'Bills', target: 1, queue: 'WQ-billing', timeoutSeconds: 90 },
      passed: [{ step: { queue: 'WQ-vip' }, why: 'timed_out' }],
    })
  })

  test('those go before it that have a higher priority, or the same and are older', async () => {
    expect((await explained('T1')).ahead).toBe(2)
    expect((await explained('T-before')).ahead).toBe(0)
    expect((await explained('T-after')).ahead).toBe(3)
  })

  test('no change is needed while somebody can be offered it', async () => {
    expect((await explained('T1')).nearest).toBeNull()
  })

  test('a task that is over or unknown is not there', async () => {
    const response = await fetch(`${hub.url}/v1/tasks/T-none/explain`)
    expect(response.status).toBe(404)
  })
})

describe('the nearest change', () => {
  const leaves = (name: string, at: number) => goes(idOf(name), onBreak, at)

  async function afterwards(events: readonly LedgerEvent[]) {
    const own = await openTestHub({ clock: minuteLater })
    try {
      await imports(own, config)
      await own.append([...story, ...events])
      await own.shown()
      const url = `${own.url}/v1/tasks/T1/explain`
      const { waiting } = taskExplanationSchema.parse(await (await fetch(url)).json())
      return waiting?.nearest
    } finally {
      await own.close()
    }
  }

  test('is the answer to an offer, then the end of a call, then somebody who comes back', async () => {
    const alone = [leaves('free', 10), leaves('chatter', 10)]
    expect(await afterwards(alone)).toMatchObject({
      ...{ agent: { name: 'ringing' }, change: 'offer_is_answered' },
    })
    const off = [...alone, step('rescinded', offered, 11), leaves('ringing', 12)]
    expect(await afterwards(off)).toMatchObject({
      ...{ agent: { name: 'busy' }, change: 'reservation_ends' },
    })
  })

  test('is an attribute where nobody who has it is there', async () => {
    const deleted = Object.keys(people)
      .filter((name) => name !== 'english')
      .map((name) => happens('worker.deleted', 20, idOf(name)))
    expect(await afterwards(deleted)).toMatchObject({
      ...{ agent: { name: 'english' }, change: 'attribute' },
      attribute: { subject: 'task', path: ['language'], from: 'nl', to: 'en' },
    })
  })
})

describe('an import', () => {
  test('that is wrong is refused whole, with every fault, and what was known stays', async () => {
    const before = await explained('T1')
    const [queue] = config
    const response = await imports(hub, [
      { ...queue, target_workers: "skills HAS 'sales'" },
      { ...queue, target_workers: 'skills HAS' },
      { sid: 'WW-2', configuration: '{"task_routing":{"filters":[{"targets":[]}]}}' },
      { sid: 'WK-1' },
    ])
    expect(response.status).toBe(400)
    const { errors } = problemSchema.parse(await response.json())
    expect(errors?.map(({ field }) => field)).toEqual([
      '[1].target_workers',
      '[2].configuration.task_routing.filters[0].expression',
      '[2].configuration.task_routing.filters[0].targets[0]',
      '[3].sid',
    ])
    expect(await explained('T1')).toEqual(before)
  })
})

describe('more of the state', () => {
  test('a queue shows what waits by priority and channel, its risk, and whom it may use', async () => {
    const { queues } = queuesAnswerSchema.strict().parse(await get('/v1/state/queues?name=bill'))
    expect(queues).toHaveLength(1)
    expect(queues[0]).toMatchObject({
      ...{ waiting: 4, waitingByPriority: { 0: 1, 5: 2, 9: 1 }, waitingByChannel: { voice: 4 } },
      // The threshold is 20 seconds, and a minute is over.
      ...{ slBreached: 4, slAtRisk: 0 },
      members: {
        total: 8,
        byState: { idle: 5, aux: 1, talk: 1, alert: 1 },
        byActivity: { 'WA-1': 6, 'WA-2': 1, 'WA-9': 1 },
      },
    })
  })

  test('agents whom a queue may use are all of them, and only they', async () => {
    const path = `/v1/state/agents?member_of=${billing.queue}`
    const first = agentsAnswerSchema.strict().parse(await get(`${path}&limit=3`))
    const rest = agentsAnswerSchema.parse(await get(`${path}&after=${first.next ?? ''}`))
    const names = [...first.agents, ...rest.agents].map(({ name }) => name)
    expect(names).toEqual(
      Object.keys(people)
        .filter((name) => name !== 'stranger')
        .sort(),
    )
    expect(rest.next).toBeNull()
  })

  test('an agent has skills, channels with their use, and the queues that may use him', async () => {
    const { agent } = agentDetailsAnswerSchema
      .strict()
      .parse(await get('/v1/state/agents/WK-ringing'))
    expect(agent).toMatchObject({
      attributes: people['ringing'],
      queues: [{ id: billing.queue, name: 'Billing' }],
      channels: [{ channel: 'voice', capacity: 2, used: 1, isAvailable: true }],
    })
  })

  test('a task has its way through queues and to whom it was offered', async () => {
    const { task } = taskDetailsAnswerSchema.strict().parse(await get('/v1/state/tasks/T1'))
    expect(task).toMatchObject({
      attributes: { language: 'nl' },
      path: [{ queue: billing.queue, entry: 'new', exitedAt: null }],
      offers: [{ agentName: 'refused', outcome: 'rejected' }],
    })
  })

  test('workflows are shown as they were imported', async () => {
    const { workflows } = workflowsAnswerSchema.strict().parse(await get('/v1/state/workflows'))
    expect(workflows).toEqual([
      {
        ...{ id: 'WW-1', name: 'Inbound', isReadable: true, defaultQueue: null },
        filters: [
          {
            ...{ name: 'Bills', expression: "topic == 'billing'" },
            queues: ['WQ-vip', billing.queue],
          },
        ],
      },
    ])
  })

  test('who had a task that is over has his capacity back, though nothing was told of the reservation', async () => {
    const reasonOf = async () => {
      const { workers } = await explained('T1')
      return workers.find(({ name }) => name === 'busy')?.obstacle?.reason ?? null
    }
    expect(await reasonOf()).toBe('capacity_full')
    await hub.append([ends(taken.task, 55)])
    await hub.shown()
    expect(await reasonOf()).toBeNull()
  })

  test('all that routing goes by is there after a start from memory', async () => {
    const before = await explained('T1')
    await hub.close()
    hub = await openTestHub({ clock: minuteLater, folder: folder.path })
    await hub.shown()
    expect(await explained('T1')).toEqual(before)
  })
})
