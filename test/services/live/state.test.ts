import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { problemSchema } from '../../../schemas/feeds/problem.ts'
import {
  agentsAnswerSchema,
  queueAnswerSchema,
  stateSchema,
  type State,
} from '../../../schemas/feeds/state.ts'
import { taskDetailsAnswerSchema } from '../../../schemas/feeds/state-details.ts'
import {
  activities,
  ann,
  available,
  billing,
  bob,
  ends,
  enters,
  goes,
  happens,
  hangsUp,
  onBreak,
  step,
  support,
  ticks,
} from './contact-centre.ts'
import { openTestHub, type TestHub, type TestHubOptions } from './hub-with-state.ts'

const hubs: TestHub[] = []
afterEach(async () => {
  for (const hub of hubs.splice(0)) await hub.close()
})

async function open(options?: TestHubOptions): Promise<TestHub> {
  const hub = await openTestHub(options)
  hubs.push(hub)
  return hub
}

/** All that is shown, in an order of its own: that of the answer means nothing. */
async function stateOf(hub: TestHub): Promise<State> {
  await hub.shown()
  const state = stateSchema.strict().parse(await (await fetch(`${hub.url}/v1/state`)).json())
  const { queues, agents, tasks } = state
  return { ...state, queues: byId(queues), agents: byId(agents), tasks: byId(tasks) }
}

function byId<T extends { readonly id: string }>(all: readonly T[]): T[] {
  return [...all].sort((a, b) => (a.id < b.id ? -1 : 1))
}

const call = { task: 'T1', worker: ann, queue: billing }

const morning = [
  ...activities(),
  goes(ann, available, 0),
  goes(bob, onBreak, 5),
  happens('worker.attributes.update', 6, {
    ...ann,
    attributes: JSON.stringify({ team_id: 7, team_name: 'North', phone: '+15550100' }),
  }),
  ...enters('T1', billing, 10),
  ...enters('T2', billing, 20),
  ...enters('T3', support, 30),
  step('created', call, 12),
  step('accepted', call, 15),
  step('hold', call, 40),
]

