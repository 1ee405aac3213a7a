import { expect, test } from 'vitest'
import { historicQuestionOf } from '../../../connectors/argus/historic-question.ts'

const now = Date.parse('2026-03-10T12:00:00Z')
const query = { startDate: '2026-03-02T09:00:00Z', endDate: '2026-03-02T10:00:00Z' }
const span = { from: Date.parse(query.startDate), to: Date.parse(query.endDate) }

test('a question is a span, of all agents or of some', () => {
  expect(historicQuestionOf(query, now)).toEqual({ kind: 'asked', span, logons: null })
  expect(historicQuestionOf({ ...query, agentId: '' }, now)).toMatchObject({ logons: null })
  const some = historicQuestionOf({ ...query, agentId: '101, 102,101', groupId: '7' }, now)
  expect(some).toEqual({ kind: 'asked', span, logons: new Set(['101', '102']) })
})

test.each([
  ['2026-03-02T22:00:00+13:00', '2026-03-02T23:00:00+13:00'],
  // As they come out of an address in which the plus was left as it is.
  ['2026-03-02T22:00:00 13:00', '2026-03-02T23:00:00 13:00'],
  ['2026-03-02T04:00:00-05:00', '2026-03-02T10:00:00.000Z'],
])('from %s to %s is the same hour', (startDate, endDate) => {
  expect(historicQuestionOf({ startDate, endDate }, now)).toMatchObject({ kind: 'asked', span })
})

test('the hour that comes twice in New York is told apart by its zone', () => {
  const told = { startDate: '2025-11-02T01:30:00-04:00', endDate: '2025-11-02T01:30:00-05:00' }
  const from = Date.parse('2025-11-02T05:30:00Z')
  expect(historicQuestionOf(told, now)).toMatchObject({ span: { from, to: from + 3_600_000 } })
})

const missing = 'is missing: an instant such as 2026-03-02T09:00:00Z'

test.each([
  [{ startDate: undefined }, 'startDate', missing],
  [{ endDate: undefined }, 'endDate', missing],
  [{ startDate: '2026-03-02T09:00:00' }, 'startDate', 'has no zone, such as Z or +13:00'],
  [{ startDate: '2026-03-02' }, 'startDate', 'has no zone, such as Z or +13:00'],
  [{ endDate: '2026-02-30T10:00:00Z' }, 'endDate', 'is no date or time that exists'],
  [{ endDate: '02.03.2026' }, 'endDate', 'is no date or time in ISO 8601'],
  [{ endDate: query.startDate }, 'endDate', 'must be later than startDate'],
  [{ endDate: '2026-04-02T09:00:00.001Z' }, 'endDate', 'must be within 31 days of startDate'],
  [
    { startDate: '2026-03-10T12:00:00.001Z', endDate: '2026-03-11T12:00:00Z' },
    'startDate',
    'is yet to come',
  ],
  [{ agentId: '101,,102' }, 'agentId', 'an id is missing between commas'],
  [{ agentId: ['101', '102'] }, 'agentId', 'is told twice; ids are separated by commas'],
])('a question with %j is refused', (own, field, detail) => {
  expect(historicQuestionOf({ ...query, ...own }, now)).toEqual({
    ...{ kind: 'refused', faults: [{ field, detail }] },
  })
})

test('31 days are not too long, and what lasts until tomorrow may be asked for', () => {
  const told = { startDate: '2026-02-09T00:00:00Z', endDate: '2026-03-12T00:00:00Z' }
  expect(historicQuestionOf(told, now)).toMatchObject({ kind: 'asked' })
})

test('all that is wrong with a question is told at once', () => {
  const fieldsOf = (asked: object) => {
    const read = historicQuestionOf(asked, now)
    return read.kind === 'refused' ? read.faults.map(({ field }) => field).toSorted() : []
  }
  expect(fieldsOf({ startDate: 'x', endDate: '2026-03-02', agentId: ',' })).toEqual([
    ...['agentId', 'endDate', 'startDate'],
  ])
  expect(fieldsOf({ endDate: '2026-03-02T09:00:00Z' })).toEqual(['startDate'])
  expect(
    fieldsOf({ startDate: '2026-03-11T00:00:00Z', endDate: '2026-03-01T00:00:00Z', agentId: ',' }),
  ).toEqual(['agentId', 'endDate', 'startDate'])
})
