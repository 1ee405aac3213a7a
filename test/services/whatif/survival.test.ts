import { expect, test } from 'vitest'
import { patienceBeyond, survivalOf } from '../../../services/whatif/survival.ts'

/** Kaplan and Meier (1958), section 2: deaths at 0.8, 3.1, 5.4, 9.2; losses at 1.0, 2.7, 7.0, 12.1. */
const observed = [
  ...[0.8, 3.1, 5.4, 9.2].map((ms) => ({ ms, gaveUp: true })),
  ...[1, 2.7, 7, 12.1].map((ms) => ({ ms, gaveUp: false })),
]

test('the example of Kaplan and Meier comes out as they have it', () => {
  const { ms, share } = survivalOf(observed)
  expect(ms).toEqual([0.8, 3.1, 5.4, 9.2])
  expect(share.map((one) => one.toFixed(3))).toEqual(['0.875', '0.700', '0.525', '0.263'])
})

test('of those who have waited so long, as many give up at each time as the estimate has it', () => {
  const survival = survivalOf(observed)
  // 0.525 of 0.7 are left after 5.4, and 0.2625 after 9.2.
  expect(patienceBeyond(survival, 3.1, 0.76)).toBe(5.4)
  expect(patienceBeyond(survival, 3.1, 0.74)).toBe(9.2)
  expect(patienceBeyond(survival, 3.1, 0.37)).toBe(Infinity)
  expect(patienceBeyond(survival, 0, 0.99)).toBe(0.8)
  expect(patienceBeyond(survival, 9.2, 0.99)).toBe(Infinity)
})

test('who is answered when another one gives up was still there', () => {
  const waits = [
    { ms: 5, gaveUp: false },
    { ms: 5, gaveUp: true },
  ]
  expect(survivalOf(waits).share).toEqual([0.5])
})

test('where nobody gives up, nobody is known ever to', () => {
  expect(patienceBeyond(survivalOf([{ ms: 5, gaveUp: false }]), 0, 0)).toBe(Infinity)
})
