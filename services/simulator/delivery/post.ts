import { Agent as HttpAgent, request as requestHttp } from 'node:http'
import { Agent as HttpsAgent, request as requestHttps } from 'node:https'

export interface Answer {
  readonly status: number
  /** What `Retry-After` asks for, if it asks. */
  readonly retryAfterMs: number | null
}

export interface Post {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export interface Poster {
  post(post: Post, signal?: AbortSignal): Promise<Answer>
  close(): void
}

/** Posts over connections that stay open, as many as are asked for. What a dying hub does to them is an error. */
export function openPoster(connectionsMax: number, timeoutMs = 15_000): Poster {
  const options = { keepAlive: true, maxSockets: connectionsMax }
  const agents = { 'http:': new HttpAgent(options), 'https:': new HttpsAgent(options) }
  return {
    post(post, signal) {
      const url = new URL(post.url)
      const isHttps = url.protocol === 'https:'
      const send = isHttps ? requestHttps : requestHttp
      const agent = isHttps ? agents['https:'] : agents['http:']
      const length = String(Buffer.byteLength(post.body))
      const headers = { ...post.headers, 'content-length': length }
      return new Promise((resolve, reject) => {
        const request = send(
          url,
          { method: 'POST', headers, agent, timeout: timeoutMs, ...(signal ? { signal } : {}) },
          (response) => {
            response.resume()
            response.once('error', reject)
            response.once('close', () => {
              if (!response.complete) reject(new Error('the answer broke off'))
            })
            response.once('end', () => {
              resolve({
                status: response.statusCode ?? 0,
                retryAfterMs: retryAfterOf(response.headers['retry-after']),
              })
            })
          },
        )
        request.once('timeout', () => request.destroy(new Error('no answer in time')))
        request.once('error', reject)
        request.end(post.body)
      })
    },
    close() {
      agents['http:'].destroy()
      agents['https:'].destroy()
    },
  }
}

function retryAfterOf(value: string | undefined): number | null {
  const seconds = Number(value ?? NaN)
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : null
}
