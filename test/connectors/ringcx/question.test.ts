import { expect, test } from 'vitest'
import { questionOf, rowsOf } from '../../../connectors/ringcx/question.ts'

const now = Date.parse('2026-03-02T10:06:00Z')
const body = {
  ...{ startDate: '2026-03-02 09:00:00', endDate: '2026-03-02 10:00:00' },
  ...{ timeInterval: 15, timeZone: 'UTC' },
}

test('a question is a span, an interval and a zone', () => {
  expect(questionOf(body, now)).toEqual({
    ...{ kind: 'asked', intervalMinutes: 15, zone: 'UTC' },
    span: { from: Date.parse('2026-03-02T09:00:00Z'), to: Date.parse('2026-03-02T10:00:00Z') },
  })
})

test('intervals in seconds and times of a zone are understood', () => {
  const told = { startDate: '2026-03-02 04:00:00', endDate: '2026-03-02 05:00:00' }
  const question = { ...told, timeInterval: 1800, timeZone: 'America/New_York' }
  expect(questionOf(question, now)).toMatchObject({
    ...{ kind: 'asked', intervalMinutes: 30 },
    span: { from: Date.parse('2026-03-02T09:00:00Z') },
  })
})

test('a report is of queues, of agents, or of both; whatever else is none', () => {
  expect(
    ['agg-queue-stats', 'agg-agent-extended-stats', 'agg-agent-stats', 'toString'].map(rowsOf),
  ).toEqual(['queues', 'agent-queues', 'agents', null])
})

test.each([
  [{ endDate: '2026-03-02 10:15:00' }, 'endDate', 'must be at least 5 minutes ago'],
  [{ startDate: '2026-03-02 06:00:00' }, 'endDate', 'must be within 3 hours of startDate'],
  [{ endDate: '2026-03-02 09:00:00' }, 'endDate', 'must be later than startDate'],
  [
    { startDate: '2026-03-02 09:10:00' },
    'startDate',
    'is not on a border of intervals of 15 minutes',
  ],
  [{ endDate: '2026-03-02 09:45:30' }, 'endDate', 'is not on a border of intervals of 15 minutes'],
  [{ timeInterval: 45 }, 'timeInterval', 'must be 15, 30 or 60 minutes'],
  [{ timeZone: 'Mars/Base' }, 'timeZone', 'is no time zone'],
  [{ startDate: '02.03.2026' }, 'startDate', 'is no time such as 2026-03-02 09:00:00'],
])('a question with %j is refused', (own, field, detail) => {
  expect(questionOf({ ...body, ...own }, now)).toEqual({
    ...{ kind: 'refused', faults: [{ field, detail }] },
  })
})

test('all that is wrong with a question is told at once', () => {
  const own = { startDate: '2026-03-02 04:00:00', endDate: '2026-03-02 10:05:00', timeInterval: 1 }
  const read = questionOf({ ...body, ...own }, now)
  const fields = read.kind === 'refused' ? read.faults.map(({ field }) => field) : []
  expect(fields.toSorted()).toEqual(['endDate', 'endDate', 'timeInterval'])
})

test('what is no question at all is refused', () => {
  expect(questionOf(null, now)).toMatchObject({ kind: 'refused', faults: [{ field: 'body' }] })
})

test('a time that comes twice is not guessed', () => {
  const told = { startDate: '2025-11-02 01:30:00', endDate: '2025-11-02 03:00:00' }
  const question = { ...body, ...told, timeZone: 'America/New_York' }
  const detail = 'comes twice in America/New_York; say which by its offset'
  expect(questionOf(question, now)).toEqual({
    ...{ kind: 'refused', faults: [{ field: 'startDate', detail }] },
  })
})
