import { expect, test } from 'vitest'
import { finalUntil } from '../../../services/repair/finalising.ts'
import type { Gap } from '../../../services/repair/gaps.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const now = Date.parse('2026-03-10T12:07:00Z')
const latenessMs = 5 * hourMs
const quarter = Date.parse('2026-03-10T07:00:00Z')

function gap(source: string, hoursAgo: number, status: Gap['status'] = 'open'): Gap {
  return { source, from: now - hoursAgo * hourMs, to: null, status, reason: 'silence' }
}

const until = (gaps: readonly Gap[], table: Parameters<typeof finalUntil>[0] = 'queue_intervals') =>
  finalUntil(table, gaps, now, latenessMs)

test('an interval is final when what is late has had its time', () => {
  expect(until([])).toBe(quarter)
  expect(finalUntil('queue_intervals', [], quarter + latenessMs - 1, latenessMs)).toBe(
    quarter - 900_000,
  )
})

test('an open gap of a source that the table is made of holds it back', () => {
  expect(until([gap('twilio-taskrouter', 8)])).toBe(Date.parse('2026-03-10T04:00:00Z'))
  expect(until([gap('twilio-taskrouter', 8, 'filled')])).toBe(quarter)
  expect(until([gap('sendgrid', 8)])).toBe(quarter)
  expect(until([gap('twilio-conversations', 8)])).toBe(quarter)
  expect(until([gap('twilio-conversations', 8)], 'conversation_intervals')).toBeLessThan(quarter)
})

test('a gap that nobody fills is waited for a week', () => {
  const almost = until([gap('twilio-taskrouter', 7 * 24 - 1)])
  expect(almost).toBe(now - 7 * dayMs + hourMs - ((now - 7 * dayMs + hourMs) % 900_000))
  expect(until([gap('twilio-taskrouter', 7 * 24)])).toBe(quarter)
})
