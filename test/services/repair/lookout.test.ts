import { expect, test } from 'vitest'
import { isLookout } from '../../../services/repair/configured-repair.ts'

const now = Date.parse('2026-03-10T12:00:00Z')
const first = { topic: 'ledgerline.tasks', partition: 0, tick: now - 30_000 }
const other = { topic: 'ledgerline.workers', partition: 3, tick: now - 30_000 }

test('of several processes only the one with the first shard looks after the sources', () => {
  expect(isLookout([first, other], now)).toBe(true)
  expect(isLookout([other], now)).toBe(false)
  expect(isLookout([], now)).toBe(false)
})

test('nobody is called silent while the tables lag behind the ledger', () => {
  expect(isLookout([first, { ...other, tick: now - 200_000 }], now)).toBe(false)
  // A topic in which no time passes says nothing of a lag.
  expect(isLookout([first, { topic: 'ledgerline.config', partition: 0, tick: 0 }], now)).toBe(true)
})
