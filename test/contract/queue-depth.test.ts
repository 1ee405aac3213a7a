import { afterAll, beforeAll, expect, test } from 'vitest'
import { migrate } from '../../services/warehouse/migrations.ts'
import { openTestEngine, type TestEngine } from '../support/engine.ts'
import { foldAll } from '../support/fold-all.ts'
import { eventsOf, examples, expectedRows, knowledgeOf } from '../support/worked-examples.ts'

let engine: TestEngine

beforeAll(async () => {
  engine = await openTestEngine()
  await migrate(engine.warehouse)
})
afterAll(() => engine.close())

const depth = () =>
  engine.warehouse.query(
    'SELECT queue, interval_start, queue_depth_max FROM v_queue_depth ORDER BY queue, interval_start',
  )

test.each(examples.filter(({ expected }) => 'v_queue_depth' in expected))(
  '$id: as many wait at once as the dictionary says',
  async (given) => {
    const rows = foldAll(eventsOf(given), Date.parse(given.as_of), knowledgeOf(given))
    for (const table of ['queue_visits', 'queue_intervals']) {
      await engine.warehouse.command(`TRUNCATE TABLE ${table}`)
      await engine.warehouse.insert(
        table,
        (rows.get(table) ?? []).map((row) => ({ ...row, version: 1 })),
      )
    }
    expect(await depth()).toEqual(expectedRows(given, 'v_queue_depth'))
  },
)

test('who leaves when another enters does not wait with him, and no time is no waiting', async () => {
  const noon = Date.parse('2026-01-15T12:00:00Z')
  const visit = (task: string, from: number, to: number) => ({
    ...{ workspace: 'WS1', task, visit: 1, queue: 'WQ1', version: 1 },
    ...{ entered_at: noon + from, exited_at: noon + to },
  })
  await engine.warehouse.command('TRUNCATE TABLE queue_visits')
  await engine.warehouse.insert('queue_visits', [
    visit('WT1', 0, 60_000),
    visit('WT2', 60_000, 120_000),
    visit('WT3', 60_000, 60_000),
    // Three at once before the border, two of whom are still there at it.
    visit('WT4', 800_000, 1_000_000),
    visit('WT5', 810_000, 900_001),
    visit('WT6', 820_000, 900_000),
    visit('WT7', 1_800_000, 1_800_000),
  ])
  expect(await depth()).toEqual([
    { queue: 'WQ1', interval_start: noon, queue_depth_max: 3 },
    { queue: 'WQ1', interval_start: noon + 900_000, queue_depth_max: 2 },
  ])
})
