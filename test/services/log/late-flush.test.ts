import { copyFile, mkdtemp, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { openOwnedDatabase } from '../../../services/log/disk/owned-database.ts'
import { openStore } from '../../../services/log/embedded/store.ts'
import { tempFolder } from '../../support/temp-folder.ts'

async function aFolder(): Promise<string> {
  const folder = await tempFolder()
  onTestFinished(() => folder.remove())
  return folder.path
}

async function aDatabase() {
  const folder = await aFolder()
  const file = join(folder, 'own.sqlite')
  const schema = 'CREATE TABLE IF NOT EXISTS bits (number INTEGER PRIMARY KEY, bytes BLOB)'
  const database = openOwnedDatabase(file, `${schema};`, { flushesLater: true })
  onTestFinished(() => database.close())
  const insert = database.prepare('INSERT INTO bits VALUES (?, zeroblob(200000))')
  const put = (number: number) => database.transaction(() => insert.run(number))
  return { folder, file, database, put }
}

/** What a database has whose files are these: the files of one that died. */
async function countIn(folder: string, file: string): Promise<unknown> {
  const copy = await mkdtemp(join(folder, 'copy-'))
  await copyFile(file, join(copy, 'own.sqlite'))
  await copyFile(`${file}-wal`, join(copy, 'own.sqlite-wal'))
  const database = new DatabaseSync(join(copy, 'own.sqlite'))
  try {
    return database.prepare('SELECT count(*) AS count FROM bits').get()
  } finally {
    database.close()
  }
}

test('what is flushed is in the files, and the WAL stays short however much is written', async () => {
  const { folder, file, database, put } = await aDatabase()
  let longest = 0
  for (let number = 1; number <= 100; number++) {
    put(number)
    await database.flush()
    longest = Math.max(longest, (await stat(`${file}-wal`)).size)
    if (number % 10 === 0) expect(await countIn(folder, file)).toEqual({ count: number })
  }
  // Four megabytes, and what one transaction may add.
  expect(longest).toBeLessThan(4.5 * 2 ** 20)
  expect((await stat(file)).size).toBeGreaterThan(15e6)
})

test('nothing is committed while a flush is under way', async () => {
  const { database, put } = await aDatabase()
  put(1)
  const flushing = database.flush()
  expect(() => put(2)).toThrow('before the flush is done')
  await flushing
  put(2)
})

test('a database that is closed is one file, and opens again with all that was committed', async () => {
  const { file, database, put } = await aDatabase()
  put(1)
  await database.flush()
  put(2)
  database.close()
  await expect(stat(`${file}-wal`)).rejects.toThrow('ENOENT')
  const again = openOwnedDatabase(file, 'SELECT 1;', { flushesLater: true })
  onTestFinished(() => again.close())
  expect(again.prepare('SELECT count(*) AS count FROM bits').get()).toEqual({ count: 2 })
})

test('nobody reads of a log what is not flushed yet', async () => {
  const folder = await aFolder()
  const store = openStore({ folder, partitions: 1, epoch: 1, spaceMinBytes: 0 })
  onTestFinished(() => store.close())
  const shard = { topic: 'ledgerline.tasks', partition: 0 } as const
  const record = { key: 'a', value: Buffer.from('b'), partition: 0 }
  expect(store.append([{ topic: shard.topic, record }], 1)).toEqual([0])
  expect([store.end(shard), store.select(shard, 0, 10, 1_000)]).toEqual([0, []])
  await store.flush()
  expect([store.end(shard), store.select(shard, 0, 10, 1_000).length]).toEqual([1, 1])
})
