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
const source = 'twilio-conversations'
const folder = 'conversations-webhooks'
const moment = (time: string) => Date.parse(`2026-03-10T${time}Z`)

const conversation = 'CHfa4e0000000000000000000000000046'
const customer = 'MBfa4e00000000000000000000000002bd'
const agent = 'MBfa4e00000000000000000000000002be'
const fromCustomer = { address: '+15550101007', channel: 'sms', subjects: ['phone:+15550101007'] }
const fromAgent = { participant: agent, identity: 'dee.larsen@example.com', channel: null }
const question = 'IMfa4e0000000000000000000000000047'
const answer = 'IMfa4e0000000000000000000000000048'

const told: Readonly<Record<string, object>> = {
  '01_onConversationAdded.form': {
    type: 'conversation.started',
    id: `${conversation}/conversation.started`,
    at: moment('18:00:00.000'),
    status: 'active',
    channel: 'sms',
  },
  '02_onParticipantAdded_customer_sms.form': {
    ...fromCustomer,
    type: 'participant.added',
    id: `${customer}/participant.added`,
    at: moment('18:00:00.050'),
    participant: customer,
    proxyAddress: '+15550100100',
    identity: null,
  },
  // A question that nobody has answered yet: there is no message, and it is dated by when it was asked.
  '03_onMessageAdd_pre_event.form': {
    type: 'unknown',
    sourceType: 'onMessageAdd',
    at: receivedAt,
    message: null,
  },
  '04_onMessageAdded.form': {
    ...fromCustomer,
    type: 'message.added',
    id: `${question}/message.added`,
    at: moment('18:00:00.120'),
    message: question,
    participant: customer,
    sequence: 0,
    author: 'customer',
    identity: null,
  },
  '05_onParticipantAdded_agent.form': {
    ...fromAgent,
    type: 'participant.added',
    id: `${agent}/participant.added`,
    at: moment('18:00:08.000'),
    address: null,
    subjects: [],
  },
  // An agent's user name may look like an e-mail address, and yet no customer has written.
  '06_onMessageAdded_agent_with_media.form': {
    ...fromAgent,
    type: 'message.added',
    id: `${answer}/message.added`,
    at: moment('18:00:31.000'),
    message: answer,
    sequence: 1,
    author: null,
    address: null,
    subjects: [],
  },
  '07_onDeliveryUpdated.form': {
    type: 'message.status',
    id: 'DYfa4e0000000000000000000000000001/delivered',
    at: moment('18:00:33.000'),
    message: answer,
    participant: customer,
    status: 'delivered',
    reason: null,
  },
  '08_onConversationStateUpdated.form': {
    type: 'conversation.updated',
    id: `${conversation}/conversation.updated/1773167431000/inactive`,
    at: moment('18:30:31.000'),
    status: 'inactive',
    reason: 'TIMER',
  },
  '09_onParticipantRemoved.form': {
    ...fromAgent,
    type: 'participant.removed',
    id: `${agent}/participant.removed`,
    at: moment('18:31:00.000'),
  },
}

test.each(Object.entries(told))('%s', async (name, expected) => {
  const events = await eventsIn(source, recorded(`${folder}/${name}`), receivedAt)
  const account = 'ACfa4e0000000000000000000000000001'
  expect(events).toMatchObject([{ source, road: 'callback', account, conversation, ...expected }])
})

test('all that was recorded is told above', () => {
  const paths = recordedBy(sourceNamed(source)).map(({ path }) => path)
  expect(paths).toEqual(Object.keys(told).map((name) => `${folder}/${name}`))
})

test('a conversation that came by a stream', async () => {
  const web = 'CHfa4e0000000000000000000000000007'
  const events = await eventsIn(
    'twilio-event-streams',
    recorded('event-streams/conversations_batch.json'),
    receivedAt,
  )
  expect(events).toMatchObject([
    { type: 'conversation.started', id: `${web}/conversation.started`, status: 'active' },
    { type: 'participant.added', identity: 'imani-web', address: null },
    { type: 'message.added', identity: 'imani-web', author: null, sequence: 0 },
    { type: 'message.added', identity: 'dee.larsen@example.com', author: null, sequence: 1 },
    {
      type: 'conversation.ended',
      id: `${web}/conversation.ended/1773159621000/closed`,
      status: 'closed',
      reason: 'API',
      at: moment('16:20:21.000'),
    },
  ])
  for (const event of events) {
    expect(event).toMatchObject({ source, road: 'stream', conversation: web })
  }
})

describe('a fact that came by both roads', () => {
  const types: Readonly<Record<string, string>> = {
    '01_onConversationAdded.form': 'conversation.added',
    '02_onParticipantAdded_customer_sms.form': 'participant.added',
    '04_onMessageAdded.form': 'message.added',
    '05_onParticipantAdded_agent.form': 'participant.added',
    '06_onMessageAdded_agent_with_media.form': 'message.added',
    '07_onDeliveryUpdated.form': 'delivery.updated',
    '08_onConversationStateUpdated.form': 'conversation-state.updated',
    '09_onParticipantRemoved.form': 'participant.removed',
  }

  /** The same parameters as Event Streams has them: bindings nested, another name for the body, no source. */
  function asStream(path: string, type: string) {
    const data: Record<string, unknown> = {}
    const binding: Record<string, string> = {}
    for (const [name, value] of Object.entries(formFields(path))) {
      if (name.startsWith('MessagingBinding.')) binding[name.slice(17)] = value
      else if (name === 'Body') data['MessageBody'] = value
      else if (name === 'Index') data[name] = Number(value)
      else if (!['EventType', 'Source', 'RetryCount', 'Attributes'].includes(name))
        data[name] = value
    }
    if (Object.keys(binding).length > 0) data['MessagingBinding'] = binding
    const time = '2026-03-10T23:00:00.000Z'
    return jsonSending([{ id: 'EZ1', type: `com.twilio.conversations.${type}`, time, data }])
  }

  /** Event Streams names no source, so it does not tell the channel of what has no address. */
  const meaning = ({ channel, ...event }: LedgerEvent) => ({
    ...event,
    channel: event.address === null ? null : channel,
    ...{ road: null, payload: null, sourceType: null },
  })

  test.each(Object.entries(types))('%s is one event', async (name, type) => {
    const path = `${folder}/${name}`
    const byCallback = await eventsIn(source, recorded(path), receivedAt)
    const byStream = await eventsIn('twilio-event-streams', asStream(path, type), receivedAt)
    expect(byStream.map(meaning)).toEqual(byCallback.map(meaning))
    expect(byStream).toHaveLength(1)
  })
})

