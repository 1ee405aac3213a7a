import { Webhook } from 'standardwebhooks'
import type { AlertDelivery } from '../../schemas/feeds/alerts.ts'
import { postOnce } from '../runtime/http-post.ts'

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
    const answer = await postOnce({
      ...{ url, body },
      headers: {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
        'webhook-signature': webhook.sign(id, now, body),
      },
      signal: AbortSignal.any([stopping, AbortSignal.timeout(patienceMs)]),
    })
    if (answer.kind === 'unreachable') return { kind: 'failed', reason: answer.reason }
    const { status } = answer
    if (status >= 200 && status < 300) return { kind: 'taken' }
    const reason = `status ${status}`
    return { kind: neverAsItIs.has(status) ? 'refused' : 'failed', reason }
  }
}

const patienceMs = 10_000

/** What is wrong with the body will be wrong with it tomorrow, and would hold up all that comes after it. */
const neverAsItIs = new Set([400, 413, 415, 422])
