import { afterAll, beforeAll, expect, test } from 'vitest'
import { readServiceLevels } from '../../services/alerts/service-levels.ts'
import { toDefinitionsEvent } from '../../services/definitions/definitions-event.ts'
import { readDefinitionsFile } from '../../services/definitions/definitions-file.ts'
import { systemClock, type Clock } from '../../services/runtime/clock.ts'
import {
  ann,
  billing,
  ends,
  enters,
  hangsUp,
  start,
  step,
  support,
  ticks,
} from '../services/live/contact-centre.ts'
import { openHubWithTables, type HubWithTables } from '../support/hub-with-tables.ts'

const minute = 60
const now = start + 20 * minute * 1_000
const clock: Clock = { now: () => now, sleep: (ms, signal) => systemClock.sleep(ms, signal) }

let hub: HubWithTables

/** A task that somebody answers after so many seconds. */
const answered = (task: string, queue: typeof billing, at: number, after: number) => [
  ...enters(task, queue, at),
  step('created', { task, worker: ann, queue }, at + after),
  step('accepted', { task, worker: ann, queue }, at + after),
  step('completed', { task, worker: ann, queue }, at + after + 5),
  ends(task, at + after + 5),
]

beforeAll(async () => {
  hub = await openHubWithTables({ clock })
  const file = readDefinitionsFile('queues: {Support: {slFormula: sl_answered_only}}')
  if (file.kind === 'refused') throw new Error('the definitions of this test are wrong')
  const from = start - 3_600_000
  await hub.append([toDefinitionsEvent({ definitions: file.value, version: 1, from, now: from })])
  await hub.tell([
    // In the interval before the running one: one late, one gave up.
    ...answered('WT-1', billing, 0, 60),
    ...enters('WT-2', billing, 10),
    hangsUp('WT-2', 50),
    // In the running one: one in time, one short abandon, which the formula leaves out; of support one in time, one gave up.
    ...answered('WT-3', billing, 16 * minute, 5),
    ...enters('WT-4', billing, 16 * minute),
    hangsUp('WT-4', 16 * minute + 2),
    ...answered('WT-5', support, 16 * minute, 5),
    ...enters('WT-6', support, 16 * minute),
    hangsUp('WT-6', 17 * minute),
    ticks(20 * minute),
  ])
  await hub.shown()
})

afterAll(() => hub.close())

function levels(intervals: number) {
  const details = hub.state.details()
  const nameOf = (queue: string) => details.names().queue(queue)
  const knowledge = details.knowledge()
  return readServiceLevels(hub.warehouse, { now, intervals, knowledge, nameOf })
}

test('the service level is that of the running interval, by the formula of the queue', async () => {
  expect(new Map((await levels(1)).map((each) => [each.queueName, each]))).toEqual(
    new Map([
      ['Billing', expect.objectContaining({ queue: 'WQ-billing', contacts: 2, ratio: 1 })],
      ['Support', expect.objectContaining({ queue: 'WQ-support', contacts: 2, ratio: 1 })],
    ]),
  )
})

test('of several intervals it is what the API answers of their sums', async () => {
  const query = new URLSearchParams({
    from: '2026-01-14T14:00:00Z',
    to: '2026-01-14T14:30:00Z',
    ...{ grain: '30', by: 'queue', metrics: 'sl_ex_short,sl_answered_only' },
  })
  const response = await hub.app.inject({ url: `/v1/intervals/queues?${String(query)}` })
  const { rows } = response.json<{ rows: readonly Record<string, unknown>[] }>()
  const told = new Map(rows.map((row) => [row['queue'], row]))
  const [first, second] = (await levels(2)).toSorted((a, b) => (a.queue < b.queue ? -1 : 1))
  expect(first).toMatchObject({ queue: 'WQ-billing', contacts: 4 })
  expect(first?.ratio).toBeCloseTo(1 / 3)
  expect(first?.ratio).toBe(told.get('WQ-billing')?.['sl_ex_short'])
  expect(second?.ratio).toBe(told.get('WQ-support')?.['sl_answered_only'])
})

test('a queue that nobody has left has no service level', async () => {
  await hub.tell([...enters('WT-7', { queue: 'WQ-empty', queueName: 'Empty' }, 18 * minute)])
  expect((await levels(1)).map(({ queue }) => queue)).not.toContain('WQ-empty')
})
