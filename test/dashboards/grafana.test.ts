import { expect, test } from 'vitest'
import { bucketMs, expanded, instantOf, type Shown } from '../support/grafana.ts'

// Cases of the data source's own tests, and of Grafana's.
const shown: Shown = {
  from: Date.parse('2014-11-12T11:45:26.371Z'),
  to: Date.parse('2015-11-12T11:45:26.371Z'),
  intervalMs: 20_000,
  chosen: { queue: ['a', "b'c"], team: ['$__all'], zone: ['UTC'] },
}

test.each([
  ['$__fromTime', 'toDateTime(1415792726)'],
  ['$__toTime', 'toDateTime(1447328726)'],
  ['$__timeFilter(col)', 'col >= toDateTime(1415792726) AND col <= toDateTime(1447328726)'],
  ['$__timeInterval(f(col, 1))', 'toStartOfInterval(toDateTime(f(col, 1)), INTERVAL 20 second)'],
  ['$__interval_s', '20'],
  ['queue IN (${queue:singlequote})', "queue IN ('a','b\\'c')"],
  ['zone = ${zone:singlequote}', "zone = 'UTC'"],
  ['$__conditionalAll(team IN (${team:singlequote}), $team)', '1=1'],
  [
    '$__conditionalAll(a IN (SELECT f(b, c) WHERE q IN (${queue:singlequote})), $queue)',
    "a IN (SELECT f(b, c) WHERE q IN ('a','b\\'c'))",
  ],
])('%s', (sql, statement) => {
  expect(expanded(sql, shown)).toBe(statement)
})

test('what nobody would replace is an error', () => {
  expect(() => expanded('$__made_up(a)', shown)).toThrow('no macro')
  expect(() => expanded('${nobody}', shown)).toThrow('no variable')
})

test('times and buckets are as Grafana has them', () => {
  const now = Date.parse('2026-03-10T16:30:00Z')
  expect(instantOf('now/d', now)).toBe(Date.parse('2026-03-10T00:00:00Z'))
  expect(instantOf('now-28d', now)).toBe(Date.parse('2026-02-10T16:30:00Z'))
  expect(bucketMs(now - 3_600_000, now, '15m')).toBe(900_000)
  expect(bucketMs(now - 28 * 86_400_000, now, '15m')).toBe(1_800_000)
})
