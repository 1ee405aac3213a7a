import { expect, test } from 'vitest'
import { anEvent, foldAll } from '../../support/fold-all.ts'

const start = Date.parse('2026-03-10T16:00:00Z')
const [quarterMs, dayMs] = [900_000, 86_400_000]
const message = (afterMs: number, fields: Record<string, unknown>) =>
  anEvent({
    ...{ id: `IM${afterMs}`, message: `IM${afterMs}`, type: 'message.added' },
    ...{ conversation: 'CH1', participant: 'MB1', at: start + afterMs },
    ...fields,
  })
const asked = message(60_000, { address: '+15550101007' })
const reminded = message(5 * dayMs, { address: '+15550101007' })

/** After how much time since the first message the conversation is seen to wait at the end of an interval. */
function waitingAt(events: Parameters<typeof foldAll>[0], asOf: number): readonly number[] {
  return (foldAll(events, asOf).get('conversation_intervals') ?? [])
    .filter((row) => row['awaiting_agent_eoi_count'] === 1)
    .map((row) => Number(row['interval_start']) - start)
    .sort((a, b) => a - b)
}

const quarters = (count: number) => Array.from({ length: count }, (_, n) => n * quarterMs)

test('a customer waits for seven days, to the millisecond, and reminders do not make it more', () => {
  const asOf = (afterMs: number) => start + 60_000 + 7 * dayMs + afterMs
  const week = (7 * dayMs) / quarterMs
  expect(waitingAt([asked], start + quarterMs)).toEqual(quarters(1))
  expect(waitingAt([asked], start + quarterMs + 1)).toEqual(quarters(2))
  expect(waitingAt([asked, reminded], asOf(0))).toEqual(quarters(week + 1))
  expect(waitingAt([asked, reminded], asOf(1))).toEqual(quarters(week))
  expect(waitingAt([asked, reminded], asOf(30 * dayMs))).toEqual(quarters(week))
})

test('an answer that comes later than that takes nothing back, and its length counts whole', () => {
  const answer = message(9 * dayMs, { author: 'agent', worker: 'WK1' })
  const rows = foldAll([asked, answer], start + 10 * dayMs).get('conversation_intervals') ?? []
  expect(rows.filter((row) => row['awaiting_agent_eoi_count'] === 1)).toHaveLength(672)
  expect(rows.find((row) => row['first_response_count'] === 1)).toMatchObject({
    first_response_ms: 9 * dayMs - 60_000,
    interval_start: start + 9 * dayMs,
  })
})
