import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openShardStore, type Commit } from '../../../services/runner/shard-store.ts'
import { createStagedStore } from '../../../services/runner/staged-store.ts'
import { tempFolder } from '../../support/temp-folder.ts'

const old: Commit = {
  ...{ epoch: 1, nextOffset: 7, tick: 60_000, heard: 50_000, recorded: 60_000, knowledge: '{}' },
  entities: [
    { entity: 'WK1', isOpen: true, window: null },
    { entity: 'WK2', isOpen: true, window: null },
  ],
  chapters: new Map([
    [
      'WK1',
      [
        { entity: 'WK1', from: 100, window: 'early' },
        { entity: 'WK1', from: 200, window: 'late' },
      ],
    ],
  ]),
  reservations: [{ reservation: 'WR1', entity: 'WK1', firstAt: 40 }],
  rows: new Map([
    ['kept', '1'],
    ['gone', '2'],
  ]),
}

const staged: Commit = {
  ...old,
  nextOffset: 9,
  entities: [
    { entity: 'WK1', isOpen: false, window: 'closed' },
    { entity: 'WK0', isOpen: true, window: null },
  ],
  chapters: new Map([
    [
      'WK1',
      [
        { entity: 'WK1', from: 100, window: 'early anew' },
        { entity: 'WK1', from: 150, window: 'first of two' },
        { entity: 'WK1', from: 150, window: 'second of two' },
      ],
    ],
  ]),
  reservations: [{ reservation: 'WR1', entity: 'WK1', firstAt: 30 }],
  rows: new Map([
    ['gone', null],
    ['new', '3'],
  ]),
}

function reading(store: ReturnType<typeof createStagedStore>) {
  return {
    entities: ['WK0', 'WK1', 'WK2', 'WK3'].map((name) => store.entity(name)),
    open: store
      .openEntities()
      .map(({ entity }) => entity)
      .sort(),
    names: [...store.entityPages()].flat().sort(),
    chapters: [99, 100, 149, 150, 199, 200].map((at) => store.chapterAt('WK1', at)?.window ?? null),
    reservation: store.reservation('WR1'),
    rows: ['kept', 'gone', 'new'].map((name) => store.row(name)),
  }
}

function opened() {
  const file = openShardStore(':memory:', 1)
  onTestFinished(() => file.close())
  file.commit(old)
  return { file, store: createStagedStore(file) }
}

test('what is staged reads as if it were committed, and only counts when it is', () => {
  const { file, store } = opened()
  store.stage(staged)
  const before = reading(store)
  expect(before.chapters).toEqual([
    ...[null, 'early anew', 'early anew', 'second of two', 'second of two', 'late'],
  ])
  expect(store.progress.nextOffset).toBe(7)
  expect(file.row('new')).toBeNull()

  store.commit()
  expect(reading(store)).toEqual(before)
  expect(store.progress.nextOffset).toBe(9)
  expect(file.row('new')).toBe('3')
})

test('whoever visits all meets each once, though they are committed meanwhile', () => {
  const { store } = opened()
  store.stage(staged)
  const met: string[] = []
  for (const page of store.entityPages()) {
    met.push(...page)
    store.commit()
  }
  expect(met.sort()).toEqual(['WK0', 'WK1', 'WK2'])
})

test('what could not be committed stays staged', async () => {
  const folder = await tempFolder()
  onTestFinished(() => folder.remove())
  const path = join(folder.path, 'shard.sqlite')
  const file = openShardStore(path, 1)
  onTestFinished(() => file.close())
  const store = createStagedStore(file)
  store.stage(staged)
  openShardStore(path, 1).close()
  expect(() => store.commit()).toThrow('SHARD_LOST')
  expect(store.row('new')).toBe('3')
  expect(file.row('new')).toBeNull()
  expect(() => store.stage(staged)).toThrow('not committed yet')
})
