import { describe, expect, test } from 'vitest'
import type { z } from 'zod'
import {
  cumulativeQuery,
  queuesQuery,
  realTimeQuery,
  windowOf,
  workersQuery,
} from '../../../services/statistics/parameters.ts'
import {
  faultsOf,
  TwilioAnswer,
  wrongParameters,
} from '../../../services/statistics/twilio-answer.ts'

const now = Date.parse('2026-03-10T14:07:03.250Z')

function window(query: Readonly<Record<string, string>>): readonly string[] {
  const { from, to } = windowOf(cumulativeQuery.parse(query), now)
  return [from, to].map((at) => new Date(at).toISOString().replace('.000Z', 'Z'))
}

function faults(schema: z.ZodType, query: Readonly<Record<string, string>>): readonly string[] {
  const { error } = schema.safeParse(query)
  return error === undefined ? [] : faultsOf(error).map(({ field, detail }) => `${field} ${detail}`)
}

describe('the window', () => {
  test('is the last quarter of an hour, or so many minutes, up to the second', () => {
    expect(window({})).toEqual(['2026-03-10T13:52:03Z', '2026-03-10T14:07:03Z'])
    expect(window({ Minutes: '60' })).toEqual(['2026-03-10T13:07:03Z', '2026-03-10T14:07:03Z'])
  })

  test('is from one date to another, to now, or the quarter of an hour before', () => {
    const StartDate = '2025-01-01'
    const EndDate = '2026-02-01T10:00:00+01:00'
    expect(window({ StartDate, EndDate })).toEqual(['2025-01-01T00:00:00Z', '2026-02-01T09:00:00Z'])
    expect(window({ StartDate })).toEqual(['2025-01-01T00:00:00Z', '2026-03-10T14:07:03Z'])
    expect(window({ EndDate })).toEqual(['2026-02-01T08:45:00Z', '2026-02-01T09:00:00Z'])
  })

  test('does not end before it begins', () => {
    const StartDate = '2026-03-10T10:00:00Z'
    expect(() => window({ StartDate, EndDate: StartDate })).toThrow(
      'StartDate is not before EndDate',
    )
    expect(() => window({ StartDate: '2026-03-11' })).toThrow('StartDate is not before now')
  })
})

test.each([
  [cumulativeQuery, { Minutes: '5', EndDate: '2026-03-10' }, 1],
  [cumulativeQuery, { Minutes: '0' }, 1],
  [cumulativeQuery, { Minutes: '1.5' }, 1],
  [cumulativeQuery, { StartDate: 'yesterday', EndDate: '2026-02-30' }, 2],
  [cumulativeQuery, { SplitByWaitTime: '5;30' }, 1],
  [cumulativeQuery, { SplitByWaitTime: Array.from({ length: 51 }, (_, one) => one).join() }, 1],
  [realTimeQuery, { Minutes: '5', TaskChannel: '' }, 2],
  [queuesQuery, { PageSize: '1001', Page: '-1', Minutes: 'all', Sort: 'up' }, 4],
  [workersQuery, { TaskQueueSid: '', TaskQueueName: 'Support' }, 1],
])('of a wrong question everything is told that is wrong (%#)', (schema, query, count) => {
  expect(faults(schema, query)).toHaveLength(count)
})

test('thresholds of waits are told once each, in order', () => {
  expect(cumulativeQuery.parse({ SplitByWaitTime: '30,5,30' }).SplitByWaitTime).toEqual([5, 30])
})

test('an error names its faults in its text, with what would have been right', () => {
  const choices = ['chat', 'voice']
  const fault = { field: 'TaskChannel', detail: 'is no task channel of the workspace', choices }
  const error = wrongParameters([{ field: 'Minutes', detail: 'is not from 1 to 9' }, fault])
  expect(error).toBeInstanceOf(TwilioAnswer)
  expect(error.message).toBe(
    'Minutes is not from 1 to 9; TaskChannel is no task channel of the workspace: one of chat, voice',
  )
})
