import { afterAll, beforeAll, expect, test } from 'vitest'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { sightingColumns } from '../../schemas/tables/tables.ts'
import { dimensionSightings } from '../../services/runner/dimension-sightings.ts'
import { toEventRow } from '../../services/runner/event-rows.ts'
import { placementsOf } from '../../services/log/topics.ts'
import { migrate, readMigrations } from '../../services/warehouse/migrations.ts'
import { sqlStatements } from '../../services/warehouse/sql-tokens.ts'
import type { Warehouse } from '../../services/warehouse/warehouse.ts'
import { openTestEngine, type TestEngine } from '../support/engine.ts'
import { anEvent } from '../support/fold-all.ts'

let engine: TestEngine

beforeAll(async () => {
  engine = await openTestEngine()
  await migrate(engine.warehouse)
})
afterAll(() => engine.close())

/** The warehouse when it has heard these events and no others, each part by itself. */
async function heard(parts: readonly (readonly LedgerEvent[])[]): Promise<Warehouse> {
  await engine.warehouse.command('TRUNCATE TABLE dimension_sightings')
  for (const events of parts) await hear(events)
  return engine.warehouse
}

async function hear(events: readonly LedgerEvent[]): Promise<void> {
  await engine.warehouse.insert('dimension_sightings', dimensionSightings(events))
}

const sightings = (warehouse: Warehouse) =>
  warehouse.query(
    `SELECT ${sightingColumns.join(', ')} FROM dimension_sightings FINAL ORDER BY ${sightingColumns.join(', ')}`,
  )

const at = (time: string) => Date.parse(`2026-03-${time}Z`)

let ids = 0
const tells = (time: string, fields: Readonly<Record<string, unknown>>) =>
  anEvent({ id: `EV${++ids}`, type: 'worker.attributes.update', at: at(time), ...fields })
const worker = (time: string, workerName: string | null, more = {}) =>
  tells(time, { worker: 'WK1', workerName, ...more })
const queue = (time: string, queueName: string | null, more = {}) =>
  tells(time, { type: 'task-queue.created', queue: 'WQ1', queueName, ...more })

interface Stretch {
  readonly name: string
  readonly since: number
  readonly until: number | null
}

const stretches = (warehouse: Warehouse, view = 'workers') =>
  warehouse.query<Stretch>(`SELECT name, since, until FROM ${view} ORDER BY since`)

const renamedAtNoon = [
  worker('02T08:00:00', 'ann'),
  worker('03T08:00:00', 'ann'),
  worker('03T11:59:59.999', 'ann'),
  worker('03T12:00:00', 'anna'),
  worker('03T18:00:00', 'anna'),
  worker('04T08:00:00', 'anna'),
]
const annThenAnna = [
  { name: 'ann', since: at('02T08:00:00'), until: at('03T12:00:00') },
  { name: 'anna', since: at('03T12:00:00'), until: null },
]

test('a rename in the middle of a day divides the day', async () => {
  expect(await stretches(await heard([renamedAtNoon]))).toEqual(annThenAnna)
})

test('neither order nor repetition nor parts of the events change a row', async () => {
  const each = renamedAtNoon.map((event) => [event])
  const warehouse = await heard([...each.toReversed(), renamedAtNoon.slice(1, 4), ...each])
  expect(await stretches(warehouse)).toEqual(annThenAnna)
  const scattered = await sightings(warehouse)
  expect(scattered).toEqual(await sightings(await heard([renamedAtNoon])))
})

test('a rename that is heard of late is put where it belongs', async () => {
  const warehouse = await heard([[worker('02T08:00:00', 'ann'), worker('09T08:00:00', 'ann')]])
  expect(await stretches(warehouse)).toMatchObject([{ name: 'ann', until: null }])
  await hear([worker('05T08:00:00', 'anna'), worker('06T08:00:00', 'anna')])
  expect(await stretches(warehouse)).toEqual([
    { name: 'ann', since: at('02T08:00:00'), until: at('05T08:00:00') },
    { name: 'anna', since: at('05T08:00:00'), until: at('09T08:00:00') },
    { name: 'ann', since: at('09T08:00:00'), until: null },
  ])
})

test('a name that is put right on the same day is the newest again', async () => {
  const warehouse = await heard([
    [worker('03T08:00:00', 'ann'), worker('03T10:00:00', 'nan'), worker('03T10:05:00', 'nan')],
    [worker('03T10:06:00', 'ann'), worker('03T18:00:00', 'ann')],
  ])
  expect(await stretches(warehouse)).toEqual([
    { name: 'ann', since: at('03T08:00:00'), until: at('03T10:00:00') },
    { name: 'nan', since: at('03T10:00:00'), until: at('03T10:05:00.001') },
    { name: 'ann', since: at('03T10:05:00.001'), until: null },
  ])
})

