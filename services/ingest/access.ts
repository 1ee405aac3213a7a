import { Webhook } from 'standardwebhooks'
import { bearerOf, createTokenCheck, isFromHere } from '../runtime/caller.ts'

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
  const isToken = createTokenCheck(apiTokens)
  const webhooks = standardWebhookSecrets.map((secret) => new Webhook(secret))
  const isOpen = apiTokens.length === 0 && webhooks.length === 0
  return ({ headers, body, remoteAddress }) => {
    if (isOpen) return isFromHere(headers, remoteAddress)
    if (isToken(bearerOf(headers['authorization']))) return true
    return webhooks.some((webhook) => isSignedBy(webhook, headers, body))
  }
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
