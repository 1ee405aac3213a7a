import { describe, expect, test } from 'vitest'
import type { LedgerEvent } from '../../../../schemas/events/ledger-event.ts'
import { eventsIn, jsonSending, read, recorded } from '../../../support/source-fixtures.ts'

const receivedAt = Date.UTC(2026, 2, 11)
const source = 'segment'
const at = Date.parse('2026-03-10T13:59:59.900Z')
const known = ['user:CUST-00001', 'anonymous:507f191e810c19729de860ea']

test.each<[string, readonly Partial<LedgerEvent>[]]>([
  [
    'identify.json',
    [
      {
        ...{ type: 'profile.identified', id: 'fa4e-identify-0001', sourceType: 'identify' },
        subjects: [...known, 'email:imani@example.com'],
      },
    ],
  ],
  [
    'alias.json',
    [
      {
        ...{ type: 'profile.aliased', id: 'fa4e-alias-0001' },
        subjects: ['user:CUST-00001', 'user:CUST-WEB-9', 'phone:+15550101007'],
      },
    ],
  ],
  ['group.json', [{ type: 'profile.grouped', id: 'fa4e-group-0001', subjects: known }]],
  [
    'track.json',
    [
      {
        ...{ type: 'profile.tracked', id: 'fa4e-track-0001', subjects: known },
        reason: 'Support Ticket Opened',
      },
    ],
  ],
  ['page.json', [{ type: 'profile.viewed', id: 'fa4e-page-0001', reason: 'Help' }]],
  [
    'batched_array.json',
    [
      { type: 'profile.tracked', id: 'fa4e-track-0002', reason: 'Chat Opened' },
      { type: 'profile.tracked', id: 'fa4e-track-0003', reason: 'Chat Closed' },
    ],
  ],
  ['delete.json', [{ type: 'unknown', id: 'fa4e-delete-0001', sourceType: 'delete' }]],
])('%s', async (name, expected) => {
  const events = await eventsIn(source, recorded(`segment/${name}`), receivedAt)
  expect(events).toMatchObject(
    expected.map((event) => ({ source, road: 'callback', at, ...event })),
  )
})

describe('a call', () => {
  const say = (call: object) => eventsIn(source, jsonSending(call), receivedAt)

  test('of a screen is a view as of a page', async () => {
    const timestamp = '2026-03-10T12:00:00Z'
    const screen = { type: 'screen', messageId: '1', name: 'Help', timestamp }
    expect(await say(screen)).toMatchObject([{ type: 'profile.viewed', reason: 'Help' }])
  })

  test('is dated by the sender’s clock where Segment has not corrected it', async () => {
    const originalTimestamp = '2026-03-10T12:00:00Z'
    expect(await say({ type: 'track', messageId: '1', originalTimestamp })).toMatchObject([
      { at: Date.parse(originalTimestamp) },
    ])
  })

  test('about a company does not make its address the person’s', async () => {
    const group = { type: 'group', messageId: '1', timestamp: '2026-03-10T12:00:00Z', userId: 'U' }
    const traits = { email: 'office@example.com', phone: '+15550109999' }
    expect(await say({ ...group, traits })).toMatchObject([{ subjects: ['user:U'] }])
  })

  test('that is broken leaves the others as they are', async () => {
    const good = { type: 'track', messageId: '1', timestamp: '2026-03-10T12:00:00Z' }
    const calls = [good, { type: '' }, 7, { ...good, timestamp: 'noon' }, good]
    const judged = await read(source, jsonSending(calls), receivedAt)
    const verdicts = judged.map(({ verdict }) =>
      verdict.kind === 'refused' ? verdict.reason.code : verdict.kind,
    )
    expect(verdicts).toEqual(['understood', 'shape', 'shape', 'time', 'understood'])
  })
})
