export interface HttpPost {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array | string
  /** Ends the attempt: because time is up, or because the hub closes. */
  readonly signal: AbortSignal
  /** Of the answer no more is read than this. */
  readonly answerCharsMax?: number
}

/** What a server said, or the code of the error by which it could not be asked: never a word of the address. */
export type HttpAnswer =
  | {
      readonly kind: 'answered'
      readonly status: number
      /** Null where the server does not say. */
      readonly retryAfterMs: number | null
      /** The beginning of the body; empty unless asked for. */
      readonly text: string
    }
  | { readonly kind: 'unreachable'; readonly reason: string }

/**
 * Posts once. Never rejects. A redirection is an answer like any other: what is meant, and perhaps signed, for one address is
 * not carried to another. Certificates are checked, against the system's authorities and those of NODE_EXTRA_CA_CERTS.
 */
export async function postOnce(post: HttpPost): Promise<HttpAnswer> {
  const { url, headers, body, signal, answerCharsMax = 0 } = post
  try {
    const response = await fetch(url, {
      ...{ method: 'POST', headers, body, signal },
      redirect: 'manual',
    })
    return {
      kind: 'answered',
      status: response.status,
      retryAfterMs: retryAfterMs(response.headers.get('retry-after'), Date.now()),
      text: await beginningOf(response, answerCharsMax),
    }
  } catch (error) {
    return { kind: 'unreachable', reason: reasonOf(error) }
  }
}

/** RFC 9110: seconds, or the wall's time at which. Null for what is neither. */
export function retryAfterMs(header: string | null, now: number): number | null {
  const text = header?.trim() ?? ''
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000
  const at = /[a-z]/i.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(at) ? null : Math.max(0, at - now)
}

/** The words of an error may have the address in them, which may be a secret. */
export function reasonOf(error: unknown): string {
  const inner = error instanceof Error ? (error.cause ?? error) : error
  if (typeof inner !== 'object' || inner === null) return 'unknown'
  if ('code' in inner && typeof inner.code === 'string') return inner.code
  return inner instanceof Error ? inner.name : 'unknown'
}

async function beginningOf({ body }: Response, charsMax: number): Promise<string> {
  if (body === null) return ''
  if (charsMax === 0) {
    await body.cancel()
    return ''
  }
  let text = ''
  // Leaving the loop early lets go of the rest.
  for await (const piece of body.pipeThrough(new TextDecoderStream())) {
    text += piece
    if (text.length >= charsMax) break
  }
  return text.slice(0, charsMax)
}
