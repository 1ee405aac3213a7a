import { expect, test } from 'vitest'
import type { Shard } from '../../../services/log/log.ts'
import { isLookout } from '../../../services/repair/configured-repair.ts'
import { systemClock } from '../../../services/runtime/clock.ts'

const now = Date.parse('2026-03-10T12:00:00Z')
const first: Shard = { topic: 'ledgerline.tasks', partition: 0 }
const other: Shard = { topic: 'ledgerline.workers', partition: 3 }

function looks(shards: readonly Shard[], tablesAsOf: number | null): Promise<boolean> {
  return isLookout({
    progress: () => shards,
    tablesAsOf: () => Promise.resolve(tablesAsOf),
    clock: { ...systemClock, now: () => now },
  })
}

test('of several processes only the one with the first shard looks after the sources', async () => {
  expect(await looks([first, other], now - 30_000)).toBe(true)
  expect(await looks([other], now - 30_000)).toBe(false)
  expect(await looks([], now - 30_000)).toBe(false)
})

test('nobody is called silent while the tables lag behind the ledger, or nobody knows whether they do', async () => {
  expect(await looks([first, other], now - 200_000)).toBe(false)
  expect(await looks([first, other], null)).toBe(false)
})
