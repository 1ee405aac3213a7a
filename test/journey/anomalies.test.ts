import { afterAll, beforeAll, expect, test } from 'vitest'
import { tables, type TableName } from '../../schemas/tables/tables.ts'
import { placementsOf } from '../../services/log/topics.ts'
import { toEventRow } from '../../services/runner/event-rows.ts'
import { migrate } from '../../services/warehouse/migrations.ts'
import { openTestEngine, type TestEngine } from '../support/engine.ts'
import { anEvent, foldAll } from '../support/fold-all.ts'

let engine: TestEngine

const at = (time: string) => Date.parse(`2026-03-10T${time}Z`)
const task = { task: 'WT1', channel: 'voice', queue: 'billing' }
const leg = { ...task, reservation: 'WR1', worker: 'ann' }
const event = (id: string, type: string, time: string, fields: Record<string, unknown> = leg) =>
  anEvent({ id, type, at: at(time), ...fields })

/** A call whose creation is lost and whose agent's clock is late, and of which one id says two things at two instants. */
const told = [
  event('EV1', 'task-queue.entered', '23:50:00', task),
  event('EV2', 'reservation.created', '23:50:10'),
  event('EV3', 'reservation.accepted', '23:50:09'),
  event('EV4', 'reservation.completed', '23:55:00'),
  event('EV4', 'reservation.completed', '23:56:00'),
  event('EV5', 'task.completed', '23:57:00', task),
]
/** The same by another road: not a conflict. */
const again = told.map((one) => ({ ...one, road: 'rest' as const, receivedAt: one.at + 5_000 }))

beforeAll(async () => {
  engine = await openTestEngine()
  await migrate(engine.warehouse)
  await engine.warehouse.insert(
    'events',
    [...told, ...again].flatMap((one, n) =>
      placementsOf(one).map(({ topic, key }) =>
        toEventRow(one, { shard: { topic, partition: 0 }, entity: key, position: n }),
      ),
    ),
  )
  for (const table of ['contacts', 'queue_visits', 'segments', 'agent_states'] as const) {
    await engine.warehouse.insert(table, rowsOf(table))
  }
})
afterAll(() => engine.close())

function rowsOf(table: TableName) {
  const rows = foldAll(told, at('23:59:00')).get(table) ?? []
  const { key, columns } = tables[table]
  expect(Object.keys(rows[0] ?? {})).toEqual(expect.arrayContaining([...key, ...columns]))
  return rows.map((row) => ({ ...row, version: 1, is_deleted: 0 }))
}

test('an id that says two things is told of in every topic, whatever times they bear', async () => {
  const rows = await engine.warehouse.query(
    `SELECT topic, entity, id, contents_count, types, roads, happened_at FROM v_id_conflicts ORDER BY topic`,
  )
  const conflict = {
    ...{ id: 'EV4', contents_count: 2, types: ['reservation.completed'] },
    ...{ roads: ['api'], happened_at: at('23:55:00') },
  }
  expect(rows).toEqual([
    { topic: 'ledgerline.tasks', entity: 'WT1', ...conflict },
    { topic: 'ledgerline.workers', entity: 'ann', ...conflict },
  ])
})

test('each day tells how many things had to be repaired, each once', async () => {
  const rows = await engine.warehouse.query<Record<string, unknown>>(
    `SELECT what, anomaly, things_count, toString(day) AS day FROM v_anomalies_daily
     WHERE what != 'agent_state' ORDER BY what, anomaly`,
  )
  const row = (what: string, anomaly: string) => ({
    ...{ what, anomaly, things_count: 1, day: '2026-03-10' },
  })
  expect(rows).toEqual([
    row('contact', 'clock_skew'),
    row('contact', 'missing_begin'),
    row('event', 'id_conflict'),
    row('segment', 'clock_skew'),
  ])
})

test('stretches of an agent’s day bear what was repaired in them', async () => {
  const rows = await engine.warehouse.query(
    `SELECT anomaly FROM v_anomalies_daily WHERE what = 'agent_state'`,
  )
  expect(rows).toEqual([{ anomaly: 'clock_skew' }])
})
