import { afterAll, beforeAll, expect, test } from 'vitest'
import { hubEvent } from '../../../schemas/events/hub-event.ts'
import { slFormulas } from '../../../schemas/events/definitions.ts'
import { intervalsSchema } from '../../../schemas/feeds/intervals.ts'
import { problemSchema } from '../../../schemas/feeds/problem.ts'
import { definitionsSchema } from '../../../schemas/events/definitions.ts'
import { chosenRate, mayMean } from '../../../services/projections/chosen-rates.ts'
import { appendEvents } from '../../../services/runner/shard-runner.ts'
import { migrate } from '../../../services/warehouse/migrations.ts'
import { openTestEngine, type TestEngine } from '../../support/engine.ts'
import { openTestHub, type TestHub } from './hub-with-state.ts'

const quarterMs = 900_000
const start = Date.parse('2026-03-02T09:00:00Z')

let engine: TestEngine
let hub: TestHub

/** Ten came and seven were answered, six in time; three gave up, one of them shortly, and two of those who came did. */
const counts = {
  ...{ offered_count: 10, answered_count: 7, answered_in_sl_count: 6 },
  ...{ abandoned_count: 3, abandoned_short_count: 1, abandoned_in_sl_count: 2 },
  ...{ cohort_answered_count: 8, cohort_answered_in_sl_count: 8, cohort_abandoned_count: 2 },
  ...{ sl_event_count: 8, sl_event_met_count: 6, sl_event_abandoned_count: 1 },
}

beforeAll(async () => {
  engine = await openTestEngine()
  await migrate(engine.warehouse)
  hub = await openTestHub({ warehouse: engine.warehouse })
  await engine.warehouse.insert(
    'queue_intervals',
    ['WQ1', 'WQ2'].flatMap((queue) =>
      [start, start + quarterMs].map((interval_start) => ({
        ...{ workspace: 'WS1', shard: 0, version: 1, is_deleted: 0 },
        ...{ queue, channel: 'voice', direction: 'inbound', interval_start, ...counts },
      })),
    ),
  )
  await set(0, {})
}, 60_000)
afterAll(async () => {
  await hub.close()
  await engine.close()
})

let sets = 0

async function set(at: number, definitions: object): Promise<void> {
  const attributes = JSON.stringify({ ...definitions, version: ++sets })
  await appendEvents(hub.log, [
    hubEvent({ type: 'definitions.set', id: `DE${sets}`, at, receivedAt: at, attributes }),
  ])
  await hub.shown()
}

function get(query: Readonly<Record<string, string>>) {
  const asked = new URLSearchParams({
    from: new Date(start).toISOString(),
    to: new Date(start + 2 * quarterMs).toISOString(),
    ...query,
  })
  const url = `/v1/intervals/queues?${asked.toString()}`
  return hub.app.inject({ url, headers: { host: 'localhost' } })
}

async function rowsOf(query: Readonly<Record<string, string>>) {
  return intervalsSchema.parse((await get(query)).json()).rows
}

const words = 'service_level,service_level_by,abandonment,abandonment_by'.split(',')

async function chosen(query: Readonly<Record<string, string>> = {}) {
  const rows = await rowsOf({ grain: '30', metrics: 'service_level,abandonment', ...query })
  return rows.map((row) => words.map((word) => row[word]))
}

test('service level and abandonment are what the definitions say, for a queue and for all', async () => {
  const byDefault = [6 / 9, 'sl_ex_short', 3 / 10, 'abandon_rate']
  expect(await chosen()).toEqual([byDefault, byDefault])
  await set(1, {
    ...{ slFormula: 'sl_all_abandons', abandonTreatment: 'abandon_rate_ex_short' },
    queues: { WQ2: { slFormula: 'sl_answered_only' } },
  })
  expect(await chosen()).toEqual([
    [6 / 10, 'sl_all_abandons', 2 / 10, 'abandon_rate_ex_short'],
    [6 / 7, 'sl_answered_only', 2 / 10, 'abandon_rate_ex_short'],
  ])
  expect(await chosen({ by: 'total' })).toEqual([
    [12 / 20, 'sl_all_abandons', 4 / 20, 'abandon_rate_ex_short'],
  ])
})

test('they are of the visits that the basis says, whatever the attribution of the row', async () => {
  await set(2, { slBasis: 'cohort' })
  const [row] = await rowsOf({ grain: '15', attribution: 'end' })
  expect(row).toMatchObject({ service_level: 8 / 10, service_level_by: 'cohort:sl_ex_short' })
  expect(row).not.toHaveProperty('cohort_answered_count')
  await set(3, { slBasis: 'sl_event', slFormula: 'sl_ex_in_threshold' })
  expect((await chosen({ attribution: 'arrival' }))[0]?.slice(0, 2)).toEqual([
    6 / 7,
    'sl_event_ex_in_threshold',
  ])
})

test('each period has what held when it began', async () => {
  await set(start + quarterMs, { slFormula: 'sl_answered_only' })
  expect((await chosen({ grain: '15' })).map(([, by]) => by)).toEqual([
    ...['sl_event_ex_in_threshold', 'sl_event_ex_in_threshold'],
    ...['sl_answered_only', 'sl_answered_only'],
  ])
})

test('a CSV has them, and who misspells one is told of them', async () => {
  const csv = await get({ grain: '15', metrics: 'service_level', format: 'csv' })
  expect(csv.body.split('\r\n')[0]?.split(',').slice(-2)).toEqual([
    'service_level',
    'service_level_by',
  ])
  const refused = problemSchema.parse((await get({ metrics: 'servicelevel' })).json())
  expect(refused.errors?.[0]?.choices).toEqual(expect.arrayContaining(['service_level']))
})

test('every formula on every basis is a rate', () => {
  for (const slFormula of slFormulas) {
    for (const slBasis of ['event', 'cohort', 'sl_event'] as const) {
      const definitions = definitionsSchema.parse({ slFormula, slBasis })
      expect(mayMean('service_level')).toContain(chosenRate('service_level', definitions, null))
    }
  }
})
