import { setImmediate as nextTurn } from 'node:timers/promises'
import { LedgerlineError } from '../../runtime/errors.ts'
import { batchBytesMax, batchRecordsMax } from '../limits.ts'
import type { LogRecord, Shard } from '../log.ts'
import type { ShardSource } from '../shard-run.ts'
import type { Topic } from '../topics.ts'
import type { Store } from './store.ts'

export interface Tail {
  /** The records from an offset up to, not including, another: batch by batch, then done. */
  between(
    shard: Shard,
    from: number,
    to: number,
    recordsMax: number,
  ): AsyncGenerator<readonly LogRecord[]>
  /** The records from an offset on, for ever: ends only with the signal. */
  readonly from: ShardSource
  /** Wakes those who wait at the end of these topics. */
  grown(topics: ReadonlySet<Topic>): void
}

/** Reads the store, and waits at its end without asking again and again. */
export function createTail(store: Store): Tail {
  const waiting = new Map<Topic, Set<() => void>>()

  async function* between(shard: Shard, from: number, to: number, recordsMax: number) {
    for (let next = from; next < to;) {
      const limit = Math.min(recordsMax, to - next)
      const records = store.select(shard, next, limit, batchBytesMax)
      if (records.length === 0) throw gap(shard, next, to)
      yield records
      next += records.length
      await nextTurn()
    }
  }

  async function* follow(shard: Shard, from: number, signal: AbortSignal) {
    // Behind the end there is nothing to wait for: what asks for it has read another log than this one.
    if (from > store.end(shard)) throw gap(shard, from, store.end(shard))
    for (let next = from; !signal.aborted;) {
      const records = store.select(shard, next, batchRecordsMax, batchBytesMax)
      if (records.length === 0) {
        await growth(shard.topic, signal)
        continue
      }
      yield records
      next += records.length
      // SQLite answers at once, so a long backlog would otherwise be read in one turn of the event loop.
      await nextTurn()
    }
  }

  function growth(topic: Topic, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const waiters = waiting.get(topic) ?? new Set()
      waiting.set(topic, waiters)
      waiters.add(wake)
      signal.addEventListener('abort', wake)
      function wake() {
        waiters.delete(wake)
        signal.removeEventListener('abort', wake)
        resolve()
      }
    })
  }

  function grown(topics: ReadonlySet<Topic>): void {
    for (const topic of topics) for (const wake of waiting.get(topic) ?? []) wake()
  }

  return { between, from: follow, grown }
}

function gap(shard: Shard, from: number, end: number): LedgerlineError {
  const message = `${shard.topic}/${shard.partition} ends at ${end} and was to be read from ${from}`
  return new LedgerlineError('LOG_UNAVAILABLE', message, { retryable: false })
}
