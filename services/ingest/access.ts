import { createHash, timingSafeEqual } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import { isLoopbackAddress, isLoopbackHost } from './loopback.ts'

/** Who may call the API. With neither tokens nor secrets only callers on this machine may. */
export interface Access {
  readonly apiTokens: readonly string[]
  readonly standardWebhookSecrets: readonly string[]
}

export interface ApiCall {
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  readonly remoteAddress: string
}

export type IsAllowed = (call: ApiCall) => boolean

/** Throws if a secret is none, so that a wrong setting is found at start. */
export function createAccess({ apiTokens, standardWebhookSecrets }: Access): IsAllowed {
  const hashes = apiTokens.map(hashOf)
  const webhooks = standardWebhookSecrets.map((secret) => new Webhook(secret))
  const isOpen = hashes.length === 0 && webhooks.length === 0
  return ({ headers, body, remoteAddress }) => {
    if (isOpen) return isFromHere(headers, remoteAddress)
    const given = bearerOf(headers['authorization'])
    if (given !== null && isAmong(hashes, given)) return true
    return webhooks.some((webhook) => isSignedBy(webhook, headers, body))
  }
}

/** All are compared, and hashes of one length, so that the time tells nothing about any. */
function isAmong(hashes: readonly Buffer[], token: string): boolean {
  const given = hashOf(token)
  return hashes.filter((hash) => timingSafeEqual(hash, given)).length > 0
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}

function bearerOf(header: string | undefined): string | null {
  return /^bearer +(\S+) *$/i.exec(header ?? '')?.[1] ?? null
}

function isSignedBy(
  webhook: Webhook,
  headers: Readonly<Record<string, string>>,
  body: Buffer,
): boolean {
  try {
    webhook.verify(body, { ...headers }, { jsonParse: false })
    return true
  } catch {
    // It throws for a wrong signature and for headers that make no sense; either way nobody has signed this.
    return false
  }
}

/** Not through a proxy on this machine, and not from a web page that has made its own name point here. */
function isFromHere(headers: Readonly<Record<string, string>>, remoteAddress: string): boolean {
  const isForwarded = 'x-forwarded-for' in headers || 'forwarded' in headers
  return isLoopbackAddress(remoteAddress) && isLoopbackHost(headers['host'] ?? '') && !isForwarded
}
