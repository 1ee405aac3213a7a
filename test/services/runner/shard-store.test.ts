import { join } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { openShardStore, type Commit } from '../../../services/runner/shard-store.ts'
import { tempFolder } from '../../support/temp-folder.ts'

const first: Commit = {
  ...{ epoch: 1, nextOffset: 7, tick: 60_000, heard: 50_000, recorded: 60_000, knowledge: '{}' },
  entities: [
    { entity: 'WK1', isOpen: true, window: null },
    { entity: 'WK2', isOpen: false, window: '{"from":900000}' },
  ],
  chapters: new Map([
    [
      'WK2',
      [
        { entity: 'WK2', from: 100, window: 'early' },
        { entity: 'WK2', from: 200, window: 'late' },
      ],
    ],
  ]),
  reservations: [{ reservation: 'WR1', entity: 'WK1', firstAt: 40 }],
  rows: new Map([['row', '{"sums":1}']]),
}

async function storeFile(): Promise<string> {
  const folder = await tempFolder()
  onTestFinished(() => folder.remove())
  return join(folder.path, 'state', 'shard.sqlite')
}

test('what was committed together is there together', async () => {
  const file = await storeFile()
  const before = openShardStore(file, 1)
  before.commit(first)
  before.close()
  const store = openShardStore(file, 1)
  onTestFinished(() => store.close())
  expect(store.progress).toEqual({
    ...{ epoch: 1, nextOffset: 7, tick: 60_000, heard: 50_000, recorded: 60_000, knowledge: '{}' },
  })
  expect(store.openEntities()).toEqual([{ entity: 'WK1', isOpen: true, window: null }])
  expect([...store.entityPages()]).toEqual([['WK1', 'WK2']])
  expect([99, 100, 199, 200].map((at) => store.chapterAt('WK2', at)?.window ?? null)).toEqual(
    [null, 'early', 'early', 'late'], // The latest that begins by then.
  )
  expect(store.reservation('WR1')).toEqual({ reservation: 'WR1', entity: 'WK1', firstAt: 40 })
  expect(store.row('row')).toBe('{"sums":1}')
  store.commit({ ...first, rows: new Map([['row', null]]) })
  expect(store.row('row')).toBeNull()
})

test('whoever has lost the file to another can commit nothing any more', async () => {
  const file = await storeFile()
  const stale = openShardStore(file, 1)
  stale.commit(first)
  const owner = openShardStore(file, 1)
  onTestFinished(() => owner.close())
  expect(() => stale.commit({ ...first, nextOffset: 8 })).toThrow('SHARD_LOST')
  expect(openShardStore(file, 1).progress.nextOffset).toBe(7)
  stale.close()
})

test('a file of another life of the topic, or of another version of the hub, says nothing', async () => {
  const file = await storeFile()
  const nothing = { nextOffset: 0, tick: 0, heard: 0, recorded: 0, knowledge: '' }
  openShardStore(file, 1).commit(first)
  const other = openShardStore(file, 2)
  expect(other.progress).toEqual({ epoch: 2, ...nothing })
  other.commit({ ...first, epoch: 2 })
  other.close()

  const database = new DatabaseSync(file)
  database.exec('ALTER TABLE progress DROP COLUMN heard; PRAGMA user_version = 1')
  database.close()
  const store = openShardStore(file, 2)
  onTestFinished(() => store.close())
  expect(store.progress).toEqual({ epoch: 2, ...nothing })
  expect(store.entity('WK1')).toBeNull()
  store.commit({ ...first, epoch: 2 })
  expect(store.progress.heard).toBe(50_000)
})
