import { createTopicPush, type TopicPushOptions } from '../log/kafka/topic-push.ts'
import { LedgerlineError } from '../runtime/errors.ts'
import { reasonOf } from '../runtime/http-post.ts'
import { failed, type Carrier } from './delivery.ts'

/**
 * Puts parcels into a topic, under the key of whom they are about, with the parcel's own key in the header `idempotency-key`.
 * `taken`: all in-sync replicas have the record. The topic must be there.
 */
export function createKafkaCarrier(options: TopicPushOptions): Carrier {
  const push = createTopicPush(options)
  return {
    // One send at a time is what keeps records from being lost; those given together go together.
    parallelMax: Infinity,
    async send(parcel, signal) {
      if (signal.aborted) return outOfTime(signal)
      const headers = {
        ...parcel.headers,
        'content-type': parcel.contentType,
        'idempotency-key': parcel.key,
      }
      const sending = push.push({ key: parcel.subject, value: parcel.body, headers }).then(
        () => ({ kind: 'taken', detail: 'acknowledged' }) as const,
        (error: unknown) =>
          isTooLarge(error)
            ? ({ kind: 'refused', detail: 'too large for the topic' } as const)
            : failed(reasonOf(error)),
      )
      return Promise.race([sending, outOfTime(signal)])
    },
    close: () => push.close(),
  }
}

function isTooLarge(error: unknown): boolean {
  return error instanceof LedgerlineError && error.code === 'LOG_RECORD_TOO_LARGE'
}

function outOfTime(signal: AbortSignal) {
  return new Promise<ReturnType<typeof failed>>((resolve) => {
    const tell = () => resolve(failed(reasonOf(signal.reason)))
    if (signal.aborted) tell()
    else signal.addEventListener('abort', tell, { once: true })
  })
}
