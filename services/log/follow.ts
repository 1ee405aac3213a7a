import { setMaxListeners } from 'node:events'
import type { LogRecord, Shard } from './log.ts'
import type { ShardSource } from './shard-run.ts'

export interface Following {
  /** Rejects with what the first shard to fail failed with; resolves when it was stopped. */
  readonly finished: Promise<unknown>
  readonly stop: () => Promise<unknown>
}

/** Hands on all shards side by side. One that fails ends the others: a part must not pass for the whole. */
export function followShards(
  shards: readonly Shard[],
  from: (shard: Shard) => number,
  source: ShardSource,
  onBatch: (shard: Shard, records: readonly LogRecord[]) => Promise<void>,
): Following {
  const stopping = new AbortController()
  // Every shard listens to it; Node would take more than ten for a leak.
  setMaxListeners(0, stopping.signal)
  const followed = shards.map(async (shard) => {
    for await (const records of source(shard, from(shard), stopping.signal)) {
      await onBatch(shard, records)
      if (stopping.signal.aborted) break
    }
  })
  return {
    finished: Promise.all(followed),
    stop: () => {
      stopping.abort()
      return Promise.allSettled(followed)
    },
  }
}
