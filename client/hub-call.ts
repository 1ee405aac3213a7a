import type { z } from 'zod'
import { HubError, hubErrorOf } from './hub-error.ts'

export interface HubCallOptions {
  readonly url: string
  /** One of the hub's API tokens; not needed on the hub's own machine where it has none. */
  readonly token?: string | undefined
  /** Breaks off what is under way; a backfill or an audit then ends in the hub too. */
  readonly signal?: AbortSignal
}

/** One call of a running hub. Rejects with a HubError where the hub answers with anything but 2xx. */
export interface HubCall {
  readonly call: (path: string, init?: RequestInit) => Promise<Response>
  readonly get: <T extends z.ZodType>(path: string, schema: T) => Promise<z.infer<T>>
}

export function createHubCall({ url, token, signal }: HubCallOptions): HubCall {
  async function call(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers)
    if (token !== undefined) headers.set('authorization', `Bearer ${token}`)
    const response = await fetch(new URL(path, url), {
      ...init,
      headers,
      ...(signal === undefined ? {} : { signal }),
    })
    if (!response.ok) throw await toError(response)
    return response
  }

  return {
    call,
    get: async (path, schema) => schema.parse(await (await call(path)).json()),
  }
}

export function jsonBody(value: unknown): RequestInit {
  return { headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) }
}

/** Of what is said, with its question mark; what is undefined is not said. */
export function queryOf(asked: object): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(asked)) {
    if (value !== undefined) query.set(name, String(value))
  }
  return query.size === 0 ? '' : `?${query.toString()}`
}

async function toError(response: Response): Promise<HubError> {
  const { status } = response
  const detail = status === 404 ? 'ask a process with the role projections' : 'no answer'
  return (await hubErrorOf(response)) ?? new HubError(status, `${detail} (status ${status})`)
}
