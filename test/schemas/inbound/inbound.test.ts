import { expect, test } from 'vitest'
import { customEventDataSchema } from '../../../schemas/inbound/custom-events.ts'
import { eventStreamsEventSchema } from '../../../schemas/inbound/twilio-event-streams.ts'
import { twilioCallbackSchema } from '../../../schemas/inbound/twilio-callback.ts'
import { emptyFields } from '../../../schemas/events/ledger-event.ts'

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
  const own = ['sealedKey', 'sealed', 'sourceType', 'cause', 'gapFrom', 'gapTo', 'payload']
  const snake = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
  const expected = Object.keys(emptyFields).filter((name) => !own.includes(name))
  expect(Object.keys(customEventDataSchema.shape).sort()).toEqual(expected.map(snake).sort())
})
