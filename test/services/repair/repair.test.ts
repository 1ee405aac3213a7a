import { afterAll, beforeAll, expect, test } from 'vitest'
import type { LedgerEvent } from '../../../schemas/events/ledger-event.ts'
import { addEvent, appendAll, type RecordsByTopic } from '../../../services/ingest/records.ts'
import { openEmbeddedLog } from '../../../services/log/embedded.ts'
import type { EventLog } from '../../../services/log/log.ts'
import { appendGaps } from '../../../services/repair/gap-events.ts'
import { openJournal } from '../../../services/repair/journal.ts'
import { createFindKnown } from '../../../services/repair/known-events.ts'
import { createMerge } from '../../../services/repair/merging.ts'
import { finalise } from '../../../services/repair/finalising.ts'
import { createObservations } from '../../../services/repair/observations.ts'
import { reconcile } from '../../../services/repair/reconciling.ts'
import { watch } from '../../../services/repair/watching.ts'
import { toEventRow } from '../../../services/runner/event-rows.ts'
import { silentLogger } from '../../../services/runtime/logger.ts'
import { migrate } from '../../../services/warehouse/migrations.ts'
import { placementsOf, type Topic } from '../../../services/log/topics.ts'
import { createJumpingClock } from '../../support/jumping-clock.ts'
import { openTestEngine, type TestEngine } from '../../support/engine.ts'
import { tempFolder } from '../../support/temp-folder.ts'
import { openTwilioRestServer } from '../../support/twilio-rest-server.ts'
import { eventsIn, listAt } from './ledger.ts'
import { numberedEvents } from './rest-items.ts'
import { anEvent } from '../../support/fold-all.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs
const noon = Date.parse('2026-03-10T12:00:00Z')

let engine: TestEngine
beforeAll(async () => {
  engine = await openTestEngine()
  await migrate(engine.warehouse)
})
afterAll(() => engine.close())

/** A ledger with tables of its own, which hold whatever is appended as soon as `fold` is called. */
async function openPlace(startAt: number) {
  const folder = await tempFolder()
  const clock = createJumpingClock(startAt)
  const log = await openEmbeddedLog({ folder: `${folder.path}/log`, partitions: 2, clock })
  const journal = openJournal(`${folder.path}/repair`)
  await engine.warehouse.command('TRUNCATE TABLE events')
  const { warehouse } = engine
  const observations = createObservations(warehouse)
  const merge = createMerge({ appender: log, findKnown: createFindKnown(warehouse), clock })
  const logger = silentLogger
  return {
    ...{ clock, log, journal, observations, merge, warehouse },
    watch: () =>
      watch({ observations, journal, appender: log, clock, logger, silenceMs: 15 * minuteMs }),
    reconcile: (url: string) =>
      reconcile({
        ...{ observations, journal, merge, clock, logger, appender: log },
        list: listAt('taskrouter', url, clock),
        goOn: () => undefined,
      }),
    fold: () => foldInto(log),
    gaps: async () => {
      await foldInto(log)
      return observations.gaps(clock.now())
    },
    async close() {
      journal.close()
      await log.close()
      await folder.remove()
    },
  }
}

/** What the runner does with every event: a row of `events` for each of its entities. */
async function foldInto(log: EventLog): Promise<void> {
  await engine.warehouse.command('TRUNCATE TABLE events')
  const topics: Topic[] = [
    ...(['ledgerline.tasks', 'ledgerline.workers', 'ledgerline.conversations'] as const),
    ...(['ledgerline.customers', 'ledgerline.config'] as const),
  ]
  for (const topic of topics) {
    const rows = (await eventsIn(log, topic)).map((event, position) => {
      const entity = placementsOf(event).find((place) => place.topic === topic)?.key ?? ''
      return toEventRow(event, { shard: { topic, partition: 0 }, position, entity })
    })
    if (rows.length > 0) await engine.warehouse.insert('events', rows)
  }
}

