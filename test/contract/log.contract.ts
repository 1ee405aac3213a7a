import { afterEach, expect, onTestFinished, test } from 'vitest'
import type { EventLog } from '../../services/log/log.ts'
import { partitionOf } from '../../services/log/partition.ts'
import { LedgerlineError } from '../../services/runtime/errors.ts'
import { killedWhileAppending } from '../support/log-appender.ts'
import type { LogPlace } from '../support/log-place.ts'
import { collect, numbered, readTopic, shardOf, textOf } from '../support/log-records.ts'

const tasks = 'ledgerline.tasks'

/** What every adapter of the log promises. `createPlace` makes a new, empty log that can be opened again and again. */
export function logContract(createPlace: () => Promise<LogPlace>): void {
  const open: EventLog[] = []

  afterEach(async () => {
    for (const log of open.splice(0)) await log.close()
  })

  async function createLog(): Promise<{ place: LogPlace; log: EventLog }> {
    const place = await createPlace()
    onTestFinished(() => place.remove())
    return { place, log: await reopen(place) }
  }

  async function reopen(place: LogPlace): Promise<EventLog> {
    const log = await place.open()
    open.push(log)
    return log
  }

  async function closeAll(): Promise<void> {
    for (const log of open.splice(0)) await log.close()
  }

  test('records of one call stand in the order given, each at the offset that was answered', async () => {
    const { log } = await createLog()
    const records = numbered(0, 50)
    const offsets = await log.append(tasks, records)
    const stored = await readTopic(log, tasks)
    records.forEach((record, index) => {
      const partition = partitionOf(record.key, log.partitions(tasks))
      expect(stored[partition]?.[offsets[index] ?? -1]).toMatchObject({ key: record.key })
      expect(textOf(stored[partition]?.[offsets[index] ?? -1])).toBe(String(index))
    })
    for (const shard of stored) {
      expect(shard.map(({ offset }) => offset)).toEqual(shard.map((_, index) => index))
      expect(shard.map(textOf)).toEqual(shard.map(textOf).sort((a, b) => Number(a) - Number(b)))
    }
  })

  test('calls that were made one after the other stand so, however many are under way', async () => {
    const { log } = await createLog()
    await Promise.all(
      Array.from({ length: 300 }, (_, call) => log.append(tasks, numbered(call * 3, 3, 'one'))),
    )
    const stored = (await readTopic(log, tasks)).flat()
    expect(stored.map(textOf)).toEqual(Array.from({ length: 900 }, (_, n) => String(n)))
  })

  test('keys are placed by one function, and an explicit partition wins against it', async () => {
    const { log } = await createLog()
    const partitions = log.partitions(tasks)
    const keys = Array.from({ length: 40 }, (_, n) => `WT${String(n)}ü`)
    await log.append(
      tasks,
      keys.map((key) => ({ key, value: Buffer.from(key) })),
    )
    const everywhere = Array.from({ length: partitions }, (_, partition) => ({
      key: '',
      value: Buffer.from('everywhere'),
      partition,
    }))
    await log.append(tasks, everywhere)
    const stored = await readTopic(log, tasks)
    stored.forEach((records, partition) => {
      const here = keys.filter((key) => partitionOf(key, partitions) === partition)
      expect(records.map(({ key }) => key)).toEqual([...here, ''])
    })
  })

  test('topics do not mix, and one that nothing was appended to is empty', async () => {
    const { log } = await createLog()
    await log.append('ledgerline.workers', numbered(0, 5))
    expect(await log.end(tasks)).toEqual(Array(log.partitions(tasks)).fill(0))
    expect((await readTopic(log, tasks)).flat()).toEqual([])
    expect((await readTopic(log, 'ledgerline.workers')).flat()).toHaveLength(5)
    expect(await log.append(tasks, [])).toEqual([])
  })

  test('a shard is read from an offset to its end, in batches of at most so many', async () => {
    const { log } = await createLog()
    await log.append(tasks, numbered(0, 10, 'one'))
    const shard = shardOf(log, tasks, 'one')
    const batches = await collect(log.read(shard, 3, 4))
    expect(batches.every((batch) => batch.length > 0 && batch.length <= 4)).toBe(true)
    expect(batches.flat().map(textOf)).toEqual(['3', '4', '5', '6', '7', '8', '9'])
    expect(await collect(log.read(shard, 10, 4))).toEqual([])
  })

  test('a read ends where the shard ended when it was asked for', async () => {
    const { log } = await createLog()
    await log.append(tasks, numbered(0, 10, 'one'))
    const read: string[] = []
    for await (const batch of log.read(shardOf(log, tasks, 'one'), 0, 3)) {
      read.push(...batch.map(textOf))
      await log.append(tasks, numbered(100, 3, 'one'))
    }
    expect(read).toEqual(Array.from({ length: 10 }, (_, n) => String(n)))
  })

  test('many records and large ones are taken in one call', async () => {
    const { log } = await createLog()
    const many = numbered(0, 20_000)
    const offsets = await log.append(tasks, many)
    expect(offsets).toHaveLength(20_000)
    expect((await log.end(tasks)).reduce((sum, end) => sum + end, 0)).toBe(20_000)
    const megabyte = Array.from({ length: 6 }, (_, n) => ({
      key: 'large',
      value: Buffer.alloc(1024 * 1024, n),
    }))
    await log.append('ledgerline.workers', megabyte)
    const large = (await readTopic(log, 'ledgerline.workers')).flat()
    expect(large.map(({ value }) => [value.length, value[0]])).toEqual(
      megabyte.map(({ value }) => [value.length, value[0]]),
    )
  })

  test('a record that is larger than any may be is refused, and the rest of its call with it', async () => {
    const { log } = await createLog()
    const records = [...numbered(0, 2), { key: 'k', value: Buffer.alloc(3 * 1024 * 1024) }]
    await expect(log.append(tasks, records)).rejects.toMatchObject({
      code: 'LOG_RECORD_TOO_LARGE',
      retryable: false,
    })
    expect((await readTopic(log, tasks)).flat()).toEqual([])
    await log.append(tasks, numbered(0, 1))
  })

  test('records tell when the log took them', async () => {
    const { log } = await createLog()
    const before = Date.now()
    await log.append(tasks, numbered(0, 1))
    const [record] = (await readTopic(log, tasks)).flat()
    expect(record?.appendedAt).toBeGreaterThanOrEqual(before - 1_000)
    expect(record?.appendedAt).toBeLessThanOrEqual(Date.now() + 1_000)
  })

  test('a closed log takes nothing, and says so', async () => {
    const { log } = await createLog()
    await log.append(tasks, numbered(0, 1))
    await closeAll()
    await expect(log.append(tasks, numbered(1, 1))).rejects.toBeInstanceOf(LedgerlineError)
  })

  test('a log that is opened again has its records, partitions and epoch', async () => {
    const { log, place } = await createLog()
    await log.append(tasks, numbered(0, 30))
    const before = [log.partitions(tasks), log.epoch(tasks), await log.end(tasks)]
    await closeAll()
    const again = await reopen(place)
    expect([again.partitions(tasks), again.epoch(tasks), await again.end(tasks)]).toEqual(before)
    expect((await readTopic(again, tasks)).flat()).toHaveLength(30)
    expect(again.epoch(tasks)).toBeGreaterThanOrEqual(1)
  })

  test('every acknowledged record survives SIGKILL, in the order of the calls', async () => {
    const { place } = await createLog()
    await closeAll()
    const acknowledged = await killedWhileAppending(place.address, 300)
    expect(acknowledged).toBeGreaterThanOrEqual(300)
    const log = await reopen(place)
    const shards = (await readTopic(log, tasks)).map((records) => records.map(textOf).map(Number))
    for (const numbers of shards) {
      // A record may stand twice, where it had to be sent again; what counts is where it stands first.
      const firsts = [...new Set(numbers)]
      expect(firsts).toEqual(firsts.toSorted((a, b) => a - b))
    }
    const stored = new Set(shards.flat())
    const missing = Array.from({ length: acknowledged }, (_, n) => n).filter((n) => !stored.has(n))
    expect(missing).toEqual([])
    await log.append(tasks, numbered(0, 1))
  })
}
