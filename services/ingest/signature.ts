import { createHash, timingSafeEqual } from 'node:crypto'
import type { ParsedUrlQuery } from 'node:querystring'
import { validateRequest } from 'twilio/lib/webhooks/webhooks.js'

/** An account's Auth Token. Two of one account are good while the token is being rotated. */
export interface AuthToken {
  readonly token: string
  /** Null: whatever account the request is about, as for a parent that signs for its sub-accounts. */
  readonly account: string | null
}

export interface SignedRequest {
  /** The address as it is set up at Twilio: scheme, host, path and query. */
  readonly url: string
  readonly signature: string
  readonly body: Uint8Array
  /** The fields of a form; null for every other body. */
  readonly form: ParsedUrlQuery | null
}

/**
 * The token that the request is signed with, or null. A form is signed with its fields; any other body by its SHA-256
 * in the query, which the signature covers. A body that neither covers proves nothing.
 */
export function signerOf(request: SignedRequest, tokens: readonly AuthToken[]): AuthToken | null {
  const { url, signature, form } = request
  const hash = bodyHashIn(url)
  if (hash === null && form === null) return null
  if (hash !== null && !isHashOf(hash, request.body)) return null
  const fields = hash === null && form !== null ? form : {}
  for (const candidate of tokens) {
    if (!mayConcern(candidate, form?.['AccountSid'])) continue
    if (validateRequest(candidate.token, signature, url, fields)) return candidate
  }
  return null
}

/** What an account's own token signs may be about no other account. */
export function mayConcern(token: Pick<AuthToken, 'account'>, account: unknown): boolean {
  return token.account === null || account === undefined || account === token.account
}

function bodyHashIn(url: string): string | null {
  const query = url.indexOf('?')
  return query < 0 ? null : new URLSearchParams(url.slice(query)).get('bodySHA256')
}

/** Twilio's own check makes a string of the body first, which a body that is no UTF-8 does not survive. */
function isHashOf(hash: string, body: Uint8Array): boolean {
  return isSame(hash, createHash('sha256').update(body).digest('hex'))
}

/** In a time that does not tell how much of it was right. */
function isSame(given: string, expected: string): boolean {
  const a = Buffer.from(given)
  const b = Buffer.from(expected)
  return a.length === b.length && timingSafeEqual(a, b)
}