describe('what a webhook says', () => {
  const say = (fields: Readonly<Record<string, string>>) =>
    eventsIn(source, formOfFields({ ConversationSid: 'CH1', ...fields }), receivedAt)
  const at = '2026-03-10T12:00:00.500Z'

  test.each([
    ['whatsapp:+15550101007', 'customer', 'whatsapp', ['phone:+15550101007']],
    ['messenger:1234567890', 'customer', 'messenger', ['messenger:1234567890']],
    ['rcs:+15550101007', 'customer', 'rcs', ['phone:+15550101007']],
    ['system', 'bot', null, []],
    ['dee.larsen@example.com', 'bot', null, []],
    ['15550101007', 'bot', null, []],
  ] as const)('%s, who takes no part, writes as %s', async (Author, author, channel, subjects) => {
    const message = { EventType: 'onMessageAdded', MessageSid: 'IM1', DateCreated: at, Author }
    expect(await say(message)).toMatchObject([{ author, channel, subjects }])
  })

  test('a mail is written by the customer whose address it bears', async () => {
    const mail = {
      MessageSid: 'IM1',
      DateCreated: at,
      Author: 'imani@example.com',
      Source: 'EMAIL',
    }
    expect(await say({ EventType: 'onMessageAdded', ...mail })).toMatchObject([
      { author: 'customer', channel: 'email', subjects: ['email:imani@example.com'] },
    ])
  })

  test('a conversation that is closed, or taken away, has ended', async () => {
    const closed = { StateTo: 'closed', StateUpdated: at, Reason: 'TIMER' }
    expect(await say({ EventType: 'onConversationStateUpdated', ...closed })).toMatchObject([
      { type: 'conversation.ended', reason: 'TIMER' },
    ])
    const removed = { DateCreated: '2026-03-10T10:00:00Z', DateRemoved: at }
    expect(await say({ EventType: 'onConversationRemoved', ...removed })).toMatchObject([
      { type: 'conversation.ended', reason: 'removed', at: moment('12:00:00.500') },
    ])
  })

  test('an update of a state and one of the conversation in the same moment are two', async () => {
    const [state] = await say({
      ...{ EventType: 'onConversationStateUpdated', StateTo: 'inactive', StateUpdated: at },
    })
    const [update] = await say({ EventType: 'onConversationUpdated', DateUpdated: at })
    expect(state?.type).toBe(update?.type)
    expect(state?.id).not.toBe(update?.id)
  })

  test('each update of a message is one of its own', async () => {
    const first = { EventType: 'onMessageUpdated', MessageSid: 'IM1', DateUpdated: at }
    const second = { ...first, DateUpdated: '2026-03-10T12:00:01Z' }
    expect((await say(first))[0]?.id).not.toBe((await say(second))[0]?.id)
  })

  test.each([
    'onMessageAdd',
    'onMessageUpdate',
    'onMessageRemove',
    'onConversationAdd',
    'onConversationUpdate',
    'onConversationRemove',
    'onParticipantAdd',
    'onParticipantUpdate',
    'onParticipantRemove',
    'onUserUpdate',
    'onUserAdded',
    'onUserUpdated',
    'onSomethingNew',
  ])('%s is kept under its conversation, and counted as nothing', async (EventType) => {
    const judged = await read(
      source,
      formOfFields({ EventType, ConversationSid: 'CH1', MessageSid: 'IM1', DateCreated: at }),
      receivedAt,
    )
    expect(judged).toMatchObject([
      { verdict: { kind: 'unknown', event: { sourceType: EventType, conversation: 'CH1' } } },
    ])
  })

  test.each<[string, Record<string, string>, string]>([
    ['missing', { EventType: 'onMessageAdded', DateCreated: at }, 'message'],
    ['missing', { EventType: 'onMessageAdded', DateCreated: at, MessageSid: 'x'.repeat(300) }, 'm'],
    ['missing', { EventType: '', ConversationSid: '' }, 'the callback names neither'],
    ['time', { EventType: 'onMessageAdded', MessageSid: 'IM1' }, 'the event does not say when'],
    [
      'future',
      { EventType: 'onMessageAdded', MessageSid: 'IM1', DateCreated: '2026-03-11T01:00:00Z' },
      'the event has not happened yet',
    ],
  ])('%s: %j is refused with its bytes', async (code, fields, detail) => {
    const sending = formOfFields({ ConversationSid: 'CH1', ...fields })
    const [judged] = await read(source, sending, receivedAt)
    expect(judged?.verdict).toMatchObject({ kind: 'refused', reason: { code }, body: sending.body })
    expect(judged?.verdict).toHaveProperty('reason.detail', expect.stringContaining(detail))
  })
})
