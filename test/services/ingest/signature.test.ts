import { createHash } from 'node:crypto'
import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { mayConcern, signerOf } from '../../../services/ingest/signature.ts'
import { readFixture } from './fixtures.ts'

const vector = z.object({
  url: z.string(),
  x_twilio_signature: z.string(),
  valid: z.boolean(),
  why: z.string().optional(),
})
const vectors = z
  .object({
    auth_token: z.string(),
    form: z.array(vector.extend({ params: z.record(z.string(), z.string()) })),
    json: z.array(vector.extend({ raw_body: z.string() })),
  })
  .parse(JSON.parse(readFixture('signatures/twilio_vectors.json').toString('utf8')))

const token = { token: vectors.auth_token, account: null }
const form = vectors.form.map(({ params, ...rest }) => ({
  name: `form ${rest.url} ${rest.why ?? ''}`,
  valid: rest.valid,
  request: {
    url: rest.url,
    signature: rest.x_twilio_signature,
    body: Buffer.from(new URLSearchParams(params).toString()),
    form: params,
  },
}))
const json = vectors.json.map(({ raw_body: body, ...rest }) => ({
  name: `JSON ${rest.why ?? ''}`,
  valid: rest.valid,
  request: {
    url: rest.url,
    signature: rest.x_twilio_signature,
    body: Buffer.from(body),
    form: null,
  },
}))

test.each([...form, ...json])('the recorded $name', ({ request, valid }) => {
  expect(signerOf(request, [token])).toEqual(valid ? token : null)
})

describe('tokens', () => {
  const [first] = form
  if (first === undefined) throw new Error('no vector')
  const { request } = first
  const account = request.form['AccountSid'] ?? ''

  test('no token, no trust', () => {
    expect(signerOf(request, [])).toBeNull()
  })

  test('the old one and the new one are good while a token is rotated', () => {
    const fresh = { token: 'the-next-one', account: null }
    expect(signerOf(request, [fresh, token])).toEqual(token)
  })

  test('an account’s own token is good for what is about that account', () => {
    expect(signerOf(request, [{ ...token, account }])).toEqual({ ...token, account })
    expect(signerOf(request, [{ ...token, account: 'ACother' }])).toBeNull()
    expect(mayConcern({ ...token, account }, 'ACother')).toBe(false)
    expect(mayConcern(token, 'ACother')).toBe(true)
  })

  test.each(['', 'x', 'srrB2yGNwf5uzZwStAPuiOzou68', '='.repeat(5000)])(
    'not with %s',
    (signature) => {
      expect(signerOf({ ...request, signature }, [token])).toBeNull()
    },
  )
})

describe('bodies', () => {
  const sign = (url: string) => getExpectedTwilioSignature(token.token, url, {})

  test('that are no UTF-8 are hashed as the bytes they are', () => {
    const body = Buffer.from([0x5b, 0xff, 0xfe, 0x5d])
    const hash = createHash('sha256').update(body).digest('hex')
    const url = `https://hub.example.com/twilio/event-streams?bodySHA256=${hash}`
    expect(signerOf({ url, signature: sign(url), body, form: null }, [token])).toEqual(token)
  })

  test('that neither form nor hash covers prove nothing', () => {
    const url = 'https://hub.example.com/twilio/event-streams'
    const body = Buffer.from('[]')
    expect(signerOf({ url, signature: sign(url), body, form: null }, [token])).toBeNull()
  })

  test('are the same with the port that the scheme implies', () => {
    const body = Buffer.from('[]')
    const hash = createHash('sha256').update(body).digest('hex')
    const signed = `https://hub.example.com:443/twilio/event-streams?bodySHA256=${hash}`
    const url = signed.replace(':443', '')
    expect(signerOf({ url, signature: sign(signed), body, form: null }, [token])).toEqual(token)
  })
})
