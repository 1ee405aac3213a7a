import { expect, test } from 'vitest'
import { customEventDataSchema } from '../../../schemas/inbound/custom-events.ts'
import { segmentCallSchema } from '../../../schemas/inbound/segment.ts'
import { sendGridEventSchema } from '../../../schemas/inbound/sendgrid.ts'
import { eventStreamsEventSchema } from '../../../schemas/inbound/twilio-event-streams.ts'
import { operatorResultsSchema } from '../../../schemas/inbound/twilio-intelligence.ts'
import { twilioCallbackSchema } from '../../../schemas/inbound/twilio-callback.ts'
import { ledgerEventFields } from '../../../schemas/events/ledger-event.ts'

test('a callback keeps what nobody knows yet, and what is said twice', () => {
  const form = { EventType: 'task.created', SomeFutureParameter: 'x', Twice: ['a', 'b'], Empty: '' }
  expect(twilioCallbackSchema.parse(form)).toEqual(form)
})

test.each([null, [], 'EventType=x', { EventType: 1 }])('%j is no form', (value) => {
  expect(twilioCallbackSchema.safeParse(value).success).toBe(false)
})

test('an event of Event Streams needs nothing but a type', () => {
  expect(eventStreamsEventSchema.safeParse({ type: 'com.twilio.x' }).success).toBe(true)
  expect(eventStreamsEventSchema.safeParse({ type: 'com.twilio.x', id: 7, time: [] }).success).toBe(
    true,
  )
})

test.each([null, [], 7, {}, { type: '' }, { type: 7 }])('%j is none', (value) => {
  expect(eventStreamsEventSchema.safeParse(value).success).toBe(false)
})

test('a custom channel can say every field of the ledger that is not the hub’s own', () => {
  const envelope = ['type', 'id', 'source', 'road', 'at', 'receivedAt']
  const own = [
    ...envelope,
    'sealedKey',
    'sealed',
    'sourceType',
    'cause',
    'gapFrom',
    'gapTo',
    'table',
    'since',
    'until',
    'payload',
  ]
  const snake = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
  const expected = ledgerEventFields.filter((name) => !own.includes(name))
  expect(Object.keys(customEventDataSchema.shape).sort()).toEqual(expected.map(snake).sort())
})

test('a call of Segment, an event of SendGrid and results of operators keep what nobody knows yet', () => {
  const call = { type: 'track', messageId: 7, future: { x: [] } }
  expect(segmentCallSchema.parse(call)).toEqual(call)
  const event = { event: 'open', sg_event_id: null, custom: 'x' }
  expect(sendGridEventSchema.parse(event)).toEqual(event)
  const results = { accountId: 'AC1', operatorResults: [{ id: 'x' }, 7], future: true }
  expect(operatorResultsSchema.parse(results)).toEqual(results)
})

test.each([null, [], 7, 'track', {}, { type: '' }, { type: 7 }])('%j is no call', (value) => {
  expect(segmentCallSchema.safeParse(value).success).toBe(false)
})

test.each([null, [], 7, {}, { event: '' }, { event: 7 }])('%j is no event of a mail', (value) => {
  expect(sendGridEventSchema.safeParse(value).success).toBe(false)
})

test.each([null, [], {}, { operatorResults: 7 }, { operatorResults: {} }])(
  '%j has no results of operators',
  (value) => {
    expect(operatorResultsSchema.safeParse(value).success).toBe(false)
  },
)