test('an old name that comes a moment after the new one does not bring it back', async () => {
  const warehouse = await heard([
    [worker('03T08:00:00', 'ann'), worker('03T10:00:00.200', 'anna')],
    [worker('03T10:00:00.500', 'ann'), worker('03T18:00:00', 'anna')],
  ])
  expect(await stretches(warehouse)).toMatchObject([
    { name: 'ann' },
    { name: 'anna', since: at('03T10:00:00.200'), until: null },
  ])
})

test('what is deleted says so, and keeps its names', async () => {
  const warehouse = await heard([
    [worker('02T08:00:00', 'ann'), worker('03T08:00:00', 'anna')],
    [worker('04T17:00:00', 'anna', { type: 'worker.deleted' })],
    [
      worker('04T17:00:05', 'anna', {
        type: 'reservation.canceled',
        task: 'WT1',
        reservation: 'WR1',
      }),
    ],
  ])
  const rows = await warehouse.query(
    'SELECT name, is_current, is_deleted, deleted_at FROM workers ORDER BY since',
  )
  const deleted = { is_deleted: true, deleted_at: at('04T17:00:00') }
  expect(rows).toEqual([
    { name: 'ann', is_current: false, ...deleted },
    { name: 'anna', is_current: true, ...deleted },
  ])
})

test('a stretch is of one expression and one availability too, each known before it is told first', async () => {
  const activity = (time: string, type: string, activityAvailable: boolean | null) =>
    tells(time, { type, activity: 'WA1', activityName: 'Email', activityAvailable, worker: 'WK1' })
  const warehouse = await heard([
    [queue('02T08:00:00', 'Billing'), queue('02T09:00:00', 'Billing', { expression: 'a' })],
    [queue('03T09:00:00', null, { type: 'task-queue.expression.updated', expression: 'b' })],
    [queue('04T09:00:00', 'Invoices', { expression: 'b' })],
    [activity('02T08:00:00', 'activity.created', true)],
    [activity('03T08:00:00', 'worker.activity.update', null)],
    [activity('04T08:00:00', 'activity.updated', false)],
  ])
  expect(
    await warehouse.query('SELECT name, expression, since FROM queues ORDER BY since'),
  ).toEqual([
    { name: 'Billing', expression: 'a', since: at('02T08:00:00') },
    { name: 'Billing', expression: 'b', since: at('03T09:00:00') },
    { name: 'Invoices', expression: 'b', since: at('04T09:00:00') },
  ])
  expect(
    await warehouse.query('SELECT name, is_available, since FROM activities ORDER BY since'),
  ).toEqual([
    { name: 'Email', is_available: true, since: at('02T08:00:00') },
    { name: 'Email', is_available: false, since: at('04T08:00:00') },
  ])
})

test('what the hub derives tells no name', async () => {
  const derived = worker('09T08:00:00', 'ann', { road: 'hub' })
  expect(await stretches(await heard([[...renamedAtNoon, derived]]))).toEqual(annThenAnna)
})

test('an upgrade finds in the events that are there what a runner would have written', async () => {
  const events = [
    ...renamedAtNoon,
    queue('02T08:00:00', 'Billing', { expression: 'a' }),
    queue('04T08:00:00', 'Billing', { type: 'task-queue.deleted' }),
    tells('02T08:00:00', { type: 'workflow.created', workflow: 'WW1', workflowName: 'Calls' }),
    tells('05T08:00:00', { type: 'workflow.deleted', workflow: 'WW1' }),
    tells('02T08:00:00', {
      type: 'activity.created',
      ...{ activity: 'WA1', activityName: 'Break', activityAvailable: false },
    }),
    tells('05T08:00:00', { type: 'activity.deleted', activity: 'WA1' }),
    worker('05T08:00:00', 'anna', {
      ...{ type: 'worker.activity.update', activity: 'WA1', activityName: 'Pause' },
      ...{ previousActivity: 'WA2', previousActivityName: 'Available' },
    }),
    worker('06T08:00:00', 'anna', { type: 'worker.deleted' }),
    worker('09T08:00:00', 'ann', { road: 'hub' }),
    worker('09T08:00:00', ''),
  ]
  const upgraded = await heard([])
  await upgraded.insert(
    'events',
    events.flatMap((event, position) =>
      placementsOf(event).map(({ topic, key }) =>
        toEventRow(event, { shard: { topic, partition: 0 }, position, entity: key }),
      ),
    ),
  )
  const file = readMigrations().find(({ name }) => name.includes('dimension_sightings'))
  for (const statement of sqlStatements(file?.sql ?? '')) await upgraded.command(statement)
  const found = await sightings(upgraded)
  expect(found).toEqual(await sightings(await heard([events])))
  expect(found.length).toBeGreaterThan(15)
})
