import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { isSignedBySegment } from '../../../services/ingest/segment-signature.ts'
import { isSignedBySendGrid, toSendGridKey } from '../../../services/ingest/sendgrid-signature.ts'
import { recorded } from '../../support/source-fixtures.ts'
import { createSender, sendGridHeaders } from '../../support/source-sender.ts'

const vector = z
  .object({
    payload_file: z.string(),
    public_key: z.string(),
    timestamp_header: z.string(),
    signature_header: z.string(),
  })
  .parse(JSON.parse(recorded('signatures/sendgrid_vector.json').body.toString()))

describe('SendGrid’s signature', () => {
  const { body } = recorded(vector.payload_file)
  const keys = [toSendGridKey(vector.public_key)]
  const timestamp = 'x-twilio-email-event-webhook-timestamp'
  const signature = 'x-twilio-email-event-webhook-signature'
  const headers = { [timestamp]: vector.timestamp_header, [signature]: vector.signature_header }

  test('that was recorded is good, however late and however often it comes', () => {
    expect(isSignedBySendGrid(body, headers, keys)).toBe(true)
    expect(isSignedBySendGrid(body, headers, keys)).toBe(true)
  })

  test('is over the bytes, to the last line end', () => {
    expect(isSignedBySendGrid(Buffer.from(body.toString().trim()), headers, keys)).toBe(false)
    const changed = Buffer.from(body)
    changed.writeUInt8((changed[100] ?? 0) ^ 1, 100)
    expect(isSignedBySendGrid(changed, headers, keys)).toBe(false)
  })

  test.each([
    ['of another time', { ...headers, [timestamp]: '1773169206' }],
    ['without a time', { [signature]: vector.signature_header }],
    ['that is missing', { [timestamp]: vector.timestamp_header }],
    ['that is empty', { ...headers, [signature]: '' }],
    ['that is no signature', { ...headers, [signature]: 'bm8gc2lnbmF0dXJl' }],
    ['that is no base64', { ...headers, [signature]: '▸' }],
    ['by another key', sendGridHeaders(body, createSender('somebody'))],
  ])('%s is not good', (_, given) => {
    expect(isSignedBySendGrid(body, given, keys)).toBe(false)
  })

  test('is good by the old key and the new one while they are changed', () => {
    const fresh = createSender('fresh')
    const both = [...keys, toSendGridKey(fresh.sendGridPublicKey)]
    expect(isSignedBySendGrid(body, headers, both)).toBe(true)
    expect(isSignedBySendGrid(body, sendGridHeaders(body, fresh), both)).toBe(true)
  })

  test('is by nobody where there is no key', () => {
    expect(isSignedBySendGrid(body, headers, [])).toBe(false)
  })

  test('is not checked with what is no key', () => {
    expect(() => toSendGridKey('bm8ga2V5')).toThrow()
  })
})

describe('Segment’s signature', () => {
  const secret = 'a shared secret'
  const hmac = (text: string | Buffer, key = secret) =>
    createHmac('sha1', key).update(text).digest('hex')
  const call = recorded('segment/track.json').body
  const batch = recorded('segment/batched_array.json').body
  const calls: unknown[] = z.array(z.unknown()).parse(JSON.parse(batch.toString()))
  const isSigned = (body: Buffer, signature: string, secrets = [secret]) =>
    isSignedBySegment(body, signature, secrets)

  test('of a call is over its bytes', () => {
    expect(isSigned(call, hmac(call))).toBe(true)
    expect(isSigned(call, hmac(call).toUpperCase())).toBe(true)
    expect(isSigned(Buffer.concat([call, Buffer.from(' ')]), hmac(call))).toBe(false)
    expect(isSigned(call, hmac(JSON.stringify(JSON.parse(call.toString()))))).toBe(false)
  })

  test('of a batch is over its first call, as sent or as JSON.stringify writes it', () => {
    const compact = Buffer.from(JSON.stringify(calls))
    expect(isSigned(compact, hmac(JSON.stringify(calls[0])))).toBe(true)
    expect(isSigned(batch, hmac(JSON.stringify(calls[0])))).toBe(true)
    const text = batch.toString()
    const first = text.slice(text.indexOf('{'), text.indexOf('\n  },') + 4)
    expect(JSON.parse(first)).toEqual(calls[0])
    expect(isSigned(batch, hmac(first))).toBe(true)
    expect(isSigned(batch, hmac(batch))).toBe(true)
  })

  test('of a batch is not over any other of its calls', () => {
    expect(isSigned(batch, hmac(JSON.stringify(calls[1])))).toBe(false)
    const changed = Buffer.from(batch.toString().replace('Chat Opened', 'Chat opened'))
    expect(isSigned(changed, hmac(JSON.stringify(calls[0])))).toBe(false)
  })

  test('does not cover what follows the first call: so Segment signs', () => {
    const changed = Buffer.from(batch.toString().replace('Chat Closed', 'Chat closed'))
    expect(isSigned(changed, hmac(JSON.stringify(calls[0])))).toBe(true)
  })

  test.each(['', 'x', hmac(call, 'another'), hmac(call).slice(1), `${hmac(call)}00`])(
    '%j is not good',
    (signature) => {
      expect(isSigned(call, signature)).toBe(false)
    },
  )

  test('is good by the old secret and the new one, and by none where there is none', () => {
    expect(isSigned(call, hmac(call), ['new', secret])).toBe(true)
    expect(isSigned(call, hmac(call), [])).toBe(false)
  })

  test.each(['[]', '[,]', '[{', '[{"a":}]', ''])('of %j is over all of it', (text) => {
    const body = Buffer.from(text)
    expect(isSigned(body, hmac(body))).toBe(true)
    expect(isSigned(body, hmac('{'))).toBe(false)
  })
})
