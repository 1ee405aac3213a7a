import type { Clock } from '../../runtime/clock.ts'
import { LedgerlineError } from '../../runtime/errors.ts'
import { retry } from '../../runtime/retry.ts'
import type { Post, Poster } from './post.ts'

export interface Parcel {
  readonly post: Post
  /** The sids of the events inside. */
  readonly sids: readonly string[]
}

export interface SenderOptions {
  readonly poster: Poster
  readonly concurrency: number
  readonly clock: Clock
  readonly signal?: AbortSignal | undefined
  readonly onSent: (parcel: Parcel) => void
  readonly onAcknowledged: (parcel: Parcel) => void
  readonly onRetry: () => void
}

export interface Sender {
  /** Resolves when the parcel is on its way and there is room for another; rejects when an earlier one was refused. */
  send(parcel: Parcel): Promise<void>
  /** Resolves when all parcels are acknowledged, or the signal has stopped them. */
  drain(): Promise<void>
}

/**
 * Sends a bounded number of parcels at once, and each again until the hub has acknowledged it: a hub that is killed and
 * started again misses nothing. A refusal that no repetition would heal ends it all.
 */
export function createSender(options: SenderOptions): Sender {
  const underWay = new Set<Promise<void>>()
  const failures: unknown[] = []

  async function deliver(parcel: Parcel): Promise<void> {
    try {
      await retry(() => attempt(parcel), patience, options.clock, options.signal)
      options.onAcknowledged(parcel)
    } catch (error) {
      if (options.signal?.aborted !== true) failures.push(error)
    }
  }

  async function attempt(parcel: Parcel): Promise<void> {
    const { poster, clock, signal } = options
    let failure: LedgerlineError
    try {
      const { status, retryAfterMs } = await poster.post(parcel.post, signal)
      if (status >= 200 && status < 300) return
      const retryable = status === 429 || status === 408 || status >= 500
      failure = unreachable(`the hub answered ${status}`, { retryable })
      if (retryable && retryAfterMs !== null) {
        await clock.sleep(Math.min(retryAfterMs, retryAfterMsMax), signal)
      }
    } catch (cause) {
      failure = unreachable('the hub does not answer', { retryable: true, cause })
    }
    if (failure.retryable) options.onRetry()
    throw failure
  }

  return {
    async send(parcel) {
      if (failures.length > 0) throw failures[0]
      options.onSent(parcel)
      const delivery = deliver(parcel).finally(() => underWay.delete(delivery))
      underWay.add(delivery)
      if (underWay.size >= options.concurrency) await Promise.race(underWay)
    },
    async drain() {
      await Promise.all(underWay)
      if (failures.length > 0) throw failures[0]
    },
  }
}

const patience = { attemptsMax: Infinity, firstDelayMs: 50, delayMaxMs: 2_000 }
const retryAfterMsMax = 2_000

function unreachable(
  message: string,
  options: { readonly retryable: boolean; readonly cause?: unknown },
): LedgerlineError {
  return new LedgerlineError('HUB_UNREACHABLE', message, options)
}