async function appendEvents(log: EventLog, events: readonly LedgerEvent[]): Promise<void> {
  const records: RecordsByTopic = new Map()
  for (const event of events) addEvent(records, event, (topic) => log.partitions(topic))
  await appendAll(records, (topic, ofTopic) => log.append(topic, ofTopic))
}

/** Tasks that are created every so often, as callbacks tell it. */
function traffic(source: string, from: number, to: number, everyMs: number): LedgerEvent[] {
  const events: LedgerEvent[] = []
  for (let at = from; at < to; at += everyMs) {
    events.push(
      anEvent({
        type: 'task.created',
        id: `${source}/${at}`,
        source,
        road: 'callback',
        at,
        receivedAt: at + 200,
        task: `WT${at}`,
      }),
    )
  }
  return events
}

test('a source that falls silent while others are busy gets a gap, which ends when it is heard again', async () => {
  const place = await openPlace(noon)
  const { log, clock } = place
  await appendEvents(log, [
    ...traffic('twilio-taskrouter', noon - 3 * hourMs, noon - 20 * minuteMs, minuteMs),
    ...traffic('segment', noon - 3 * hourMs, noon, minuteMs / 2),
  ])
  await place.fold()
  await place.watch()
  const from = noon - 21 * minuteMs + 200
  const silence = { source: 'twilio-taskrouter', from, reason: 'silence', status: 'open' }
  expect(await place.gaps()).toEqual([{ ...silence, to: null }])

  // Looked at again, there is nothing new to say.
  const said = (await eventsIn(log, 'ledgerline.config')).length
  clock.advance(minuteMs)
  await place.watch()
  expect(await eventsIn(log, 'ledgerline.config')).toHaveLength(said)

  const heardAt = noon + 5 * minuteMs
  clock.advance(10 * minuteMs)
  await appendEvents(log, traffic('twilio-taskrouter', heardAt, heardAt + 1, minuteMs))
  await place.fold()
  await place.watch()
  expect(await place.gaps()).toEqual([{ ...silence, to: heardAt + 200 }])
  await place.close()
})

test('the habit of the weeks before makes a silence of all sources a gap, and a quiet hour none', async () => {
  for (const habit of [true, false]) {
    const place = await openPlace(noon)
    const weeks = [1, 2, 3].flatMap((week) => {
      const at = noon - 7 * week * dayMs
      return traffic('twilio-taskrouter', at - hourMs, habit ? at : at - 30 * minuteMs, minuteMs)
    })
    const today = traffic('twilio-taskrouter', noon - hourMs, noon - 25 * minuteMs, minuteMs)
    await appendEvents(place.log, [...weeks, ...today])
    await place.fold()
    await place.watch()
    expect(await place.gaps()).toHaveLength(habit ? 1 : 0)
    await place.close()
  }
})

test('the time that the hub was down is told once, also when it dies before it could tell', async () => {
  const place = await openPlace(noon)
  await appendEvents(place.log, traffic('segment', noon - 4 * hourMs, noon - 3 * hourMs, minuteMs))
  await place.fold()
  place.journal.noteStart({ lastTickAt: noon - 3 * hourMs, startedAt: noon })
  await place.watch()
  await place.fold()
  await place.watch()
  expect(await place.gaps()).toEqual([
    {
      ...{ source: 'segment', from: noon - 3 * hourMs, to: noon },
      ...{ status: 'open', reason: 'hub_down' },
    },
  ])
  expect(place.journal.starts()).toEqual([])
  await place.close()
})

