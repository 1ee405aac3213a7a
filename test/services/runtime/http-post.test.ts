import { expect, test } from 'vitest'
import { retryAfterMs } from '../../../services/runtime/http-post.ts'

const now = Date.parse('2026-03-10T08:00:00Z')

test.each([
  ['120', 120_000],
  ['0', 0],
  ['Tue, 10 Mar 2026 08:00:30 GMT', 30_000],
  ['Tue, 10 Mar 2026 07:00:00 GMT', 0],
  ['soon', null],
  ['-5', null],
  ['1.5', null],
  ['', null],
  [null, null],
])('Retry-After %j is waited for as long as it says', (header, expected) => {
  expect(retryAfterMs(header, now)).toBe(expected)
})
