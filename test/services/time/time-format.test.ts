import { describe, expect, test } from 'vitest'
import { timeFormat } from '../../../services/time/time-format.ts'

const at = Date.UTC(2026, 2, 2, 9, 5, 7, 45)
const hour = 3_600_000

describe('a time is written by its pattern', () => {
  test.each([
    ['yyyyMMdd', 0, '20260302'],
    ['yyyy-MM-dd HH:mm:ss.SSS', 0, '2026-03-02 09:05:07.045'],
    ['d.M.yy H:mm', 5 * hour, '2.3.26 14:05'],
    ['hh:mm a', 5 * hour, '02:05 PM'],
    ['h a', -9 * hour, '12 AM'],
    ["yyyy-MM-dd'T'HH:mm:ssXXX", -3.5 * hour, '2026-03-02T05:35:07-03:30'],
    ["'at' HH 'Uhr'", 0, 'at 09 Uhr'],
    ['iso', 5 * hour, '2026-03-02T09:05:07.045Z'],
    ['iso-seconds', 0, '2026-03-02T09:05:07Z'],
    ['iso-ms', 0, '2026-03-02T09:05:07.045Z'],
    ['unix', 5 * hour, 1_772_442_307],
    ['unix-ms', 0, at],
  ])('%s', (pattern, offsetMs, text) => {
    expect(timeFormat(pattern)?.write(at, offsetMs)).toBe(text)
  })
})

test('an offset, or a time of UTC, tells the hour that comes twice apart', () => {
  const isUnique = (pattern: string) => timeFormat(pattern)?.isUnique
  expect(['iso', 'unix', 'HH:mm XXX'].map(isUnique)).toEqual([true, true, true])
  expect(isUnique('yyyy-MM-dd HH:mm')).toBe(false)
})

test.each(['', 'QQ', 'yyyyy', "HH 'Uhr", 'hello', '--', 'constructor'])(
  '%j is no pattern',
  (pattern) => {
    expect(timeFormat(pattern)).toBeNull()
  },
)
