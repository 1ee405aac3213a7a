import { afterAll, beforeAll, expect, test } from 'vitest'
import { createIntervalSource } from '../../services/exports/interval-source.ts'
import { migrate } from '../../services/warehouse/migrations.ts'
import { form } from '../connectors/form/sample-form.ts'
import { openTestEngine, type TestEngine } from '../support/engine.ts'

let engine: TestEngine

const dayMs = 86_400_000
const start = Date.parse('2026-01-01T00:00:00Z')
const at = (day: number) => start + day * dayMs

beforeAll(async () => {
  engine = await openTestEngine()
  await migrate(engine.warehouse)
  const rows = (queue: string, days: readonly number[]) =>
    days.map((day) => ({ interval_start: at(day), queue, shard: 0, version: 1 }))
  await engine.warehouse.insert('queue_intervals', [
    ...rows('A', [0, 20, 20.5, 55, 91, 92]),
    ...rows('B', [60]),
  ])
})
afterAll(() => engine.close())

async function known(from: number, to: number) {
  const source = createIntervalSource(engine.warehouse)
  const found = await source.everybody(form(), { from: at(from), to: at(to) })
  return found.map(({ queue, within }) => [
    ...[queue?.id, (within.from - start) / dayMs, (within.to - start) / dayMs],
  ])
}

test('a queue is known from its first row until five weeks after its last, and anew when it comes again', async () => {
  expect(await known(0, 100)).toEqual([
    ...[
      ['A', 0, 90],
      ['A', 91, 127],
      ['B', 60, 95],
    ], // Day 55 is 34.5 days after day 20.5; day 91 is 36 after day 55.
  ])
  // What comes after the end of a span is not known in it, and who was there five weeks before still is.
  expect(await known(20, 21)).toEqual([['A', 0, 55.5]])
  expect(await known(94, 95)).toEqual([
    ...[
      ['A', 91, 127],
      ['B', 60, 95],
    ],
  ])
  expect(await known(130, 131)).toEqual([])
})
