import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { DatabaseSync } from '@photostructure/sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { toLogError } from '../../../services/log/disk/disk-error.ts'
import { openEmbeddedLog, type EmbeddedLogOptions } from '../../../services/log/embedded.ts'
import { collect, numbered, readTopic, textOf } from '../../support/log-records.ts'

const tasks = 'ledgerline.tasks'

async function createFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ledgerline-embedded-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

async function openLog(folder: string, options: Partial<EmbeddedLogOptions> = {}) {
  const log = await openEmbeddedLog({ folder, ...options })
  onTestFinished(() => log.close())
  return log
}

test('a folder belongs to one opener at a time, and is free again when that one has closed', async () => {
  const folder = await createFolder()
  const log = await openEmbeddedLog({ folder })
  await log.append(tasks, numbered(0, 3))
  await expect(openEmbeddedLog({ folder })).rejects.toMatchObject({
    code: 'LOG_UNAVAILABLE',
    retryable: false,
    message: expect.stringContaining('another process has this log open') as string,
  })
  await log.close()
  const again = await openLog(folder)
  expect((await readTopic(again, tasks)).flat()).toHaveLength(3)
})

test('partitions and epoch are those that the log was created with, whatever is asked for later', async () => {
  const folder = await createFolder()
  const log = await openEmbeddedLog({ folder, partitions: 3, epoch: 7 })
  await log.close()
  const again = await openLog(folder, { partitions: 5, epoch: 1 })
  expect([again.partitions(tasks), again.epoch(tasks)]).toEqual([3, 7])
})

test('nothing is taken when the disk has too little room left', async () => {
  const log = await openLog(await createFolder(), { spaceMinBytes: Number.MAX_SAFE_INTEGER })
  await expect(log.append(tasks, numbered(0, 1))).rejects.toMatchObject({ code: 'LOG_FULL' })
  expect(await log.end(tasks)).toEqual([0, 0, 0, 0])
})

test('a disk that runs full is told from one that is broken', () => {
  const database = new DatabaseSync(':memory:')
  database.exec('PRAGMA max_page_count = 3; CREATE TABLE t (v BLOB)')
  const fill = () => database.exec('INSERT INTO t VALUES (zeroblob(100000))')
  expect(fill).toThrow()
  try {
    fill()
  } catch (error) {
    expect(toLogError(error)).toMatchObject({ code: 'LOG_FULL', retryable: false })
  }
  expect(toLogError(new Error('other'))).toMatchObject({ code: 'LOG_UNAVAILABLE' })
})

test('others get their turn while a long call is written', async () => {
  const log = await openLog(await createFolder())
  const writing = log.append(tasks, numbered(0, 20_000)).then(() => 'written')
  let turns = 0
  const aTurn = () => new Promise<string>((resolve) => setImmediate(resolve, 'turn'))
  while ((await Promise.race([writing, aTurn()])) === 'turn') turns++
  expect(turns).toBeGreaterThanOrEqual(10)
})

test('a batch of large records is cut before it fills the memory', async () => {
  const log = await openLog(await createFolder(), { partitions: 1 })
  const megabyte = { key: 'k', value: Buffer.alloc(1024 * 1024) }
  await log.append(tasks, Array<typeof megabyte>(20).fill(megabyte))
  const batches = await collect(log.read({ topic: tasks, partition: 0 }, 0, 1_000))
  expect(batches.map((batch) => batch.length)).toEqual([4, 4, 4, 4, 4])
})

test('reads that stop half way do not keep the write-ahead file from being emptied', async () => {
  const folder = await createFolder()
  const log = await openLog(folder, { partitions: 1 })
  for (let round = 0; round < 40; round++) {
    await log.append(tasks, [{ key: 'k', value: Buffer.alloc(1024 * 1024) }])
    for await (const batch of log.read({ topic: tasks, partition: 0 }, 0, 2)) {
      if (batch.length > 0) break
    }
  }
  expect((await stat(join(folder, 'log.sqlite-wal'))).size).toBeLessThan(16 * 1024 * 1024)
})

test('a record is handed on in the turn after it was appended, without being asked for', async () => {
  const log = await openLog(await createFolder())
  let arrivedCount = 0
  const follower = await log.follow(
    [tasks],
    () => 0,
    (_, records) => {
      expect(textOf(records[0])).toBe('0')
      arrivedCount += records.length
      return Promise.resolve()
    },
  )
  let turnsMost = 0
  for (let round = 1; round <= 50; round++) {
    await log.append(tasks, numbered(0, 1))
    for (let turns = 1; arrivedCount < round; turns++) {
      await nextTurn()
      turnsMost = Math.max(turnsMost, turns)
    }
  }
  await follower.close()
  // Whoever asks now and then has let many go by when he does.
  expect(turnsMost).toBeLessThanOrEqual(1)
})
