import { afterAll, beforeAll, expect, test } from 'vitest'
import { createStateClient, followState, HubError } from '../../client/state.ts'
import {
  agentDetailsAnswerSchema,
  taskDetailsAnswerSchema,
  tasksAnswerSchema,
  workflowsAnswerSchema,
} from '../../schemas/feeds/state-details.ts'
import {
  agentsAnswerSchema,
  queueAnswerSchema,
  queuesAnswerSchema,
  stateSchema,
} from '../../schemas/feeds/state.ts'
import { taskExplanationSchema } from '../../schemas/feeds/waiting.ts'
import {
  activities,
  ann,
  available,
  billing,
  bob,
  enters,
  goes,
  step,
  support,
} from '../services/live/contact-centre.ts'
import { openTestHub, type TestHub } from '../services/live/hub-with-state.ts'

let hub: TestHub
beforeAll(async () => {
  hub = await openTestHub({ apiTokens: ['right'] })
  await hub.append([
    ...activities(),
    goes(ann, available, 0),
    goes(bob, available, 0),
    ...enters('T1', billing, 1),
    ...enters('T2', support, 1),
    step('created', { task: 'T2', worker: bob, queue: support }, 2),
  ])
  await hub.shown()
})
afterAll(() => hub.close())

const open = (token: string | undefined = 'right') => createStateClient({ url: hub.url, token })

test('each call answers what its schema says', async () => {
  const client = open()
  expect(stateSchema.strict().parse(await client.getState()).tasks).toHaveLength(2)
  const { queues } = queuesAnswerSchema.strict().parse(await client.getQueues({ name: 'BILL' }))
  expect(queues.map(({ id }) => id)).toEqual(['WQ-billing'])
  const { tasks: waiting } = queueAnswerSchema.strict().parse(await client.getQueue('WQ-billing'))
  expect(waiting.map(({ id }) => id)).toEqual(['T1'])
  const { agents, next } = agentsAnswerSchema.strict().parse(await client.getAgents({ limit: 1 }))
  expect([agents.map(({ id }) => id), next]).toEqual([['WK-ann'], 'WK-ann'])
  const { agent } = agentDetailsAnswerSchema.strict().parse(await client.getAgent('WK-bob'))
  expect(agent.state).toBe('alert')
  const { tasks } = tasksAnswerSchema.strict().parse(await client.getTasks({ status: 'ringing' }))
  expect(tasks.map(({ id }) => id)).toEqual(['T2'])
  const { task } = taskDetailsAnswerSchema.strict().parse(await client.getTask('T2'))
  expect(task.offers).toHaveLength(1)
  expect(workflowsAnswerSchema.strict().parse(await client.getWorkflows()).workflows).toEqual([])
  const explained = await client.explainTask('T1', { limit: 5 })
  expect(taskExplanationSchema.strict().parse(explained).waiting?.queue).toBe('WQ-billing')
})

test('each call may be about another moment', async () => {
  const client = open()
  const moment = { at: '2999-01-01T00:00:00Z', as: 'known' } as const
  const calls = [
    client.getState(moment),
    client.getQueues(moment),
    client.getQueue('WQ-billing', moment),
    client.getAgents(moment),
    client.getAgent('WK-bob', moment),
    client.getTasks(moment),
    client.getTask('T2', moment),
    client.getWorkflows(moment),
    client.explainTask('T1', moment),
  ]
  for (const call of calls) {
    await expect(call).rejects.toMatchObject({ status: 400, errors: [{ field: 'at' }] })
  }
})

test('a call that is refused rejects with everything that is wrong with it', async () => {
  const error: unknown = await open()
    .getAgents({ limit: 0 })
    .catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(HubError)
  expect(error).toMatchObject({ status: 400, errors: [{ field: 'limit' }] })
  await expect(open().getQueue('WQ/none')).rejects.toMatchObject({
    status: 404,
    message: 'there is no queue WQ/none',
  })
  await expect(open('wrong').getState()).rejects.toMatchObject({ status: 401 })
})

/** Resolves when it holds of what is followed. */
function follow(options: Omit<Parameters<typeof followState>[0], 'onChange'>) {
  let wake: () => void = () => undefined
  const followed = followState({ url: hub.url, ...options, onChange: () => wake() })
  return {
    state: followed.state,
    close: () => followed.close(),
    until: async (holds: () => boolean) => {
      while (!holds()) await new Promise<void>((resolve) => (wake = resolve))
    },
  }
}

test('who follows with a filter knows what it lets through, and nothing else', async () => {
  const { state, until, close } = follow({ token: 'right', filter: { queues: ['Support'] } })
  await until(() => state.connection === 'live')
  expect([...state.queues.keys()]).toEqual(['WQ-support'])
  expect([...state.agents.keys()]).toEqual(['WK-bob'])
  await hub.append(enters('T3', support, 5))
  await until(() => state.tasks.has('T3'))
  expect([...state.tasks.keys()].sort()).toEqual(['T2', 'T3'])
  expect(state.freshness?.reading).toBe(true)
  close()
})

test('who asks for a filter that there is not, or has no token, is told so once and for all', async () => {
  const wrong = follow({ token: 'right', filter: { queues: ['WQ1', ''] } })
  await wrong.until(() => wrong.state.connection === 'refused')
  expect(wrong.state.problem).toMatchObject({ status: 400, errors: [{ field: 'queues.1' }] })
  const stranger = follow({ token: 'wrong' })
  await stranger.until(() => stranger.state.connection === 'refused')
  expect(stranger.state.problem).toMatchObject({ status: 401 })
})
