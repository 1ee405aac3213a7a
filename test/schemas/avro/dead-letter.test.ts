import { expect, test } from 'vitest'
import { decodeDeadLetter, encodeDeadLetter } from '../../../schemas/avro/dead-letter.ts'

const letter = {
  id: 'dl-1',
  source: 'twilio-event-streams',
  receivedAt: 1_700_000_000_123,
  reason: 'json',
  detail: 'not JSON',
  contentType: null,
  path: '/twilio/event-streams',
  body: Uint8Array.of(0, 255, 10),
  headers: { 'content-type': 'application/json', 'ledgerline-offset': '17' },
}

test('a dead letter keeps every byte of what came', () => {
  const read = decodeDeadLetter(encodeDeadLetter(letter))
  expect({ ...read, body: [...read.body] }).toEqual({ ...letter, body: [0, 255, 10] })
})

test('headers that may hold a secret or a person are not kept', () => {
  const headers = {
    ...letter.headers,
    authorization: 'Basic x',
    Cookie: 'session=1',
    'x-twilio-signature': 'abc',
    'x-forwarded-for': '192.0.2.1',
  }
  expect(decodeDeadLetter(encodeDeadLetter({ ...letter, headers })).headers).toEqual(letter.headers)
})
