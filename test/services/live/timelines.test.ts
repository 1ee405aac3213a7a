import { afterAll, beforeAll, expect, test } from 'vitest'
import { agentTimelineSchema, taskLifeSchema } from '../../../schemas/feeds/timelines.ts'
import { anEvent } from '../../support/fold-all.ts'
import { openHubWithTables, type HubWithTables } from '../../support/hub-with-tables.ts'

const start = Date.parse('2026-03-10T14:00:00Z')
const minuteMs = 60_000
let count = 0
const event = (minute: number, type: string, fields: Record<string, unknown>) =>
  anEvent({ id: `E${++count}`, type, at: start + minute * minuteMs, ...fields })

const ann = { worker: 'WK-ann', workerName: 'Ann Archer' }
const bob = { worker: 'WK-bob', workerName: 'Bob Baker' }
const billing = { queue: 'WQ-billing', queueName: 'Billing' }
const call = { task: 'WT1', channel: 'voice', direction: 'inbound', conversation: 'CA1' }
const first = { ...call, ...billing, ...ann, reservation: 'WR1' }
const second = { ...call, ...billing, ...bob, reservation: 'WR2' }

/** A call that Ann lets ring; Bob takes it, holds the caller for two minutes, and wraps up. */
const events = [
  event(-60, 'activity.created', {
    activity: 'WA1',
    activityName: 'Ready',
    activityAvailable: true,
  }),
  event(-60, 'activity.created', {
    ...{ activity: 'WA2', activityName: 'Lunch', activityAvailable: false },
  }),
  event(-50, 'worker.activity.update', { ...ann, activity: 'WA1', activityName: 'Ready' }),
  event(-50, 'worker.activity.update', { ...bob, activity: 'WA1', activityName: 'Ready' }),
  event(0, 'task.created', call),
  event(0, 'task-queue.entered', { ...call, ...billing }),
  event(1, 'reservation.created', first),
  event(2, 'reservation.timeout', first),
  event(3, 'reservation.created', second),
  event(4, 'reservation.accepted', second),
  event(6, 'reservation.hold', second),
  event(8, 'reservation.unhold', second),
  event(10, 'reservation.wrapup', second),
  event(11, 'reservation.completed', second),
  event(11, 'task.completed', call),
  event(20, 'worker.activity.update', { ...bob, activity: 'WA2', activityName: 'Lunch' }),
]

let hub: HubWithTables

beforeAll(async () => {
  hub = await openHubWithTables()
  await hub.tell(events)
  await hub.shown()
}, 120_000)

afterAll(() => hub.close())

async function ask(url: string) {
  const answer = await hub.app.inject({ url, headers: { host: 'localhost' } })
  return { status: answer.statusCode, body: answer.json<unknown>() }
}

const at = (minute: number) => start + minute * minuteMs

test('an agent’s day is what he did, whole where it reaches over the edge, and what he worked on', async () => {
  const { status, body } = await ask(
    '/v1/agents/WK-bob/timeline?from=2026-03-10T10:00&to=2026-03-10T10:30&zone=America/New_York',
  )
  expect(status).toBe(200)
  const { agent, states, work } = agentTimelineSchema.parse(body)
  expect(agent).toEqual({ id: 'WK-bob', name: 'Bob Baker' })
  expect(
    states.map(({ from, to, state, activityName }) => [from, to, state, activityName]),
  ).toEqual([
    [at(-50), at(3), 'idle', 'Ready'],
    [at(3), at(4), 'alert', 'Ready'],
    [at(4), at(6), 'talk', 'Ready'],
    [at(6), at(8), 'hold', 'Ready'],
    [at(8), at(10), 'talk', 'Ready'],
    [at(10), at(11), 'acw', 'Ready'],
    [at(11), at(20), 'idle', 'Ready'],
    [at(20), null, 'aux', 'Lunch'],
  ])
  expect(work).toEqual([
    {
      ...{ task: 'WT1', reservation: 'WR2', agent: 'WK-bob', agentName: 'Bob Baker' },
      ...{ queue: 'WQ-billing', queueName: 'Billing', channel: 'voice', direction: 'inbound' },
      ...{ offeredAt: at(3), acceptedAt: at(4), wrapUpAt: at(10), endedAt: at(11) },
      ...{ outcome: 'accepted', holds: [{ from: at(6), to: at(8) }] },
      ...{ ringMs: minuteMs, talkMs: 4 * minuteMs, holdMs: 2 * minuteMs, acwMs: minuteMs },
    },
  ])
})

test('what was before a stretch of time or after it is not of it', async () => {
  const { body } = await ask(
    '/v1/agents/WK-ann/timeline?from=2026-03-10T14:10:00Z&to=2026-03-10T14:20:00Z',
  )
  const { states, work } = agentTimelineSchema.parse(body)
  expect(states.map(({ state }) => state)).toEqual(['idle'])
  expect(work).toEqual([])
})

test('a task’s life is told when it is over: queues, offers to everybody, and how it ended', async () => {
  const { status, body } = await ask('/v1/tasks/WT1/life')
  expect(status).toBe(200)
  const { task, visits, work, transfers } = taskLifeSchema.parse(body)
  expect(task).toMatchObject({ outcome: 'answered', createdAt: start, endedAt: at(11) })
  expect(task).toMatchObject({ waitMs: 4 * minuteMs, talkMs: 4 * minuteMs, acwMs: minuteMs })
  expect(visits).toMatchObject([
    {
      queueName: 'Billing',
      entry: 'new',
      enteredAt: start,
      exitedAt: at(4),
      disposition: 'answered',
    },
  ])
  expect(work.map(({ agentName, outcome }) => [agentName, outcome])).toEqual([
    ['Ann Archer', 'timed_out'],
    ['Bob Baker', 'accepted'],
  ])
  expect(transfers).toEqual([])
})

test('a call with faults is told all of them, and who is not known is not found', async () => {
  const { status, body } = await ask('/v1/agents/WK-bob/timeline?from=once&to=then')
  expect(status).toBe(400)
  expect(body).toMatchObject({ errors: [{ field: 'from' }, { field: 'to' }] })
  const turned = '/v1/agents/WK-bob/timeline?from=2026-03-10T14:00:00Z&to=2026-03-10T14:00:00Z'
  expect((await ask(turned)).body).toMatchObject({ errors: [{ field: 'to' }] })
  const long = '/v1/agents/WK-bob/timeline?from=2026-01-01T00:00:00Z&to=2026-03-10T14:00:00Z'
  expect((await ask(long)).status).toBe(400)
  const nobody = '/v1/agents/WK-no/timeline?from=2026-03-10T14:00:00Z&to=2026-03-10T15:00:00Z'
  expect((await ask(nobody)).status).toBe(404)
  expect((await ask('/v1/tasks/WT-no/life')).status).toBe(404)
})
