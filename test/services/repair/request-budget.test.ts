import { expect, test } from 'vitest'
import { createRequestBudget } from '../../../services/repair/request-budget.ts'
import { createJumpingClock } from '../../support/jumping-clock.ts'

const noHeaders = () => null

async function timesOf(count: number, requestsPerSecond: number) {
  const clock = createJumpingClock(0)
  const budget = createRequestBudget(requestsPerSecond, clock)
  const times: number[] = []
  for (let request = 0; request < count; request++) {
    await budget.take()
    times.push(clock.now())
  }
  return times
}

test('no second has more requests than two seconds of the budget, and in the long run it has one', async () => {
  const times = await timesOf(200, 4)
  for (const from of times) {
    expect(times.filter((at) => at >= from && at < from + 1000).length).toBeLessThanOrEqual(8)
  }
  expect(times.at(-1)).toBeGreaterThanOrEqual((200 / 4 - 1) * 1000 - 1000)
})

test('less than one request a second is kept, too', async () => {
  expect(await timesOf(4, 0.5)).toEqual([0, 2_000, 4_000, 6_000])
})

test('an answer that tells to wait is obeyed, in seconds and as a date', async () => {
  const clock = createJumpingClock(Date.parse('2026-03-10T12:00:00Z'))
  const budget = createRequestBudget(10, clock)
  const began = clock.now()
  budget.heed(429, (name) => (name === 'retry-after' ? '7' : null))
  await budget.take()
  expect(clock.now()).toBe(began + 7_000)
  budget.heed(503, (name) => (name === 'retry-after' ? 'Tue, 10 Mar 2026 12:00:30 GMT' : null))
  await budget.take()
  expect(clock.now()).toBe(began + 30_000)
})

test('a limit that is used up is given time, and one that is not is no reason to wait', async () => {
  const clock = createJumpingClock(0)
  const budget = createRequestBudget(10, clock)
  const remaining = (left: string) => (name: string) =>
    name === 'x-rate-limit-remaining' ? left : null
  budget.heed(200, remaining('5'))
  await budget.take()
  expect(clock.now()).toBe(0)
  budget.heed(200, remaining('0'))
  await budget.take()
  expect(clock.now()).toBe(1_000)
  budget.heed(429, noHeaders)
  await budget.take()
  expect(clock.now()).toBe(2_000)
})

test('nobody waits on when it is over', async () => {
  const clock = createJumpingClock(0)
  const budget = createRequestBudget(1, clock)
  budget.heed(429, () => '900')
  await budget.take(AbortSignal.abort())
  expect(clock.now()).toBe(0)
})