test('of the time that the hub was down nothing is final before the tables tell that it is lacking', async () => {
  const place = await openPlace(noon)
  const { clock, log, observations, journal } = place
  const downSince = noon - 3 * hourMs
  await appendEvents(log, [
    anEvent({ type: 'clock.ticked', id: 'first', at: noon - 8 * hourMs }),
    ...traffic('twilio-taskrouter', noon - 4 * hourMs, downSince, minuteMs),
  ])
  await place.fold()
  journal.noteStart({ lastTickAt: downSince, startedAt: noon })
  const untilOf = async () => {
    await finalise({ observations, journal, appender: log, clock, latenessMs: hourMs })
    const said = (await eventsIn(log, 'ledgerline.config')).filter(
      ({ type, table }) => type === 'interval.finalised' && table === 'queue_intervals',
    )
    return said.map(({ until }) => until)
  }
  expect(await untilOf()).toEqual([downSince])
  await place.watch()
  // The gap is in the ledger, and the tables do not show it yet.
  await untilOf()
  await place.fold()
  await place.watch()
  expect(journal.starts()).toEqual([])
  expect(new Set(await untilOf())).toEqual(new Set([downSince]))
  await place.close()
})

test('a gap is filled by what the list has, and empty where the list has nothing more', async () => {
  for (const [missing, status] of [
    [numberedEvents(30, noon - 2 * hourMs, minuteMs), 'filled'],
    [[], 'empty'],
  ] as const) {
    const place = await openPlace(noon)
    const server = await openTwilioRestServer({ events: missing, clock: place.clock })
    const gap = { source: 'twilio-taskrouter', from: noon - 2 * hourMs, to: noon - hourMs } as const
    await appendGaps([{ ...gap, status: 'open', reason: 'hub_down' }], place.log, noon - hourMs)
    await place.fold()
    await place.reconcile(server.url)
    expect(await place.gaps()).toEqual([{ ...gap, status, reason: 'hub_down' }])
    expect(await eventsIn(place.log, 'ledgerline.tasks')).toHaveLength(missing.length + 4)

    // Once more: nothing is added again, and nothing more is said.
    const ends = await place.log.end('ledgerline.tasks')
    place.clock.advance(5 * minuteMs)
    await place.reconcile(server.url)
    expect(await place.log.end('ledgerline.tasks')).toEqual(ends)
    await server.close()
    await place.close()
  }
})

test('events that only the list had are told as missing, and as filled, beside a source that is heard', async () => {
  const place = await openPlace(noon)
  const lost = numberedEvents(3, noon - 12 * minuteMs, 1_000)
  const server = await openTwilioRestServer({ events: lost, clock: place.clock })
  await appendEvents(place.log, traffic('twilio-taskrouter', noon - hourMs, noon, 10 * minuteMs))
  await place.fold()
  await place.reconcile(server.url)
  const gaps = await place.gaps()
  expect(gaps).toEqual([
    {
      ...{ source: 'twilio-taskrouter', from: noon - 15 * minuteMs, to: noon - 10 * minuteMs },
      ...{ status: 'filled', reason: 'missing' },
    },
  ])
  const told = (await eventsIn(place.log, 'ledgerline.config')).map(({ status }) => status)
  expect(told).toEqual(['open', 'filled'])
  await server.close()
  await place.close()
})

test('a worker who comes from an activity that nobody saw him in lacks an event, until it comes', async () => {
  const place = await openPlace(noon)
  const update = (at: number, previousActivity: string, activity: string): LedgerEvent =>
    anEvent({
      ...{ type: 'worker.activity.update', id: `EV${at}`, source: 'twilio-taskrouter' },
      ...{ road: 'callback', at, receivedAt: at, worker: 'WK1', activity, previousActivity },
    })
  const [first, second, third] = [noon - hourMs, noon - 50 * minuteMs, noon - 40 * minuteMs]
  await appendEvents(place.log, [
    update(first, 'WAoffline', 'WAavailable'),
    update(third, 'WAlunch', 'WAavailable'),
  ])
  await place.fold()
  await place.watch()
  const broken = { source: 'twilio-taskrouter', from: first, to: third + 5 * minuteMs }
  expect(await place.gaps()).toEqual([{ ...broken, status: 'open', reason: 'missing' }])
  await appendEvents(place.log, [update(second, 'WAavailable', 'WAlunch')])
  await place.fold()
  await place.watch()
  expect(await place.gaps()).toEqual([{ ...broken, status: 'filled', reason: 'missing' }])
  await place.close()
})
