import { expect, test } from 'vitest'
import { isBelieved, look, nothingSeen, type Seen } from '../../../services/feeds/snapshot-guard.ts'

const policy = { fallPercentMax: 50, fallMin: 10, believedAfterMs: 900_000 }

/** How it stands after looks of ten seconds each. */
function after(counts: readonly number[], seen: Seen = nothingSeen, begin = 0): Seen {
  return counts.reduce((all, count, n) => look(all, count, begin + n * 10_000, policy), seen)
}

test('agents who sign off one after the other are believed to the last', () => {
  const counts = Array.from({ length: 60 }, (_, n) => Math.round(400 * 0.7 ** n))
  expect(isBelieved(after(counts), policy, 600_000)).toEqual({ isReady: true })
})

test('when most are gone at once, no snapshot logs the others out, until it has lasted', () => {
  const fallen = after([400, 150, 150, 140])
  expect(isBelieved(fallen, policy, 30_000)).toEqual({
    isReady: false,
    reason: 'far fewer agents are logged on than before',
    retryAfterSeconds: 880,
  })
  const lasting = look(fallen, 140, 10_000 + policy.believedAfterMs, policy)
  expect(isBelieved(lasting, policy, 10_000 + policy.believedAfterMs)).toEqual({ isReady: true })
  expect(lasting.believed).toBe(140)
})

test('whoever comes back ends it, and half of them may go', () => {
  expect(after([400, 10, 390]).fallenSince).toBeNull()
  expect(after([400, 200]).fallenSince).toBeNull()
  expect(after([400, 199]).fallenSince).toBe(10_000)
})

test('nobody was seen before the first look, and nobody can fall from nobody', () => {
  expect(after([0, 0]).fallenSince).toBeNull()
})
