import { createSignature, type SignBody } from './webhook-signature.ts'

export interface DeliveryOptions {
  /** Where the hub is: `https://hub.example.com`. */
  readonly url: string
  /** One of the hub's API tokens. */
  readonly token?: string | undefined
  /** Instead of a token: a secret to sign with, after Standard Webhooks. */
  readonly standardWebhookSecret?: string | undefined
  /** How long the hub may take to answer one attempt. */
  readonly timeoutMs?: number
  /** The delay after the first failure; it doubles with each, up to the longest. */
  readonly retryDelayMs?: number
  readonly retryDelayMsMax?: number
  /** How long it is tried again. By then the events are the caller's again. */
  readonly retryForMs?: number
}

/** What is wrong with an event, and where: a JSON pointer into the event. */
export interface EventFault {
  readonly pointer: string
  readonly detail: string
}

/** The events are not in the ledger, as far as the client knows, and it will not try again. */
export class SendError extends Error {
  /** What the hub has answered last; null if it has not. */
  readonly status: number | null
  /** Everything that is wrong, where the hub has found the events wrong. */
  readonly faults: readonly EventFault[]

  constructor(
    message: string,
    status: number | null,
    faults: readonly EventFault[] = [],
    options?: ErrorOptions,
  ) {
    super(
      [message, ...faults.map((fault) => `${fault.pointer}: ${fault.detail}`)].join('; '),
      options,
    )
    this.name = 'SendError'
    this.status = status
    this.faults = faults
  }
}

/** Resolves when the hub has the batch on disk. Throws a `SendError`, or what the signal was aborted with. */
export type Deliver = (batch: string, signal: AbortSignal) => Promise<void>

/**
 * Posts a batch until the hub has answered that it has it. No answer, a full hub and a hub in trouble are tried again, which
 * repeats no event: each keeps its id. A hub that says that the batch is wrong is believed at once.
 */
export function createDelivery(options: DeliveryOptions): Deliver {
  const { token, standardWebhookSecret: secret } = options
  const { timeoutMs = 10_000, retryForMs = 900_000 } = options
  const { retryDelayMs = 250, retryDelayMsMax = 30_000 } = options
  const address = `${options.url.replace(/\/+$/, '')}/events`
  const sign: SignBody = secret === undefined ? () => Promise.resolve({}) : createSignature(secret)

  async function attempt(batch: string, messageId: string, signal: AbortSignal): Promise<Outcome> {
    const headers = new Headers(await sign(messageId, batch))
    headers.set('content-type', 'application/cloudevents-batch+json')
    if (token !== undefined) headers.set('authorization', `Bearer ${token}`)
    const limit = AbortSignal.timeout(timeoutMs)
    try {
      const response = await fetch(address, {
        method: 'POST',
        headers,
        body: batch,
        // A redirected POST becomes a GET, whose answer would say nothing about the events.
        redirect: 'manual',
        signal: AbortSignal.any([signal, limit]),
      })
      const retryAfterMs = retryAfterOf(response)
      return { status: response.status, text: await response.text(), retryAfterMs, cause: null }
    } catch (cause) {
      signal.throwIfAborted()
      return { status: null, text: '', retryAfterMs: 0, cause }
    }
  }

  return async (batch, signal) => {
    const giveUpAt = performance.now() + retryForMs
    const messageId = `msg_${crypto.randomUUID()}`
    for (let failures = 0; ; failures++) {
      signal.throwIfAborted()
      const outcome = await attempt(batch, messageId, signal)
      const { status } = outcome
      if (status !== null && status >= 200 && status < 300) return
      const delayMs = Math.max(
        outcome.retryAfterMs,
        Math.min(retryDelayMs * 2 ** failures, retryDelayMsMax) * (0.5 + Math.random() / 2),
      )
      if (!mayPass(status) || performance.now() + delayMs > giveUpAt) throw toError(outcome)
      await pause(delayMs, signal)
    }
  }
}

interface Outcome {
  readonly status: number | null
  readonly text: string
  readonly retryAfterMs: number
  readonly cause: unknown
}

function mayPass(status: number | null): boolean {
  return status === null || status === 408 || status === 429 || status >= 500
}

/** Seconds, or a date. */
function retryAfterOf({ headers }: Response): number {
  const text = headers.get('retry-after')
  if (text === null) return 0
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now()
  return ms > 0 ? ms : 0
}

function toError({ status, text, cause }: Outcome): SendError {
  if (status === null) return new SendError('the hub does not answer', null, [], { cause })
  const { detail, errors } = problemIn(text)
  return new SendError(detail ?? `the hub answers with status ${status}`, status, errors)
}

function problemIn(text: string): { detail: string | null; errors: readonly EventFault[] } {
  let problem: unknown
  try {
    problem = JSON.parse(text)
  } catch {
    // Whatever stands between has answered, not the hub.
  }
  if (typeof problem !== 'object' || problem === null) return { detail: null, errors: [] }
  const errors: unknown = 'errors' in problem ? problem.errors : []
  return {
    detail: 'detail' in problem && typeof problem.detail === 'string' ? problem.detail : null,
    errors: Array.isArray(errors) ? errors.filter(isFault) : [],
  }
}

function isFault(value: unknown): value is EventFault {
  return (
    typeof value === 'object' &&
    value !== null &&
    'pointer' in value &&
    typeof value.pointer === 'string' &&
    'detail' in value &&
    typeof value.detail === 'string'
  )
}

/** Ends early, and well, when the signal is aborted: who waits looks at it himself. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    signal.addEventListener('abort', end)
  })
}
