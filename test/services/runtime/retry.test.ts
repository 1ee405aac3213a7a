import { expect, test } from 'vitest'
import type { Clock } from '../../../services/runtime/clock.ts'
import { LedgerlineError } from '../../../services/runtime/errors.ts'
import { retry } from '../../../services/runtime/retry.ts'

const policy = { attemptsMax: 4, firstDelayMs: 100, delayMaxMs: 250 }
const passing = new LedgerlineError('LOG_UNAVAILABLE', 'away', { retryable: true })

function stepping(): { readonly clock: Clock; readonly slept: number[] } {
  const slept: number[] = []
  const sleep = (ms: number) => {
    slept.push(ms)
    return Promise.resolve()
  }
  return { clock: { now: () => 0, sleep }, slept }
}

test('what passes is tried again, slower each time up to a limit, and with jitter', async () => {
  const { clock, slept } = stepping()
  let attempts = 0
  const action = () => Promise.reject(Object.assign(passing, { attempts: ++attempts }))
  await expect(retry(action, policy, clock)).rejects.toBe(passing)
  expect(attempts).toBe(4)
  expect(slept).toHaveLength(3)
  for (const [index, full] of [100, 200, 250].entries()) {
    expect(slept[index]).toBeGreaterThanOrEqual(full / 2)
    expect(slept[index]).toBeLessThanOrEqual(full)
  }
})

test('the first success ends it', async () => {
  const { clock } = stepping()
  let attempts = 0
  const action = () => (++attempts < 3 ? Promise.reject(passing) : Promise.resolve(attempts))
  expect(await retry(action, policy, clock)).toBe(3)
})

test('what does not pass is not tried again', async () => {
  const { clock, slept } = stepping()
  for (const error of [
    new LedgerlineError('WAREHOUSE_QUERY', 'wrong', { retryable: false }),
    new Error('a span ends before it begins'),
  ]) {
    await expect(retry(() => Promise.reject(error), policy, clock)).rejects.toBe(error)
  }
  expect(slept).toEqual([])
})

test('nobody who is leaving tries again', async () => {
  const { clock, slept } = stepping()
  const action = () => Promise.reject(passing)
  await expect(retry(action, policy, clock, AbortSignal.abort())).rejects.toBe(passing)
  expect(slept).toEqual([])
})
