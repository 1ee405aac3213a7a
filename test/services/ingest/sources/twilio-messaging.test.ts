import { describe, expect, test } from 'vitest'
import type { LedgerEvent } from '../../../../schemas/events/ledger-event.ts'
import {
  eventsIn,
  formFields,
  formOfFields,
  jsonSending,
  read,
  recorded,
  recordedBy,
  sourceNamed,
} from '../../../support/source-fixtures.ts'

const receivedAt = Date.UTC(2026, 2, 11)
const source = 'twilio-messaging'
const folder = 'messaging-callbacks'

const sent = 'SMfa4e0000000000000000000000000001'
const phone = { address: '+15550101001', subjects: ['phone:+15550101001'] }
const ofStatus = {
  ...{ ...phone, type: 'message.status', direction: 'outbound', channel: 'sms', author: null },
  ...{ message: sent, proxyAddress: '+15550100100', reason: null },
} as const
const ofInbound = { type: 'message.added', direction: 'inbound', author: 'customer' } as const

const told: Readonly<Record<string, object>> = {
  'inbound_sms.form': {
    ...{ ...ofInbound, ...phone, channel: 'sms', proxyAddress: '+15550100100' },
    message: 'SMfa4e0000000000000000000000000002',
    id: 'SMfa4e0000000000000000000000000002/received',
  },
  'inbound_whatsapp.form': {
    ...{ ...ofInbound, channel: 'whatsapp', subjects: phone.subjects },
    ...{ address: 'whatsapp:+15550101001', proxyAddress: 'whatsapp:+15550100100' },
    id: 'SMfa4e0000000000000000000000000004/received',
  },
  'status_1_queued.form': { ...ofStatus, status: 'queued', id: `${sent}/queued` },
  'status_2_sent.form': { ...ofStatus, status: 'sent', id: `${sent}/sent` },
  'status_3_delivered.form': { ...ofStatus, status: 'delivered', id: `${sent}/delivered` },
  'status_4_undelivered.form': {
    ...{ ...ofStatus, status: 'undelivered', reason: '30003' },
    ...{ message: 'SMfa4e0000000000000000000000000003' },
    id: 'SMfa4e0000000000000000000000000003/undelivered',
  },
}

test.each(Object.entries(told))('%s, at the time of its arrival', async (name, expected) => {
  const events = await eventsIn(source, recorded(`${folder}/${name}`), receivedAt)
  const account = 'ACfa4e0000000000000000000000000001'
  const common = { source, account, road: 'callback', at: receivedAt, conversation: null }
  expect(events).toMatchObject([{ ...common, ...expected }])
})

test('all that was recorded is told above', () => {
  const paths = recordedBy(sourceNamed(source)).map(({ path }) => path)
  expect(paths).toEqual(Object.keys(told).map((name) => `${folder}/${name}`))
})

describe('a fact that came by both roads is one event', () => {
  /** A callback has no time, and no name for what it tells. */
  const meaning = (event: LedgerEvent) => ({
    ...event,
    ...{ at: null, road: null, payload: null, sourceType: null },
  })

  test.each([
    ['messaging_inbound_message.json', 0, 'inbound_sms.form'],
    ['messaging_delivered_before_sent_batch.json', 0, 'status_3_delivered.form'],
    ['messaging_delivered_before_sent_batch.json', 1, 'status_2_sent.form'],
  ])('%s, element %i, is %s', async (stream, index, form) => {
    const byStream = await eventsIn(
      'twilio-event-streams',
      recorded(`event-streams/${stream}`),
      receivedAt,
    )
    const byCallback = await eventsIn(source, recorded(`${folder}/${form}`), receivedAt)
    expect(byStream.slice(index, index + 1).map(meaning)).toEqual(byCallback.map(meaning))
  })

  test('and the stream tells when it happened, in whatever order', async () => {
    const batch = recorded('event-streams/messaging_delivered_before_sent_batch.json')
    const events = await eventsIn('twilio-event-streams', batch, receivedAt)
    expect(events.map(({ status, at }) => [status, new Date(at).toISOString()])).toEqual([
      ['delivered', '2026-03-10T11:00:03.900Z'],
      ['sent', '2026-03-10T11:00:01.200Z'],
    ])
  })
})

describe('what a callback says', () => {
  const judge = (fields: Readonly<Record<string, string>>) =>
    read(source, formOfFields(fields), receivedAt)

  test.each<[Record<string, string>, string]>([
    [{ From: '+15550101001', NumMedia: '2' }, 'mms'],
    [{ From: 'whatsapp:+15550101001', NumMedia: '2' }, 'whatsapp'],
    [{ From: 'messenger:1234567890', NumMedia: '0' }, 'messenger'],
    [{ From: 'rcs:+15550101001', NumMedia: '0' }, 'rcs'],
    [{ From: '72345', Body: '' }, 'sms'],
  ])('%j comes in by %s', async (fields, channel) => {
    const [judged] = await judge({ MessageSid: 'SM1', ...fields })
    expect(judged?.verdict).toMatchObject({ events: [{ type: 'message.added', channel }] })
  })

  test('an error of nothing is no reason', async () => {
    const status = { MessageSid: 'SM1', MessageStatus: 'DELIVERED', ErrorCode: '0' }
    const [judged] = await judge(status)
    const events = [{ id: 'SM1/delivered', status: 'delivered', reason: null }]
    expect(judged?.verdict).toMatchObject({ events })
  })

  test('what says nothing of a message is kept under it', async () => {
    const [judged] = await judge({ MessageSid: 'SM1', EventType: 'TYPING' })
    const event = { sourceType: 'TYPING', conversation: 'SM1' }
    expect(judged?.verdict).toMatchObject({ kind: 'unknown', event })
  })

  test.each<Record<string, string>>([{ MessageStatus: 'sent' }, { A: '1' }])(
    '%j is refused',
    async (fields) => {
      const [judged] = await judge(fields)
      expect(judged?.verdict).toMatchObject({ kind: 'refused', reason: { code: 'missing' } })
    },
  )

  test('a number that is registered is no message', async () => {
    const type = 'com.twilio.messaging.compliance.toll-free-verification.approved'
    const data = { messageStatus: 'APPROVED' }
    const events = await eventsIn('twilio-event-streams', jsonSending({ type, data }), receivedAt)
    expect(events).toMatchObject([{ type: 'unknown', sourceType: type }])
  })
})

test('nothing of a message is lost', async () => {
  const path = `${folder}/inbound_whatsapp.form`
  const [event] = await eventsIn(source, recorded(path), receivedAt)
  expect(JSON.parse(event?.payload ?? '')).toEqual(formFields(path))
})
