import { Webhook } from 'standardwebhooks'
import type { AlertDelivery } from '../../schemas/feeds/alerts.ts'

export interface WebhookTarget {
  readonly url: string
  /** `whsec_` and base64, as Standard Webhooks has it. */
  readonly secret: string
}

/** What became of an attempt: taken, not now, or never as it is. The reason is a status or the code of an error. */
export type Attempt =
  { readonly kind: 'taken' } | { readonly kind: 'failed' | 'refused'; readonly reason: string }

/**
 * Posts deliveries, signed as Standard Webhooks ask: HMAC-SHA256 of id, time and body, so that any of its libraries can check
 * them. Throws if the secret is none. `now` is the wall's time: a signature is good for some minutes.
 */
export function createWebhook({ url, secret }: WebhookTarget) {
  const webhook = new Webhook(secret)
  return async (
    { id, at, alerts }: AlertDelivery,
    now: Date,
    stopping: AbortSignal,
  ): Promise<Attempt> => {
    const body = JSON.stringify({ id, at, alerts } satisfies AlertDelivery)
    try {
      const response = await fetch(url, {
        method: 'POST',
        body,
        headers: {
          'content-type': 'application/json',
          'webhook-id': id,
          'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
          'webhook-signature': webhook.sign(id, now, body),
        },
        // A body that is signed for one address is not carried to another.
        redirect: 'manual',
        signal: AbortSignal.any([stopping, AbortSignal.timeout(patienceMs)]),
      })
      await response.body?.cancel()
      if (response.ok) return { kind: 'taken' }
      const reason = `status ${response.status}`
      return { kind: neverAsItIs.has(response.status) ? 'refused' : 'failed', reason }
    } catch (error) {
      return { kind: 'failed', reason: reasonOf(error) }
    }
  }
}

const patienceMs = 10_000

/** What is wrong with the body will be wrong with it tomorrow, and would hold up all that comes after it. */
const neverAsItIs = new Set([400, 413, 415, 422])

/** The words of an error may have the address in them, which may be a secret. */
function reasonOf(error: unknown): string {
  const inner = error instanceof Error ? (error.cause ?? error) : error
  if (typeof inner !== 'object' || inner === null) return 'unknown'
  if ('code' in inner && typeof inner.code === 'string') return inner.code
  return inner instanceof Error ? inner.name : 'unknown'
}
