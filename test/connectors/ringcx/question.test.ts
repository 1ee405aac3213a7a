import { expect, test } from 'vitest'
import { questionOf } from '../../../connectors/ringcx/question.ts'

const now = Date.parse('2026-03-02T10:06:00Z')
const body = {
  ...{ startDate: '2026-03-02 09:00:00', endDate: '2026-03-02 10:00:00' },
  ...{ timeInterval: 15, timeZone: 'UTC' },
}

test('a question is a span, an interval and a zone', () => {
  expect(questionOf('agg-queue-stats', body, now)).toEqual({
    ...{ kind: 'asked', rows: 'queues', intervalMinutes: 15, zone: 'UTC' },
    span: { from: Date.parse('2026-03-02T09:00:00Z'), to: Date.parse('2026-03-02T10:00:00Z') },
  })
})

test('intervals in seconds and times of a zone are understood', () => {
  const told = { startDate: '2026-03-02 04:00:00', endDate: '2026-03-02 05:00:00' }
  const question = { ...told, timeInterval: 1800, timeZone: 'America/New_York' }
  expect(questionOf('agg-agent-stats', question, now)).toMatchObject({
    ...{ kind: 'asked', rows: 'agents', intervalMinutes: 30 },
    span: { from: Date.parse('2026-03-02T09:00:00Z') },
  })
})

test.each([
  ['agg-nothing', {}, 'there is no report agg-nothing'],
  ['agg-queue-stats', { endDate: '2026-03-02 10:05:00' }, 'endDate must be at least 5 minutes ago'],
  ['agg-queue-stats', { startDate: '2026-03-02 06:00:00' }, 'no more than 3 hours in a request'],
  ['agg-queue-stats', { endDate: '2026-03-02 09:00:00' }, 'endDate must be later than startDate'],
  ['agg-queue-stats', { timeInterval: 45 }, 'timeInterval must be 15, 30 or 60 minutes'],
  ['agg-queue-stats', { timeZone: 'Mars/Base' }, 'timeZone is no time zone'],
  [
    'agg-queue-stats',
    { startDate: '02.03.2026' },
    'startDate is no time such as 2026-03-02 09:00:00',
  ],
])('%s with %j is refused', (report, own, fault) => {
  expect(questionOf(report, { ...body, ...own }, now)).toEqual({ kind: 'refused', faults: [fault] })
})

test('a time that comes twice is not guessed', () => {
  const told = { startDate: '2025-11-02 01:30:00', endDate: '2025-11-02 03:00:00' }
  const question = { ...body, ...told, timeZone: 'America/New_York' }
  expect(questionOf('agg-queue-stats', question, now)).toMatchObject({
    faults: [expect.stringContaining('startDate comes twice')],
  })
})
