import BaseTwilio from 'twilio/lib/base/BaseTwilio.js'
import RequestClient from 'twilio/lib/base/RequestClient.js'
import { z } from 'zod'
import type { Clock } from '../runtime/clock.ts'
import { LedgerlineError } from '../runtime/errors.ts'
import { retry, type RetryPolicy } from '../runtime/retry.ts'
import { createRequestBudget } from './request-budget.ts'

/** Twilio's REST API. Answers are as they came: what the ledger keeps of an event must not have been through a model. */
export interface TwilioRest {
  readonly account: string
  get(url: string, parameters?: Parameters): Promise<unknown>
  /** Is not sent again when nobody knows whether it has been carried out. */
  post(url: string, form: Parameters): Promise<unknown>
  /** The same, within the same budget; ends waiting and trying when the signal aborts. */
  until(signal: AbortSignal): TwilioRest
}

/** A list is sent as the same name several times. */
export type Parameters = Readonly<Record<string, string | number | boolean | readonly string[]>>

export interface TwilioRestOptions {
  readonly account: string
  /** An API key's sid and secret, or the account's sid and its auth token. */
  readonly username: string
  readonly password: string
  readonly requestsPerSecond: number
  /** Another address in the place of Twilio's. */
  readonly baseUrl?: string | undefined
  readonly clock: Clock
  readonly retryPolicy?: RetryPolicy
}

/**
 * Speaks through Twilio's own client. Whatever may pass is tried again here, and nowhere else; what remains is thrown as
 * `TWILIO_UNAVAILABLE` (try later) or `TWILIO_REFUSED` (something is set wrongly).
 */
export function openTwilioRest(options: TwilioRestOptions): TwilioRest {
  const { account, username, password, requestsPerSecond, clock } = options
  const budget = createRequestBudget(requestsPerSecond, clock)
  const client = new BaseTwilio.Client(username, password, {
    accountSid: account,
    // Without it the client would look for settings of its own in the environment.
    env: {},
    httpClient: new RedirectedClient(options.baseUrl),
    userAgentExtensions: ['ledgerline'],
  })

  function open(signal?: AbortSignal): TwilioRest {
    return {
      account,
      get: (url, parameters = {}) =>
        send(
          'get',
          url,
          Object.keys(parameters).length === 0 ? {} : { params: parameters },
          signal,
        ),
      post: (url, form) => send('post', url, { data: form }, signal),
      until: open,
    }
  }

  function send(method: Method, url: string, sent: object, signal?: AbortSignal) {
    const policy = options.retryPolicy ?? patience
    return retry(() => once(method, url, sent, signal), policy, clock, signal)
  }

  async function once(method: Method, url: string, sent: object, signal?: AbortSignal) {
    await budget.take(signal)
    signal?.throwIfAborted()
    // The client writes into the headers that it is given.
    const request = { ...sent, method, uri: url, headers: {} }
    const answer: unknown = await client.request(request).catch((error: unknown) => {
      throw unreachable(method, url, error)
    })
    const { statusCode: status, headers, body } = answerSchema.parse(answer)
    budget.heed(status, (name) => textOf(headers[name]))
    if (status >= 200 && status < 300) return body
    throw turnedAway(method, url, status, body)
  }

  return open()
}

type Method = 'get' | 'post'

/** About a minute of trying. */
const patience: RetryPolicy = { attemptsMax: 8, firstDelayMs: 500, delayMaxMs: 30_000 }

const answerSchema = z.object({
  statusCode: z.int(),
  // An object of a class of its own, which is no record.
  headers: z.looseObject({}),
  body: z.unknown(),
})

/** `https://taskrouter.twilio.com/v1/…` at `http://127.0.0.1:9` is `http://127.0.0.1:9/taskrouter/v1/…`. */
class RedirectedClient extends RequestClient {
  readonly #baseUrl: string | undefined

  constructor(baseUrl: string | undefined) {
    super({ timeout: 30_000 })
    this.#baseUrl = baseUrl?.replace(/\/+$/, '')
  }

  override request<TData>(options: RequestClient.RequestOptions<TData>) {
    if (this.#baseUrl === undefined) return super.request(options)
    const { hostname, pathname, search } = new URL(options.uri)
    const product = hostname.split('.', 1).join('')
    return super.request({ ...options, uri: `${this.#baseUrl}/${product}${pathname}${search}` })
  }
}

/** The library's error holds the whole request with its password, so it goes no further than here. */
function unreachable(method: string, url: string, error: unknown): LedgerlineError {
  const cause = new Error(error instanceof Error ? error.message : 'no answer')
  const message = `${method.toUpperCase()} ${placeOf(url)}`
  return new LedgerlineError('TWILIO_UNAVAILABLE', message, { retryable: method === 'get', cause })
}

const problemSchema = z.object({ code: z.int() })

function turnedAway(method: string, url: string, status: number, body: unknown): LedgerlineError {
  const code = problemSchema.safeParse(body).data?.code
  const answer = `answers ${status}${code === undefined ? '' : ` (Twilio's error ${code})`}`
  const message = `${method.toUpperCase()} ${placeOf(url)} ${answer}${advice.get(status) ?? ''}`
  const mayPass = status === 429 || (status >= 500 && method === 'get')
  return new LedgerlineError(
    status === 429 || status >= 500 ? 'TWILIO_UNAVAILABLE' : 'TWILIO_REFUSED',
    message,
    { retryable: mayPass },
  )
}

const advice = new Map([
  [401, ': see TWILIO_ACCOUNT_SID, TWILIO_API_KEY and TWILIO_API_SECRET'],
  [403, ': the API key may not do this'],
  [404, ': see TWILIO_ACCOUNT_SID and TWILIO_WORKSPACE_SID'],
])

/** Without the query: it may hold a number or a name. */
function placeOf(url: string): string {
  const { hostname, pathname } = new URL(url)
  return `${hostname}${pathname}`
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null
}
