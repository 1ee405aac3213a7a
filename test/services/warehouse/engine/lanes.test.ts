import { expect, test } from 'vitest'
import { createLane } from '../../../../services/warehouse/engine/lanes.ts'

const never = new AbortController().signal

function gate() {
  const opening = new AbortController()
  const opened = new Promise<void>((resolve) => {
    opening.signal.addEventListener('abort', () => resolve())
  })
  return { open: () => opening.abort(), opened }
}

test('a lane lets so many through at once, and the next when one is done', async () => {
  const lane = createLane(2, 10)
  const gates = [gate(), gate(), gate()]
  const begun: number[] = []
  const passing = gates.map((each, index) =>
    lane.pass(() => {
      begun.push(index)
      return each.opened
    }, never),
  )
  await Promise.resolve()
  expect(begun).toEqual([0, 1])
  gates[0]?.open()
  await passing[0]
  await Promise.resolve()
  expect(begun).toEqual([0, 1, 2])
  for (const each of gates) each.open()
  await Promise.all(passing)
})

test('a lane turns away what it cannot keep waiting', async () => {
  const lane = createLane(1, 1)
  const first = gate()
  const passing = [lane.pass(() => first.opened, never), lane.pass(() => Promise.resolve(), never)]
  await expect(lane.pass(() => Promise.resolve(), never)).rejects.toThrow(
    'TOO_MANY_SIMULTANEOUS_QUERIES',
  )
  first.open()
  await Promise.all(passing)
})

test('who gives up waiting leaves his place to the next', async () => {
  const lane = createLane(1, 5)
  const first = gate()
  const passing = lane.pass(() => first.opened, never)
  const leaving = new AbortController()
  const left = lane.pass(() => Promise.resolve('never'), leaving.signal)
  const next = lane.pass(() => Promise.resolve('next'), never)
  leaving.abort()
  await expect(left).rejects.toThrow('QUERY_WAS_CANCELLED')
  first.open()
  await passing
  expect(await next).toBe('next')
})

test('a failure makes room as a success does', async () => {
  const lane = createLane(1, 1)
  await expect(lane.pass(() => Promise.reject(new Error('no')), never)).rejects.toThrow('no')
  expect(await lane.pass(() => Promise.resolve('yes'), never)).toBe('yes')
})
