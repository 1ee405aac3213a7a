import { createPublicKey, verify, type KeyObject } from 'node:crypto'

/** A key as SendGrid shows it: the SPKI form in base64. Throws if it is none, so that a wrong setting is found at start. */
export function toSendGridKey(base64: string): KeyObject {
  return createPublicKey({ key: Buffer.from(base64, 'base64'), format: 'der', type: 'spki' })
}

/** Whether one of the keys signs a body as SendGrid does: ECDSA with SHA-256 over the timestamp and the bytes. */
export function isSignedBySendGrid(
  body: Uint8Array,
  headers: Readonly<Record<string, string>>,
  keys: readonly KeyObject[],
): boolean {
  const signature = headers['x-twilio-email-event-webhook-signature'] ?? ''
  const timestamp = headers['x-twilio-email-event-webhook-timestamp'] ?? ''
  if (signature === '' || timestamp === '') return false
  const signed = Buffer.concat([Buffer.from(timestamp), body])
  return keys.some((key) => verify('sha256', signed, key, Buffer.from(signature, 'base64')))
}