describe('the state', () => {
  test('says what is in each queue, what each agent does, and where each task is', async () => {
    const hub = await open()
    await hub.append(morning)
    const state = await stateOf(hub)
    expect(state.queues).toMatchObject([
      { id: 'WQ-billing', name: 'Billing', waiting: 1, handling: 1, agents: { hold: 1 } },
      { id: 'WQ-support', name: 'Support', waiting: 1, handling: 0, slThresholdMs: 20_000 },
    ])
    expect(state.agents).toMatchObject([
      {
        ...{ id: 'WK-ann', name: 'Ann', state: 'hold', team: { id: '7', name: 'North' } },
        legs: [{ task: 'T1', queueName: 'Billing', phase: 'hold' }],
      },
      { id: 'WK-bob', name: 'Bob', state: 'aux', activityName: 'Break', team: null, legs: [] },
    ])
    expect(state.tasks).toMatchObject([
      { id: 'T1', status: 'handling', agentName: 'Ann', isWaiting: false, reservations: 1 },
      { id: 'T2', status: 'waiting', queueName: 'Billing', isWaiting: true, priority: 5 },
      { id: 'T3', status: 'waiting', queueName: 'Support' },
    ])
  })

  test('is the same whatever the order in which events came, and however often', async () => {
    const inOrder = await open()
    await inOrder.append(morning)
    const disordered = await open()
    await disordered.append([...morning, ...morning].reverse())
    const { queues, agents, tasks } = await stateOf(inOrder)
    expect(await stateOf(disordered)).toMatchObject({ queues, agents, tasks })
  })

  test('shows a queue until it is deleted and nothing is in it any more', async () => {
    const hub = await open()
    await hub.append([
      ...morning,
      happens('task-queue.deleted', 50, { queue: 'WQ-support' }),
      happens('task-queue.deleted', 50, { queue: 'WQ-billing' }),
      hangsUp('T3', 60),
    ])
    expect((await stateOf(hub)).queues.map(({ id }) => id)).toEqual(['WQ-billing'])
  })

  test('calls everything by the newest name that was heard of it', async () => {
    const hub = await open()
    await hub.append([
      ...morning,
      happens('worker.activity.update', 50, { ...ann, ...onBreak, workerName: 'Ann Archer' }),
      happens('task-queue.entered', 25, { task: 'T2', ...billing, queueName: 'Old name' }),
    ])
    const { agents, tasks, queues } = await stateOf(hub)
    expect(agents[0]?.name).toBe('Ann Archer')
    expect(tasks[0]?.agentName).toBe('Ann Archer')
    expect(queues[0]?.name).toBe('Billing')
    await hub.append([
      happens('task-queue.entered', 55, { task: 'T4', ...billing, queueName: 'Invoices' }),
    ])
    const renamed = await stateOf(hub)
    expect(renamed.tasks[1]?.queueName).toBe('Invoices')
    expect(renamed.agents[0]?.legs[0]?.queueName).toBe('Invoices')
  })

  test('holds nothing personal of a customer', async () => {
    const hub = await open()
    const attributes = JSON.stringify({ from: '+15550123', name: 'Eve Customer' })
    await hub.append(
      morning.map((event) => ({
        ...event,
        attributes: event.attributes ?? attributes,
        payload: attributes,
      })),
    )
    await hub.shown()
    const text = await (await fetch(`${hub.url}/v1/state`)).text()
    expect(text).not.toMatch(/Eve|5550/)
  })

  test('says how fresh it is: of each source, and of each part of the ledger', async () => {
    const hub = await open()
    await hub.append([...morning, ticks(60)])
    const { freshness, shards, catchingUp } = await stateOf(hub)
    expect(catchingUp).toBe(false)
    expect(freshness).toMatchObject({
      reading: true,
      tick: ticks(60).at,
      newestHappenedAt: step('hold', call, 40).at,
      sources: [{ source: 'test' }],
    })
    expect(shards?.map(({ topic }) => topic)).toContain('ledgerline.config')
  })

  test('is not sent again to who has it', async () => {
    const hub = await open()
    await hub.append(morning)
    await hub.shown()
    const first = await fetch(`${hub.url}/v1/state`)
    const headers = { 'if-none-match': first.headers.get('etag') ?? '' }
    expect((await fetch(`${hub.url}/v1/state`, { headers })).status).toBe(304)
    await hub.append([hangsUp('T2', 60)])
    await hub.shown()
    expect((await fetch(`${hub.url}/v1/state`, { headers })).status).toBe(200)
  })

  test('goes on after a restart where it stood, reading only the rest', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'ledgerline-restart-'))
    try {
      const before = await openTestHub({ folder })
      await before.append(morning)
      const { tasks, agents, queues, position } = await stateOf(before)
      await before.close()

      const after = await open({ folder })
      // Before it has read anything: what is known comes from the file.
      expect(after.state.position()).toBe(position)
      expect(await stateOf(after)).toMatchObject({ tasks, agents, queues })
      await after.append([step('unhold', call, 70), hangsUp('T2', 71)])
      expect((await stateOf(after)).agents[0]).toMatchObject({ state: 'talk' })
    } finally {
      await hubs.splice(0)[0]?.close()
      await rm(folder, { recursive: true })
    }
  })
})

