import { afterAll, beforeAll, expect, test } from 'vitest'
import { encodeEvent } from '../../schemas/avro/codec.ts'
import { hubEvent } from '../../schemas/events/hub-event.ts'
import { tablesAsOf, type TableTimeOptions } from '../../services/live/table-time.ts'
import type { Shard } from '../../services/log/log.ts'
import { shardsOf } from '../../services/log/shards.ts'
import { tickedTopics } from '../../services/log/topics.ts'
import { rebuild } from '../../services/runner/rebuild.ts'
import { writeTick } from '../../services/runner/shard-writer.ts'
import { systemClock } from '../../services/runtime/clock.ts'
import { silentLogger } from '../../services/runtime/logger.ts'
import { positionOf } from '../../services/runtime/position.ts'
import { openHubWithTables, type HubWithTables } from '../support/hub-with-tables.ts'

const noon = Date.parse('2026-03-10T12:00:00Z')
const minuteMs = 60_000

let hub: HubWithTables
let all: readonly Shard[]
/** As a process knows it that writes no tables. */
let elsewhere: () => Promise<number | null>

beforeAll(async () => {
  hub = await openHubWithTables({ partitions: 2 })
  all = shardsOf(tickedTopics, (topic) => hub.log.partitions(topic))
  elsewhere = () => tablesAsOf(hub)
})
afterAll(async () => {
  await hub.close()
})

/** Lets time pass in these shards alone: the others have records to read yet. */
async function pass(at: number, shards: readonly Shard[]): Promise<void> {
  const tick = hubEvent({ type: 'clock.ticked', id: `tick:${at}`, at })
  for (const { topic, partition } of shards) {
    await hub.log.append(topic, [{ key: '', value: encodeEvent(tick), partition }])
  }
  await hub.inStep()
}

function slowest({ topic, partition }: Shard): boolean {
  return topic === 'ledgerline.workers' && partition === 1
}

test('how far the tables are nobody knows before all shards have told it', async () => {
  expect(await elsewhere()).toBe(null)
  await pass(
    noon,
    all.filter((shard) => !slowest(shard)),
  )
  expect(await elsewhere()).toBe(null)
  await pass(noon, all.filter(slowest))
  expect(await elsewhere()).toBe(noon)
})

test('the tables are as far as the slowest shard, also for who does not write them', async () => {
  await pass(
    noon + 10 * minuteMs,
    all.filter((shard) => !slowest(shard)),
  )
  expect(await elsewhere()).toBe(noon)
  await pass(noon + 9 * minuteMs, all.filter(slowest))
  expect(await elsewhere()).toBe(noon + 9 * minuteMs)
})

test('who writes some of the shards knows of the others by the tables, and who writes all by himself', async () => {
  const ahead = (shards: readonly Shard[]): TableTimeOptions => ({
    ...hub,
    runnerProgress: () =>
      shards.map((shard) => ({ ...shard, nextOffset: 9, tick: noon + 20 * minuteMs })),
  })
  expect(await tablesAsOf(ahead([]))).toBe(noon + 9 * minuteMs)
  expect(await tablesAsOf(ahead(all.filter((shard) => !slowest(shard))))).toBe(noon + 9 * minuteMs)
  expect(await tablesAsOf(ahead(all))).toBe(noon + 20 * minuteMs)
})

test('tables that a rebuild has put in place are as far as their own shards', async () => {
  const { log, warehouse, runner, stateFolder } = hub
  await warehouse.command('TRUNCATE TABLE shard_ticks')
  expect(await elsewhere()).toBe(null)
  await rebuild({
    ...{ log, warehouse, runner, stateFolder, clock: systemClock, logger: silentLogger },
    onProgress: () => undefined,
  })
  expect(await elsewhere()).toBe(noon + 9 * minuteMs)
})

test('tables of a version that did not tell it are as far as the first tick after it', async () => {
  const { warehouse } = hub
  await warehouse.command('TRUNCATE TABLE shard_ticks')
  await pass(noon + 11 * minuteMs, all)
  expect(await elsewhere()).toBe(noon + 11 * minuteMs)
})

test('who reads a shard again, and is not where its rows are yet, calls nothing back', async () => {
  const [first] = all
  if (first === undefined) throw new Error('there are no shards')
  await writeTick(hub.warehouse, first, noon, positionOf(hub.log.epoch(first.topic), 1))
  expect(await elsewhere()).toBe(noon + 11 * minuteMs)
})
