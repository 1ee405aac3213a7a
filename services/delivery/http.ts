import { postOnce, type HttpAnswer } from '../runtime/http-post.ts'
import { failed, type Answer, type Carrier } from './delivery.ts'

export interface HttpOptions {
  readonly url: string
  /** Sent with everything, such as Authorization. */
  readonly headers: Readonly<Record<string, string>>
}

/**
 * Posts parcels: JSON, SOAP, whatever their content type says. `taken`: a status from 200 to 299. A redirection fails: an address
 * is right or it is to be put right.
 */
export function createHttpCarrier({ url, headers }: HttpOptions): Carrier {
  return {
    parallelMax: Infinity,
    async send(parcel, signal) {
      const answer = await postOnce({
        ...{ url, body: parcel.body, signal, answerCharsMax },
        headers: {
          ...{ ...parcel.headers, ...headers },
          'content-type': parcel.contentType,
          'idempotency-key': parcel.key,
        },
      })
      return toAnswer(answer)
    },
    close: () => Promise.resolve(),
  }
}

/** As much as a fault of SOAP takes. */
const answerCharsMax = 16_384

export function toAnswer(answer: HttpAnswer): Answer {
  if (answer.kind === 'unreachable') return failed(answer.reason)
  const { status, retryAfterMs } = answer
  const detail = `status ${status}`
  if (status >= 200 && status < 300) return { kind: 'taken', detail }
  if (status === 500 && isOurFault(answer.text)) {
    return { kind: 'refused', detail: 'SOAP fault of the client' }
  }
  const isForGood = status >= 400 && status < 500 && !mayPass.has(status)
  return isForGood ? { kind: 'refused', detail } : failed(detail, retryAfterMs)
}

/**
 * What passes, or is put right without changing what was sent: wrong credentials and addresses (401, 403, 404, 405, 407),
 * a target that is busy (408, 409, 421, 423, 425, 429). To give all that waits up because a password has run out would lose it.
 */
const mayPass = new Set([401, 403, 404, 405, 407, 408, 409, 421, 423, 425, 429])

/** SOAP 1.1 has every fault under status 500, and says by `Client` that the message must not be sent again as it is. */
function isOurFault(text: string): boolean {
  return /<faultcode[^>]*>\s*(?:[\w.-]+:)?Client\b/.test(text)
}
