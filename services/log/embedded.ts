import { mkdir } from 'node:fs/promises'
import { systemClock, type Clock } from '../runtime/clock.ts'
import { silentLogger, type Logger } from '../runtime/logger.ts'
import { createWriter } from './disk/writer.ts'
import { createGroups } from './embedded/groups.ts'
import { openStore } from './embedded/store.ts'
import { createTail } from './embedded/tail.ts'
import { followShards } from './follow.ts'
import { placeRecords } from './limits.ts'
import type { EventLog, LogRecord, NewRecord, Shard, ShardConsumer } from './log.ts'
import { createSubscription, type OpenSubscription } from './open-subscription.ts'
import { shardsOf } from './shards.ts'
import type { Topic } from './topics.ts'

export interface EmbeddedLogOptions {
  readonly folder: string
  /** Of a log that does not exist yet; an old one keeps what it was created with. 4 unless given. */
  readonly partitions?: number
  /** Likewise. A log whose rows are to win against those of another needs a higher one; 1 unless given. */
  readonly epoch?: number
  readonly clock?: Clock
  /** Hears of consumers that reject. */
  readonly logger?: Logger
  /** Below this much free space on the disk `append` rejects with `LOG_FULL`; 256 MiB unless given. */
  readonly spaceMinBytes?: number
}

/**
 * A log in one folder for one process: SQLite, flushed to the disk before an append resolves. Groups live in this
 * process only. Rejects with `LOG_UNAVAILABLE`, not retryable, when another process has the folder open.
 */
export async function openEmbeddedLog(options: EmbeddedLogOptions): Promise<EventLog> {
  const { folder, partitions = 4, epoch = 1, spaceMinBytes = 256 * 1024 * 1024 } = options
  const { clock = systemClock, logger = silentLogger } = options
  await mkdir(folder, { recursive: true })
  const store = openStore({ folder, partitions, epoch, spaceMinBytes })
  const tail = createTail(store)
  const writer = createWriter(store, clock, (topics) => tail.grown(topics))
  const groups = createGroups(store.partitions, { source: tail.from, clock, logger })
  const subscriptions = new Set<OpenSubscription>()
  const partitionsOf = () => store.partitions
  const numbers = Array.from({ length: store.partitions }, (_, partition) => partition)

  async function append(topic: Topic, records: readonly NewRecord[]) {
    return writer.append(topic, placeRecords(records, store.partitions))
  }

  function follow(
    topics: readonly Topic[],
    from: (shard: Shard) => number,
    onBatch: (shard: Shard, records: readonly LogRecord[]) => Promise<void>,
  ) {
    const following = followShards(shardsOf(topics, partitionsOf), from, tail.from, onBatch)
    const subscription = track(following.stop)
    following.finished.catch(subscription.fail)
    return Promise.resolve(subscription)
  }

  function subscribe(group: string, topics: readonly Topic[], consumer: ShardConsumer) {
    const subscription = track(() => member.leave())
    const member = groups.join(group, topics, consumer, subscription.fail)
    return Promise.resolve(subscription)
  }

  function track(stop: () => Promise<unknown>): OpenSubscription {
    // Nobody but the consumer keeps positions of this log, so there is nobody to show progress to.
    const subscription = createSubscription(stop, () => Promise.resolve())
    subscriptions.add(subscription)
    subscription.done.finally(() => subscriptions.delete(subscription)).catch(() => undefined)
    return subscription
  }

  async function close(): Promise<void> {
    // Consumers first: what they append while they let go of their shards is still taken.
    await Promise.all([...subscriptions].map((subscription) => subscription.close()))
    await writer.close()
    store.close()
  }

  return {
    partitions: partitionsOf,
    epoch: () => store.epoch,
    append,
    end: (topic) => Promise.resolve(numbers.map((partition) => store.end({ topic, partition }))),
    read: (shard, from, recordsMax) => tail.between(shard, from, store.end(shard), recordsMax),
    follow,
    subscribe,
    close,
  }
}
