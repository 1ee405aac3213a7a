import { afterAll, beforeAll, expect, test } from 'vitest'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { stateSchema } from '../../schemas/feeds/state.ts'
import { routingSightingColumns } from '../../schemas/tables/tables.ts'
import { systemClock } from '../../services/runtime/clock.ts'
import { readMigrations } from '../../services/warehouse/migrations.ts'
import { sqlStatements } from '../../services/warehouse/sql-tokens.ts'
import {
  ann,
  available,
  billing,
  bob,
  ends,
  enters,
  goes,
  happens,
  onBreak,
  start,
  step,
  ticks,
} from '../services/live/contact-centre.ts'
import { openHubWithTables, type HubWithTables } from '../support/hub-with-tables.ts'

const daySeconds = 86_400
const minute = 60
const hundredDays = 100 * daySeconds
const moment = (seconds: number) => new Date(start + seconds * 1_000).toISOString()

const late = (event: LedgerEvent, seconds: number): LedgerEvent => ({
  ...event,
  receivedAt: start + seconds * 1_000,
})

const attributes = JSON.stringify({ team_id: 7, team_name: 'North', skills: ['billing'] })
const invoices = { ...billing, queueName: 'Invoices' }
const call = { task: 'T2', worker: bob, queue: billing }

/** Ann is told once, and stands there for months while bob works. */
const told: readonly LedgerEvent[] = [
  happens('worker.created', 0, { ...ann, ...available, attributes }),
  happens('worker.capacity.update', 1, { ...ann, channel: 'chat', capacity: 3 }),
  happens('worker.channel.availability.update', 2, {
    ...{ ...ann, channel: 'chat', channelAvailable: false },
  }),
  goes(ann, onBreak, 5),
  goes(ann, available, 10),
  goes(bob, available, 20),
  ...enters('T1', billing, 30),
  ends('T1', 60),
  happens('task-queue.created', 40, { queue: 'WQ-gone', queueName: 'Gone' }),
  happens('task-queue.deleted', daySeconds, { queue: 'WQ-gone', queueName: 'Gone' }),
  ...enters('T2', billing, hundredDays),
  step('created', call, hundredDays + 5),
  step('accepted', call, hundredDays + 9),
  late(
    happens('task-queue.expression.updated', hundredDays + 20, { ...invoices }),
    hundredDays + 10 * minute,
  ),
]

let hub: HubWithTables
beforeAll(async () => {
  hub = await openHubWithTables({
    clock: { ...systemClock, now: () => start + (hundredDays + 900) * 1_000 },
  })
  await hub.tell([...told, ticks(hundredDays + 840)])
})
afterAll(() => hub.close())

async function stateAt(query: string) {
  const response = await hub.app.inject({
    url: `/v1/state${query}`,
    headers: { host: 'localhost' },
  })
  expect(response.statusCode, response.body).toBe(200)
  const { queues, agents, tasks } = stateSchema.parse(response.json())
  const inOrder = <T extends { id: string }>(all: T[]) => all.sort((a, b) => (a.id < b.id ? -1 : 1))
  return { queues: inOrder(queues), agents: inOrder(agents), tasks: inOrder(tasks) }
}

test('what was told once is known of a moment months later', async () => {
  const past = await stateAt(`?at=${moment(hundredDays + 12 * minute)}`)
  await hub.shown()
  expect(past).toEqual(await stateAt(''))
  expect(past.agents[0]).toMatchObject({
    ...{ name: 'Ann', team: { id: '7', name: 'North' }, activityName: 'Available' },
    ...{ stateSince: start + 10_000, channels: [{ channel: 'chat', capacity: 3 }] },
  })
})

test.each([
  ['known', 12, 'Invoices'],
  ['known', 5, 'Billing'],
  ['happened', 5, 'Invoices'],
  ['happened', 0, 'Billing'],
])(
  'a queue that is renamed late is called by what had %s after %i minutes',
  async (as, at, name) => {
    const { queues } = await stateAt(`?at=${moment(hundredDays + at * minute)}&as=${as}`)
    expect(queues.map((queue) => queue.name)).toEqual([name])
  },
)

test('a queue is there until it is deleted', async () => {
  const before = await stateAt(`?at=${moment(daySeconds - 1)}`)
  expect(before.queues.map(({ id }) => id)).toEqual(['WQ-billing', 'WQ-gone'])
  const after = await stateAt(`?at=${moment(daySeconds)}`)
  expect(after.queues.map(({ id }) => id)).toEqual(['WQ-billing'])
})

test('an upgrade finds in the events that are there what the runner has written', async () => {
  const sightings = () =>
    hub.warehouse.query(
      `SELECT ${routingSightingColumns.join(', ')} FROM routing_sightings FINAL ORDER BY ${routingSightingColumns.join(', ')}`,
    )
  const written = await sightings()
  expect(written.length).toBeGreaterThan(12)
  await hub.warehouse.command('TRUNCATE TABLE routing_sightings')
  const file = readMigrations().find(({ name }) => name.includes('routing_sightings'))
  for (const statement of sqlStatements(file?.sql ?? '')) await hub.warehouse.command(statement)
  expect(await sightings()).toEqual(written)
})
