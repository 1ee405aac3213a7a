import { expect, test } from 'vitest'
import { counting, waitMs } from '../../../connectors/ringcx/request-limit.ts'

test('three requests a minute, and the fourth when the first is a minute old', () => {
  const asked = [0, 10_000, 20_000]
  expect(waitMs(asked.slice(0, 2), 20_000)).toBe(0)
  expect(waitMs(asked, 20_000)).toBe(40_000)
  expect(waitMs(asked, 59_999)).toBe(1)
  expect(waitMs(asked, 60_000)).toBe(0)
})

test('nine in a quarter of an hour, however they are spread', () => {
  const asked = Array.from({ length: 9 }, (_one, index) => index * 60_000)
  expect(waitMs(asked.slice(1), 540_000)).toBe(0)
  expect(waitMs(asked, 540_000)).toBe(360_000)
  expect(waitMs(asked, 900_000)).toBe(0)
})

test('what no longer counts is forgotten, and nothing that does', () => {
  expect(counting([0, 1, 2], 900_000)).toEqual([1, 2])
  expect(counting([0, 1, 2], 899_999)).toEqual([0, 1, 2])
})
