import { createHash, createHmac, sign, type KeyObject } from 'node:crypto'
import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js'

/** The signature of a form, in the header `X-Twilio-Signature`: of the address and every parameter. */
export function signForm(
  authToken: string,
  url: string,
  form: Readonly<Record<string, string>>,
): string {
  return getExpectedTwilioSignature(authToken, url, form)
}

/** JSON is signed by the address alone, which bears the body's hash. */
export function signJson(
  authToken: string,
  url: string,
  body: string,
): { readonly url: string; readonly signature: string } {
  const hash = createHash('sha256').update(body).digest('hex')
  const separator = url.includes('?') ? '&' : '?'
  const signed = `${url}${separator}bodySHA256=${hash}`
  return { url: signed, signature: getExpectedTwilioSignature(authToken, signed, {}) }
}

/** SendGrid signs the time and the body, byte for byte, by ECDSA. */
export function signMail(privateKey: KeyObject, timestamp: string, body: string): string {
  return sign('sha256', Buffer.from(timestamp + body), privateKey).toString('base64')
}

/** Segment's `X-Signature`. */
export function signProfileCall(sharedSecret: string, body: string): string {
  return createHmac('sha1', sharedSecret).update(body).digest('hex')
}
