import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { openEmbeddedLog } from '../../services/log/embedded.ts'
import type { EventLog } from '../../services/log/log.ts'
import { memoryFolder } from '../../services/runner/generation.ts'
import { verifyAgainstLog } from '../../services/runner/rebuild.ts'
import { openRunner, type Runner } from '../../services/runner/runner.ts'
import { appendEvents } from '../../services/runner/shard-runner.ts'
import { placeIn } from '../../services/runner/shard-store.ts'
import { stateFile } from '../../services/runner/shards.ts'
import { appendTick } from '../../services/runner/ticker.ts'
import { systemClock } from '../../services/runtime/clock.ts'
import { silentLogger } from '../../services/runtime/logger.ts'
import { migrate } from '../../services/warehouse/migrations.ts'
import { arbitraryLog, logEnd } from '../support/arbitrary-log.ts'
import { openTestEngine, type TestEngine } from '../support/engine.ts'
import { caughtUp } from '../support/table-rows.ts'

let engine: TestEngine
let log: EventLog
let events: readonly LedgerEvent[]

const behindMax = 5

beforeAll(async () => {
  engine = await openTestEngine()
  await migrate(engine.warehouse)
  log = await openEmbeddedLog({ folder: `${engine.folder}/log`, partitions: 2 })
  events = fc
    .sample(arbitraryLog, { numRuns: 6, seed: 3 })
    .flat()
    .map((event, index) => ({ ...event, id: `${event.id}:${index}` }))
})

afterAll(async () => {
  await log.close()
  await engine.close()
})

function optionsOf(machine: string) {
  const { warehouse, folder } = engine
  const stateFolder = `${folder}/${machine}`
  return { log, warehouse, stateFolder, clock: systemClock, logger: silentLogger }
}

/** A machine, and from which offset it reads each shard of tasks and workers. */
async function openMachine(machine: string) {
  const from = new Map<string, number>()
  const watched: EventLog = {
    ...log,
    subscribe: (group, topics, consumer) =>
      log.subscribe(group, topics, {
        ...consumer,
        async gained(shard) {
          const offset = await consumer.gained(shard)
          if (/tasks|workers/.test(shard.topic))
            from.set(`${shard.topic}/${shard.partition}`, offset)
          return offset
        },
      }),
  }
  const options = { ...optionsOf(machine), log: watched }
  const runner = await openRunner({ ...options, flushMs: 0, copyBehindMax: behindMax })
  await expect.poll(() => from.size).toBe(4)
  return { runner, from }
}

/** Half of the events, fourteen at a time, with the clock ticking. */
async function live(runner: Runner, half: 0 | 1): Promise<void> {
  const middle = Math.floor(events.length / 2)
  const part = half === 0 ? events.slice(0, middle) : events.slice(middle)
  for (let at = 0; at < part.length; at += 14) {
    await appendEvents(log, part.slice(at, at + 14))
    await appendTick(log, logEnd - 86_400_000 + (half * events.length + at) * 60_000)
    await caughtUp(log, runner)
  }
  await caughtUp(log, runner)
}

test('a machine that has nothing goes on close to where the other stood, to the same rows', async () => {
  const first = await openMachine('first')
  expect([...first.from.values()]).toEqual([0, 0, 0, 0])
  await live(first.runner, 0)
  const stood = placesOf(first.runner)
  await first.runner.close()

  const second = await openMachine('second')
  for (const [shard, offset] of second.from) {
    expect(offset, shard).toBeGreaterThan(0)
    expect(offset, shard).toBeGreaterThanOrEqual((stood.get(shard) ?? 0) - behindMax)
  }
  await live(second.runner, 1)
  expect(await differences('second', second.runner)).toEqual([])
  await second.runner.close()
})

test('one that comes back with a memory of long ago takes the copy instead', async () => {
  const before = new Map(placesIn(await folderOf('first')))
  const back = await openMachine('first')
  for (const [shard, offset] of back.from) {
    expect(offset, shard).toBeGreaterThan(before.get(shard) ?? Infinity)
  }
  await appendTick(log, logEnd + 86_400_000)
  await caughtUp(log, back.runner)
  expect(await differences('first', back.runner)).toEqual([])
  await back.runner.close()
})

function placesOf(runner: Runner): ReadonlyMap<string, number> {
  return new Map(
    runner
      .progress()
      .map(({ topic, partition, nextOffset }) => [`${topic}/${partition}`, nextOffset]),
  )
}

function folderOf(machine: string): Promise<string> {
  const { warehouse, stateFolder } = optionsOf(machine)
  return memoryFolder(warehouse, stateFolder)
}

function* placesIn(folder: string): Generator<[string, number]> {
  for (const topic of ['ledgerline.tasks', 'ledgerline.workers'] as const) {
    for (const partition of [0, 1]) {
      const place = placeIn(stateFile(folder, { topic, partition }))
      if (place !== null) yield [`${topic}/${partition}`, place.nextOffset]
    }
  }
}

async function differences(machine: string, runner: Runner): Promise<readonly unknown[]> {
  const options = { ...optionsOf(machine), runner, onProgress: () => undefined }
  const check = await verifyAgainstLog(options)
  return [...check.differences, ...check.missingDerived]
}