describe('parts of it', () => {
  async function get(hub: TestHub, path: string): Promise<unknown> {
    return (await fetch(`${hub.url}${path}`)).json()
  }

  test('one queue with those who wait in it and those who work for it', async () => {
    const hub = await open()
    await hub.append(morning)
    await hub.shown()
    const answer = queueAnswerSchema.strict().parse(await get(hub, '/v1/state/queues/WQ-billing'))
    expect(answer.queue.waiting).toBe(1)
    expect(answer.tasks.map(({ id }) => id)).toEqual(['T2'])
    expect(answer.agents.map(({ id }) => id)).toEqual(['WK-ann'])
  })

  test('agents by state, by team, by queue', async () => {
    const hub = await open()
    await hub.append(morning)
    await hub.shown()
    const found = async (query: string) => {
      const answer = await get(hub, `/v1/state/agents?${query}`)
      return agentsAnswerSchema
        .strict()
        .parse(answer)
        .agents.map(({ id }) => id)
    }
    expect(await found('')).toEqual(['WK-ann', 'WK-bob'])
    expect(await found('state=aux')).toEqual(['WK-bob'])
    expect(await found('team=North')).toEqual(['WK-ann'])
    expect(await found('team=7')).toEqual(['WK-ann'])
    expect(await found('queue=WQ-billing')).toEqual(['WK-ann'])
  })

  test('one task while it lives', async () => {
    const hub = await open()
    await hub.append(morning)
    await hub.shown()
    const { task } = taskDetailsAnswerSchema.strict().parse(await get(hub, '/v1/state/tasks/T1'))
    expect(task.agent).toBe('WK-ann')
    await hub.append([step('completed', call, 90), ends('T1', 90)])
    await hub.shown()
    expect(problemSchema.parse(await get(hub, '/v1/state/tasks/T1')).status).toBe(404)
  })

  test.each([
    ['/v1/state/queues/none', 404],
    ['/v1/nothing', 404],
    ['/v1/state/agents?state=dancing', 400],
    ['/v1/state/agents?sate=aux', 400],
  ])('%s is told %i as problem details', async (path, status) => {
    const hub = await open()
    const response = await fetch(`${hub.url}${path}`)
    expect(response.status).toBe(status)
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/)
    problemSchema.strict().parse(await response.json())
  })
})

describe('who may read', () => {
  const path = '/v1/state'

  test('without tokens, callers on this machine who ask for it by its own name', async () => {
    const { app } = await open()
    const asked = async (headers: Record<string, string>, remoteAddress = '127.0.0.1') =>
      (await app.inject({ url: path, headers, remoteAddress })).statusCode
    expect(await asked({ host: 'localhost:8080' })).toBe(200)
    expect(await asked({ host: 'evil.example' })).toBe(401)
    expect(await asked({ host: 'localhost:8080', 'x-forwarded-for': '10.0.0.1' })).toBe(401)
    expect(await asked({ host: 'localhost:8080' }, '10.0.0.1')).toBe(401)
  })

  test('with tokens, whoever shows one, in the header or in the query', async () => {
    const { app } = await open({ apiTokens: ['one', 'another'], metricsTokens: ['numbers'] })
    const asked = async (url: string, headers: Record<string, string> = {}) =>
      (await app.inject({ url, headers: { host: 'hub.example', ...headers } })).statusCode
    expect(await asked(path)).toBe(401)
    expect(await asked(path, { authorization: 'Bearer wrong' })).toBe(401)
    expect(await asked(path, { authorization: 'Bearer another' })).toBe(200)
    expect(await asked(`${path}?access_token=one`)).toBe(200)
    expect(await asked(`/v1/state/agents?access_token=one&state=aux`)).toBe(200)
    expect(await asked('/metrics')).toBe(401)
    expect(await asked('/metrics', { authorization: 'Bearer one' })).toBe(200)
    expect(await asked('/metrics', { authorization: 'Bearer numbers' })).toBe(200)
    expect(await asked('/metrics?access_token=numbers')).toBe(401)
    expect(await asked(path, { authorization: 'Bearer numbers' })).toBe(401)
    expect(await asked('/healthz')).toBe(200)
    expect(await asked('/')).toBe(200)
  })
})

