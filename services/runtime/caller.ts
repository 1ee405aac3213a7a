import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

/** Tells whether a token is one of these. All are compared, and hashes of one length, so that the time tells nothing. */
export function createTokenCheck(tokens: readonly string[]): (token: string | null) => boolean {
  const hashes = tokens.map(hashOf)
  return (token) => {
    if (token === null) return false
    const given = hashOf(token)
    return hashes.filter((hash) => timingSafeEqual(hash, given)).length > 0
  }
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}

/** The token of an `Authorization` header. */
export function bearerOf(header: string | undefined): string | null {
  return /^bearer +(\S+) *$/i.exec(header ?? '')?.[1] ?? null
}

/** The password of an `Authorization` header of the scheme Basic; the user name tells nothing. */
export function passwordOf(header: string | undefined): string | null {
  const [, encoded] = /^basic +(\S+) *$/i.exec(header ?? '') ?? []
  if (encoded === undefined) return null
  const text = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  return colon < 0 ? null : text.slice(colon + 1)
}

/**
 * Whether a request comes from this machine itself: not through a proxy that runs here, and not from a web page that has
 * made its own name point here.
 */
export function isFromHere(headers: IncomingHttpHeaders, remoteAddress: string): boolean {
  const isForwarded = 'x-forwarded-for' in headers || 'forwarded' in headers
  return (
    /^(127\.|::1$|::ffff:127\.)/.test(remoteAddress) &&
    isLoopbackHost(headers.host ?? '') &&
    !isForwarded
  )
}

/** Whether the `Host` that a client asked for, with or without a port, is this machine by its own names. */
export function isLoopbackHost(host: string): boolean {
  return /^(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])(:\d{1,5})?$/.test(host)
}
