import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { packageRoot } from '../../../../services/runtime/package-root.ts'
import { signForm, signJson } from '../../../../services/simulator/wire/signature.ts'

const vectorsSchema = z.object({
  auth_token: z.string(),
  form: z.array(
    z.object({
      url: z.string(),
      params: z.record(z.string(), z.string()),
      x_twilio_signature: z.string(),
      valid: z.boolean(),
    }),
  ),
  json: z.array(
    z.object({
      url: z.string(),
      raw_body: z.string(),
      x_twilio_signature: z.string(),
      valid: z.boolean(),
    }),
  ),
})

const file = join(packageRoot, 'test/fixtures/twilio/signatures/twilio_vectors.json')
const vectors = vectorsSchema.parse(JSON.parse(readFileSync(file, 'utf8')))

test('forms are signed as Twilio signs them', () => {
  for (const { url, params, x_twilio_signature: signature, valid } of vectors.form) {
    expect(signForm(vectors.auth_token, url, params) === signature).toBe(valid)
  }
})

test('JSON is signed by its address, which bears the hash of the body', () => {
  const vector = vectors.json.find(({ valid }) => valid)
  if (vector === undefined) throw new Error('no vector')
  const plain = vector.url.slice(0, vector.url.indexOf('?'))
  expect(signJson(vectors.auth_token, plain, vector.raw_body)).toEqual({
    url: vector.url,
    signature: vector.x_twilio_signature,
  })
})