describe('about itself', () => {
  test('it is alive, and not ready while the warehouse is away', async () => {
    const { app } = await open()
    expect((await app.inject('/healthz')).statusCode).toBe(200)
    const ready = await app.inject('/readyz')
    expect(ready.statusCode).toBe(503)
    const { checks } = z
      .object({ checks: z.array(z.object({ name: z.string(), ok: z.boolean() })) })
      .parse(ready.json())
    expect(checks.filter(({ ok }) => !ok).map(({ name }) => name)).toEqual(['warehouse'])
  })

  test('every route is described, with its answers', async () => {
    const { app } = await open()
    const { paths } = z
      .object({
        openapi: z.literal('3.1.0'),
        paths: z.record(
          z.string(),
          z.record(z.string(), z.object({ responses: z.looseObject({}) })),
        ),
      })
      .parse((await app.inject('/docs/json')).json())
    const isOfHub = (path: string) => !path.startsWith('/v1/Workspaces/')
    expect(Object.keys(paths).filter(isOfHub).sort()).toEqual([
      '/v1/adherence',
      '/v1/adherence/agents/{id}',
      '/v1/adherence/stream',
      '/v1/agents/{id}/timeline',
      '/v1/alerts',
      '/v1/completeness',
      '/v1/customers/{id}/journey',
      '/v1/dead-letters',
      '/v1/dead-letters/redrive',
      '/v1/dead-letters/{id}',
      '/v1/definitions',
      '/v1/delivery',
      '/v1/delivery/journal',
      '/v1/dimensions/{dimension}',
      '/v1/explain',
      '/v1/explain/events/{id}',
      '/v1/exports',
      '/v1/exports/differences',
      '/v1/exports/series',
      '/v1/exports/{target}/reports/{report}',
      '/v1/exports/{target}/{file}',
      '/v1/feeds/agent-states',
      '/v1/feeds/{target}/historic/agentLoginData',
      '/v1/feeds/{target}/historic/agentStatusData',
      '/v1/feeds/{target}/online/agentStatus',
      '/v1/forecasts',
      '/v1/identities',
      '/v1/intervals/adherence',
      '/v1/intervals/agents',
      '/v1/intervals/conversations',
      '/v1/intervals/queues',
      '/v1/mappings',
      '/v1/mappings/coverage',
      '/v1/mappings/explain',
      '/v1/operations/alerts/reload',
      '/v1/operations/audit',
      '/v1/operations/backfill',
      '/v1/operations/definitions',
      '/v1/operations/definitions/rehearse',
      '/v1/operations/delivery/resend',
      '/v1/operations/exports/{target}/{file}',
      '/v1/operations/identities',
      '/v1/operations/job',
      '/v1/operations/mappings',
      '/v1/operations/mappings/rehearse',
      '/v1/operations/progress',
      '/v1/operations/rebuild',
      '/v1/operations/twilio-config',
      '/v1/operations/verify',
      '/v1/operations/whatif',
      '/v1/restatements',
      '/v1/schedules',
      '/v1/schedules/agents/{id}',
      '/v1/schedules/exceptions',
      '/v1/schedules/exceptions/{id}',
      '/v1/sources',
      '/v1/state',
      '/v1/state/agents',
      '/v1/state/agents/{id}',
      '/v1/state/queues',
      '/v1/state/queues/{id}',
      '/v1/state/replay',
      '/v1/state/stream',
      '/v1/state/tasks',
      '/v1/state/tasks/{id}',
      '/v1/state/workflows',
      '/v1/tasks/{id}/explain',
      '/v1/tasks/{id}/life',
    ])
    for (const methods of Object.values(paths)) {
      for (const { responses } of Object.values(methods)) {
        expect(Object.keys(responses).filter((status) => status.startsWith('2'))).toHaveLength(1)
      }
    }
    expect((await app.inject('/docs')).statusCode).toBeLessThan(400)
  })

  test('the page and all that it uses come from here', async () => {
    const { app } = await open()
    const page = await app.inject('/')
    expect(page.headers['content-security-policy']).toContain("default-src 'none'")
    const own = [
      '/board.js',
      '/board.css',
      '/client/state-stream.js',
      '/client/adherence-stream.js',
    ]
    const vendor = ['preact.js', 'htm.js', 'uplot.js', 'uplot.css'].map((name) => `/vendor/${name}`)
    for (const file of [...own, ...vendor]) {
      expect((await app.inject(file)).statusCode).toBe(200)
    }
    expect((await app.inject('/../package.json')).statusCode).toBe(404)
  })
})
