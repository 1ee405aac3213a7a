import { expect, test } from 'vitest'
import { judgeCall } from '../../../services/repair/items/call-item.ts'
import {
  judgeConversation,
  judgeConversationMessage,
  judgeParticipant,
} from '../../../services/repair/items/conversation-items.ts'
import { judgeMessage } from '../../../services/repair/items/message-item.ts'
import type { JudgeItem } from '../../../services/repair/items/judged-item.ts'

const receivedAt = Date.parse('2026-03-11T00:00:00Z')
const account = 'ACfa4e0000000000000000000000000001'
const conversation = 'CHfa4e0000000000000000000000000001'

function eventsOf(judge: JudgeItem, item: unknown) {
  const { verdict } = judge(item, receivedAt)
  if (verdict.kind !== 'understood') throw new Error(`the item is ${verdict.kind}`)
  return verdict.events
}

const call = {
  ...{ sid: 'CA1', parent_call_sid: null, account_sid: account, direction: 'inbound' },
  ...{ from: '+15550101001', to: '+15550100100', status: 'completed', duration: '322' },
  start_time: 'Tue, 10 Mar 2026 14:13:20 +0000',
  end_time: 'Tue, 10 Mar 2026 14:18:42 +0000',
}

test('a call of the list tells how it ended, and of whom it was', () => {
  expect(eventsOf(judgeCall, call)).toMatchObject([
    {
      ...{ type: 'call.summary', id: 'CA1/rest', source: 'twilio-voice', road: 'rest' },
      ...{ at: Date.parse('2026-03-10T14:18:42Z'), durationMs: 322_000, status: 'completed' },
      ...{ direction: 'inbound', address: '+15550101001', proxyAddress: '+15550100100' },
      ...{ subjects: ['phone:+15550101001'], account, call: 'CA1' },
    },
  ])
})

test('a call that goes on says nothing yet', () => {
  expect(eventsOf(judgeCall, { ...call, end_time: null, status: 'in-progress' })).toEqual([])
})

const message = {
  ...{ sid: 'SM1', account_sid: account, num_media: '0', body: 'Hello', error_code: null },
  ...{ from: '+15550101001', to: '+15550100100', status: 'received', direction: 'inbound' },
  date_created: 'Tue, 10 Mar 2026 14:00:00 +0000',
  date_sent: 'Tue, 10 Mar 2026 14:00:01 +0000',
  date_updated: 'Tue, 10 Mar 2026 14:00:02 +0000',
}

test('a message that came in is the one that its webhook would have told of', () => {
  expect(eventsOf(judgeMessage, message)).toMatchObject([
    {
      ...{ type: 'message.added', id: 'SM1/received', author: 'customer', direction: 'inbound' },
      ...{ at: Date.parse('2026-03-10T14:00:01Z'), subjects: ['phone:+15550101001'] },
    },
  ])
})

test('a message that was sent tells how far it got', () => {
  const sent = { ...message, direction: 'outbound-api', status: 'undelivered', error_code: 30005 }
  expect(eventsOf(judgeMessage, sent)).toMatchObject([
    {
      ...{ type: 'message.status', id: 'SM1/undelivered', status: 'undelivered', reason: '30005' },
      ...{ at: Date.parse('2026-03-10T14:00:02Z'), address: '+15550100100' },
    },
  ])
})

test('a closed conversation has begun and ended, an open one has begun', () => {
  const item = {
    ...{ sid: conversation, account_sid: account, state: 'closed' },
    ...{ date_created: '2026-03-10T15:00:00Z', date_updated: '2026-03-10T15:30:00Z' },
  }
  expect(eventsOf(judgeConversation, item)).toMatchObject([
    { type: 'conversation.started', id: `${conversation}/conversation.started`, conversation },
    {
      type: 'conversation.ended',
      id: `${conversation}/conversation.ended/rest`,
      at: Date.parse('2026-03-10T15:30:00Z'),
    },
  ])
  expect(eventsOf(judgeConversation, { ...item, state: 'active' })).toHaveLength(1)
})

test('messages and participants of a conversation have the ids of their webhooks', () => {
  const added = {
    ...{ sid: 'IM1', account_sid: account, conversation_sid: conversation, index: 4 },
    ...{ author: '+15550101001', participant_sid: 'MB1', body: 'Hello' },
    date_created: '2026-03-10T15:00:05Z',
  }
  expect(eventsOf(judgeConversationMessage, added)).toMatchObject([
    {
      ...{ type: 'message.added', id: 'IM1/message.added', sequence: 4, conversation },
      ...{ message: 'IM1', author: 'customer', subjects: ['phone:+15550101001'] },
    },
  ])
  const participant = {
    ...{ sid: 'MB1', account_sid: account, conversation_sid: conversation, identity: null },
    messaging_binding: { type: 'sms', address: '+15550101001', proxy_address: '+15550100100' },
    date_created: '2026-03-10T15:00:00Z',
  }
  expect(eventsOf(judgeParticipant, participant)).toMatchObject([
    {
      ...{ type: 'participant.added', id: 'MB1/participant.added', participant: 'MB1' },
      ...{ address: '+15550101001', proxyAddress: '+15550100100' },
    },
  ])
})

test('an item that lacks what its event must name is refused, with what is missing', () => {
  const { verdict } = judgeCall({ ...call, sid: undefined }, receivedAt)
  expect(verdict).toMatchObject({ kind: 'refused', reason: { code: 'missing', detail: 'call' } })
  expect(judgeMessage('a text', receivedAt).verdict).toMatchObject({ kind: 'refused' })
})
