import type { ParsedUrlQuery } from 'node:querystring'
import type { FastifyRequest } from 'fastify'
import { createTokenCheck } from '../runtime/caller.ts'
import type { Received } from './ingest.ts'
import { signedUrlOf } from './received-request.ts'
import { isSignedBySegment } from './segment-signature.ts'
import { isSignedBySendGrid, toSendGridKey } from './sendgrid-signature.ts'
import { signerOf, type AuthToken } from './signature.ts'
import type { SignatureScheme } from './sources.ts'

/** What the senders prove themselves with. A scheme without any turns away everybody. */
export interface SenderSecrets {
  readonly authTokens: readonly AuthToken[]
  /** How Twilio reaches this hub, such as `https://hub.example.com`; null if it is asked for by its own address. */
  readonly publicUrl: string | null
  /** In base64, as SendGrid shows them. */
  readonly sendGridPublicKeys: readonly string[]
  /** `user:password`, as they stand in the address that mails are posted to. */
  readonly sendGridInboundCredentials: readonly string[]
  readonly segmentSecrets: readonly string[]
}

/** Who has signed something; an account only where the signature is good for no other. */
export type Signer = Pick<AuthToken, 'account'>

export type FindSigner = (
  scheme: SignatureScheme,
  request: FastifyRequest,
  received: Received,
  /** The fields of a form; null for every other body. */
  form: ParsedUrlQuery | null,
) => Signer | null

/** Throws if a key is none. */
export function createSignerCheck(secrets: SenderSecrets): FindSigner {
  const { authTokens, publicUrl, segmentSecrets } = secrets
  const keys = secrets.sendGridPublicKeys.map(toSendGridKey)
  const isCredentials = createTokenCheck(secrets.sendGridInboundCredentials)
  return (scheme, request, received, form) => {
    const { body, headers } = received
    switch (scheme) {
      case 'twilio':
        return twilioSigner(received, form, signedUrlOf(request, publicUrl), authTokens)
      case 'sendgrid':
        return anybody(isSignedBySendGrid(body, headers, keys))
      case 'sendgrid-inbound':
        return anybody(
          isSignedBySendGrid(body, headers, keys) ||
            isCredentials(basicOf(headers['authorization'])),
        )
      case 'segment':
        return anybody(isSignedBySegment(body, headers['x-signature'] ?? '', segmentSecrets))
    }
  }
}

/** Whether anybody could prove himself by this scheme. */
export function isAwaited(scheme: SignatureScheme, secrets: SenderSecrets): boolean {
  const { authTokens, sendGridPublicKeys, sendGridInboundCredentials, segmentSecrets } = secrets
  switch (scheme) {
    case 'twilio':
      return authTokens.length > 0
    case 'sendgrid':
      return sendGridPublicKeys.length > 0
    case 'sendgrid-inbound':
      return sendGridPublicKeys.length + sendGridInboundCredentials.length > 0
    case 'segment':
      return segmentSecrets.length > 0
  }
}

function anybody(isSigned: boolean): Signer | null {
  return isSigned ? { account: null } : null
}

function twilioSigner(
  { body, headers }: Received,
  form: ParsedUrlQuery | null,
  url: string | null,
  tokens: readonly AuthToken[],
): Signer | null {
  if (url === null) return null
  return signerOf({ url, signature: headers['x-twilio-signature'] ?? '', body, form }, tokens)
}

/** User and password of an `Authorization` header. */
function basicOf(header: string | undefined): string | null {
  const encoded = /^basic +([A-Za-z0-9+/=]+) *$/i.exec(header ?? '')?.[1]
  return encoded === undefined ? null : Buffer.from(encoded, 'base64').toString('utf8')
}
