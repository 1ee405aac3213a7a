import { afterAll, beforeAll, expect, test } from 'vitest'
import { hubEvent } from '../../../schemas/events/hub-event.ts'
import { toPlanEvent } from '../../../services/definitions/schedule-events.ts'
import { createReadings } from '../../../services/live/readings.ts'
import { openEmbeddedLog } from '../../../services/log/embedded.ts'
import type { EventLog } from '../../../services/log/log.ts'
import { shardsOf } from '../../../services/log/shards.ts'
import { tickOf } from '../../../services/runner/ticker.ts'
import { appendEvents } from '../../../services/runner/shard-runner.ts'
import { readRecords, writeEvents } from '../../../services/runner/shard-writer.ts'
import { migrate } from '../../../services/warehouse/migrations.ts'
import { openTestEngine, type TestEngine } from '../../support/engine.ts'

const nine = Date.parse('2026-03-10T09:00:00Z')
const minute = 60_000
const topic = 'ledgerline.workers'

let engine: TestEngine
let log: EventLog

beforeAll(async () => {
  engine = await openTestEngine()
  await migrate(engine.warehouse)
  log = await openEmbeddedLog({ folder: `${engine.folder}/log` })
})

afterAll(async () => {
  await log.close()
  await engine.close()
})

function readingsOf(from: EventLog = log) {
  const { warehouse } = engine
  return createReadings({ log: from, warehouse, topic, type: 'schedule.set' })
}

/** What is planned for a worker of the hour from ten on, as it was read so many minutes after nine. */
function aReading(worker: string, code: string, readAfter: number) {
  const readAt = nine + readAfter * minute
  const span = { from: nine + 60 * minute, to: nine + 120 * minute }
  const segment = { code, name: '', date: null, tracked: true, paid: null, productive: null }
  const segments = [{ ...span, ...segment, timeOff: false, overtime: false }]
  return toPlanEvent({ worker, workspace: 'WS1', span, segments, readAt, now: readAt })
}

/** Writes into the tables what the log holds, as whoever folds it does in time. */
async function show() {
  for (const shard of shardsOf([topic, 'ledgerline.tasks'], (each) => log.partitions(each))) {
    for await (const records of log.read(shard, 0, 1_000)) {
      const { arrivals } = readRecords(log.epoch(shard.topic), records)
      await writeEvents(engine.warehouse, shard, arrivals)
    }
  }
}

const isSet = { set: 1, unchanged: 0 }
const isUnchanged = { set: 0, unchanged: 1 }

test('what was said last is not appended again once the tables show it', async () => {
  const readings = readingsOf()
  expect(await readings.append([aReading('ann', 'SHIFT', 1)])).toEqual(isSet)
  await show()
  expect(await readings.append([aReading('ann', 'SHIFT', 2)])).toEqual(isUnchanged)
  expect(await readings.append([])).toEqual({ set: 0, unchanged: 0 })
})

test('a plan that is changed and changed back is kept, though the tables show the first alone', async () => {
  const readings = readingsOf()
  await readings.append([aReading('bob', 'SHIFT', 1)])
  await show()
  expect(await readings.append([aReading('bob', 'TRAINING', 2)])).toEqual(isSet)
  expect(await readings.append([aReading('bob', 'SHIFT', 3)])).toEqual(isSet)
  await show()
  expect(await readings.append([aReading('bob', 'SHIFT', 4)])).toEqual(isUnchanged)
})

test('so it is after a restart, with what the tables did not show when the process ended', async () => {
  await readingsOf().append([aReading('eve', 'SHIFT', 1)])
  await show()
  expect(await readingsOf().append([aReading('eve', 'TRAINING', 2)])).toEqual(isSet)
  const restarted = readingsOf()
  expect(await restarted.append([aReading('eve', 'SHIFT', 3)])).toEqual(isSet)
  await show()
  expect(await restarted.append([aReading('eve', 'SHIFT', 4)])).toEqual(isUnchanged)
  expect(await readingsOf().append([aReading('eve', 'SHIFT', 5)])).toEqual(isUnchanged)
})

test('of readings that are told at the same moment each knows of those before it', async () => {
  const readings = readingsOf()
  await readings.append([aReading('cy', 'SHIFT', 1)])
  await show()
  const told = ['SHIFT', 'TRAINING', 'SHIFT'].map((code, index) =>
    readings.append([aReading('cy', code, 2 + index)]),
  )
  expect(await Promise.all(told)).toEqual([isUnchanged, isSet, isSet])
})

test('a reading is held against those before it: one from later on that says the same hides it not', async () => {
  const readings = readingsOf()
  await readings.append([aReading('dan', 'SHIFT', 5)])
  await show()
  expect(await readings.append([aReading('dan', 'SHIFT', 3)])).toEqual(isSet)
})

test('what the tables show is not read again after a restart, though they know of what holds from next year on', async () => {
  const nextYear = nine + 365 * 24 * 60 * minute
  await appendEvents(log, [
    hubEvent({ type: 'definitions.set', id: 'next-year', at: nextYear, attributes: '{}' }),
    tickOf(nine),
  ])
  await readingsOf().append([aReading('fay', 'SHIFT', 1)])
  await show()
  const read: string[] = []
  const heard: EventLog = {
    ...log,
    async *read(...asked) {
      for await (const records of log.read(...asked)) {
        read.push(...records.map(({ key }) => key))
        yield records
      }
    },
  }
  expect(await readingsOf(heard).append([aReading('fay', 'SHIFT', 2)])).toEqual(isUnchanged)
  // What every partition is told stands in the tables as the first had it.
  expect(read.filter((key) => key !== '')).toEqual([])
})
