import { expect, test } from 'vitest'
import { localDay } from '../../../services/time/local-day.ts'

test.each([
  ['UTC', '2026-03-08T12:00:00Z', '2026-03-08T00:00:00.000Z', '2026-03-09T00:00:00.000Z'],
  // 23 hours, and 25: also their last ones are of the day.
  [
    'America/New_York',
    '2026-03-08T12:00:00Z',
    '2026-03-08T05:00:00.000Z',
    '2026-03-09T04:00:00.000Z',
  ],
  [
    'America/New_York',
    '2026-11-02T04:30:00Z',
    '2026-11-01T04:00:00.000Z',
    '2026-11-02T05:00:00.000Z',
  ],
  [
    'Pacific/Auckland',
    '2026-04-05T11:45:00Z',
    '2026-04-04T11:00:00.000Z',
    '2026-04-05T12:00:00.000Z',
  ],
  [
    'Pacific/Auckland',
    '2026-09-27T10:59:00Z',
    '2026-09-26T12:00:00.000Z',
    '2026-09-27T11:00:00.000Z',
  ],
  // Clocks change by half an hour.
  [
    'Australia/Lord_Howe',
    '2026-04-05T00:00:00Z',
    '2026-04-04T13:00:00.000Z',
    '2026-04-05T13:30:00.000Z',
  ],
])('in %s the day of %s', (zone, at, from, to) => {
  const day = localDay(zone, Date.parse(at))
  expect([day.from, day.to].map((border) => new Date(border).toISOString())).toEqual([from, to])
})
