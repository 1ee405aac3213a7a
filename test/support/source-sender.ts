import { createHash, createHmac, generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import { parse } from 'node:querystring'
import type { InjectOptions } from 'fastify'
import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js'
import type { IngestConfig } from '../../services/ingest/routes.ts'
import type { Source } from '../../services/ingest/sources.ts'

/** Somebody who sends to the hub and can sign for it: what he says, by any of the schemes, as the real senders do. */
export interface Sender {
  readonly authToken: string
  readonly sendGridKey: KeyObject
  readonly sendGridPublicKey: string
  readonly segmentSecret: string
}

export function createSender(name: string): Sender {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return {
    authToken: `auth-token-of-${name}`,
    sendGridKey: privateKey,
    sendGridPublicKey: publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
    segmentSecret: `shared-secret-of-${name}`,
  }
}

/** A hub that knows this sender, and nobody else. */
export function knowing(sender: Sender): Partial<IngestConfig> {
  return {
    authTokens: [{ token: sender.authToken, account: null }],
    sendGridPublicKeys: [sender.sendGridPublicKey],
    segmentSecrets: [sender.segmentSecret],
  }
}

export interface Sending {
  readonly body: Buffer
  readonly contentType: string
}

/** The request with which the sender would say it. */
export function requestOf(source: Source, sending: Sending, sender: Sender): InjectOptions {
  const { body, contentType } = sending
  const { url, headers } = signedBy(source, sending, sender)
  return {
    method: 'POST',
    url,
    headers: { ...headers, 'content-type': contentType },
    payload: body,
  }
}

function signedBy(source: Source, { body, contentType }: Sending, sender: Sender) {
  const { path } = source
  switch (source.signedBy) {
    case 'twilio': {
      const isForm = contentType.startsWith(formType)
      const hash = createHash('sha256').update(body).digest('hex')
      const url = isForm ? path : `${path}?bodySHA256=${hash}`
      const fields = isForm ? parse(body.toString('utf8')) : {}
      const signature = getExpectedTwilioSignature(
        sender.authToken,
        `http://localhost${url}`,
        fields,
      )
      return { url, headers: { 'x-twilio-signature': signature } }
    }
    case 'sendgrid':
    case 'sendgrid-inbound':
      return { url: path, headers: sendGridHeaders(body, sender) }
    case 'segment': {
      const signature = createHmac('sha1', sender.segmentSecret).update(body).digest('hex')
      return { url: path, headers: { 'x-signature': signature } }
    }
  }
}

export const formType = 'application/x-www-form-urlencoded'

export function sendGridHeaders(body: Buffer, sender: Sender): Record<string, string> {
  const timestamp = '1773169205'
  const signed = Buffer.concat([Buffer.from(timestamp), body])
  return {
    'x-twilio-email-event-webhook-signature': sign('sha256', signed, sender.sendGridKey).toString(
      'base64',
    ),
    'x-twilio-email-event-webhook-timestamp': timestamp,
  }
}
