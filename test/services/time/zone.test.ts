import { expect, test } from 'vitest'
import { readInstant } from '../../../services/time/zone.ts'

const newYork = 'America/New_York'

test.each([
  ['2026-01-14T14:00:00Z', 'UTC', '2026-01-14T14:00:00.000Z'],
  ['2026-01-14T14:00:00+05:45', newYork, '2026-01-14T08:15:00.000Z'],
  ['2026-01-14T14:00', newYork, '2026-01-14T19:00:00.000Z'],
  ['2026-01-14', newYork, '2026-01-14T05:00:00.000Z'],
  ['2025-11-02T01:30:00-05:00', newYork, '2025-11-02T06:30:00.000Z'],
  // Where midnight does not exist, the day begins later.
  ['2018-11-04', 'America/Sao_Paulo', '2018-11-04T03:00:00.000Z'],
  ['2026-04-05T12:00', 'Pacific/Auckland', '2026-04-05T00:00:00.000Z'],
])('%s in %s is %s', (text, zone, instant) => {
  expect(readInstant(text, zone)).toEqual({ kind: 'instant', at: Date.parse(instant) })
})

test.each([
  ['2025-11-02T01:30', newYork, /twice/],
  ['2026-03-08T02:30', newYork, /never/],
  ['2026-02-30', 'UTC', /exists/],
  ['2026-01-14T25:00Z', 'UTC', /exists/],
  ['yesterday', 'UTC', /ISO 8601/],
  ['1768399200000', 'UTC', /ISO 8601/],
])('%s in %s is refused', (text, zone, detail) => {
  const read = readInstant(text, zone)
  expect(read).toMatchObject({ kind: 'wrong' })
  expect(read.kind === 'wrong' ? read.detail : '').toMatch(detail)
})
