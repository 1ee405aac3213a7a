import { afterAll, beforeAll, expect, test } from 'vitest'
import { hubEvent } from '../../schemas/events/hub-event.ts'
import { intervalsSchema } from '../../schemas/feeds/intervals.ts'
import { intervalTables } from '../../schemas/metrics/catalogue.ts'
import { finalise } from '../../services/repair/finalising.ts'
import { createObservations } from '../../services/repair/observations.ts'
import { systemClock, type Clock } from '../../services/runtime/clock.ts'
import { eventsIn } from '../services/repair/ledger.ts'
import { answeredContact } from '../support/answered-contact.ts'
import { openTestEngine, type TestEngine } from '../support/engine.ts'
import { anEvent } from '../support/fold-all.ts'
import { openHubWithTables, type HubWithTables } from '../support/hub-with-tables.ts'
import { tempFolder } from '../support/temp-folder.ts'

const at = (time: string) => Date.parse(`2026-03-10T${time}:00Z`)
let now = at('12:07')
const clock: Clock = { ...systemClock, now: () => now }

let folder: Awaited<ReturnType<typeof tempFolder>>
let engine: TestEngine
let hub: HubWithTables
beforeAll(async () => {
  folder = await tempFolder()
  engine = await openTestEngine()
  hub = await openHubWithTables({ engine, folder: folder.path, clock })
  await hub.tell([
    // The hub ran from here on; the first call was read in as history.
    hubEvent({ type: 'clock.ticked', id: 'first', at: at('09:07') }),
    ...answeredContact('WT0', at('08:00')),
    ...answeredContact('WT1', at('09:30')),
    ...answeredContact('WT2', at('11:10')),
    hubEvent({ type: 'clock.ticked', id: 'tick', at: at('12:00') }),
  ])
})
afterAll(async () => {
  await hub.close()
  await engine.close()
  await folder.remove()
})

/** What a round says, once the tables have it. */
async function round(): Promise<readonly (readonly (string | null)[])[]> {
  const before = (await said()).length
  await finalise({
    observations: createObservations(hub.warehouse),
    journal: { starts: () => [] },
    ...{ appender: hub.log, clock, latenessMs: 3_600_000 },
  })
  await hub.inStep()
  return (await said())
    .slice(before)
    .map(({ table, since, until }) => [table, timeOf(since), timeOf(until)])
}

/** In the order in which they were said: of one instant as the tables are named. */
async function said() {
  const events = await eventsIn(hub.log, 'ledgerline.config')
  return events
    .filter(({ type }) => type === 'interval.finalised')
    .toSorted((a, b) => a.at - b.at || ((a.table ?? '') < (b.table ?? '') ? -1 : 1))
}

const timeOf = (instant: number | null) =>
  instant === null ? null : new Date(instant).toISOString().slice(11, 16)

async function statuses(): Promise<readonly string[]> {
  const answer = await hub.app.inject({
    url: '/v1/intervals/queues?from=2026-03-10&to=2026-03-11&metrics=answered_count',
    headers: { host: 'localhost' },
  })
  return intervalsSchema
    .parse(answer.json())
    .rows.map(({ interval_start: start, status }) => `${start.slice(11, 16)} ${status}`)
}

const tables = [...intervalTables].sort()

test('nothing is final until somebody says so', async () => {
  expect(await statuses()).toEqual(['08:00 provisional', '09:30 provisional', '11:00 provisional'])
})

test('a round says of each table what has become final, from when the hub first ran', async () => {
  expect(await round()).toEqual(tables.map((table) => [table, '09:00', '11:00']))
  expect(await statuses()).toEqual(['08:00 provisional', '09:30 final', '11:00 provisional'])
})

test('a second round has nothing to say', async () => {
  now = at('12:14')
  expect(await round()).toEqual([])
})

test('after a restart it goes on, and a gap holds back the tables that are made of its source', async () => {
  await hub.close()
  hub = await openHubWithTables({ engine, folder: folder.path, clock })
  now = at('12:40')
  const gap = {
    ...{ type: 'source.gap', source: 'twilio-conversations', reason: 'silence' },
    ...{ gapFrom: at('11:05'), gapTo: at('11:20'), at: now },
  } as const
  await hub.tell([anEvent({ ...gap, id: 'G1', status: 'open' })])
  const others = tables.filter((table) => table !== 'conversation_intervals')
  expect(await round()).toEqual(others.map((table) => [table, '09:00', '11:30']))
  expect(await statuses()).toEqual(['08:00 provisional', '09:30 final', '11:00 final'])

  now = at('12:44')
  await hub.tell([anEvent({ ...gap, id: 'G2', status: 'filled', at: now })])
  expect(await round()).toEqual([['conversation_intervals', '09:00', '11:30']])
  expect(await round()).toEqual([])
})
