import type { Instant } from '../../schemas/events/instant.ts'
import type { Topic } from './topics.ts'

/** One partition of one topic: what is owned, read and folded as a whole. */
export interface Shard {
  readonly topic: Topic
  readonly partition: number
}

export interface NewRecord {
  /** Decides the partition (murmur2, as Kafka's own clients place keys), unless `partition` is given. */
  readonly key: string
  readonly value: Uint8Array
  readonly partition?: number
}

export interface LogRecord {
  readonly offset: number
  readonly key: string
  readonly value: Uint8Array
  /** When the log took it. */
  readonly appendedAt: Instant
}

/**
 * The system of record: topics of partitions of records, each with an offset that starts at 0 and grows by one.
 * Errors are `LedgerlineError`s: `LOG_UNAVAILABLE` (retryable, unless the log is closed, locked or lacks what was asked
 * for), `LOG_FULL`, `LOG_RECORD_TOO_LARGE`.
 */
export interface EventLog {
  /** How many partitions a topic has; fixed when the log was created. */
  partitions(topic: Topic): number

  /** Which life of the topic this is: grows when a topic is created anew, so that old positions lose against new ones. */
  epoch(topic: Topic): number

  /**
   * Appends in the order given: records of one partition in one call stand in the log in that order, and calls that
   * were made one after the other stand one after the other. When the promise resolves, the records are durable: they
   * survive the death of this process and, on Kafka, of a broker (acks=all). When it rejects, some may be there: append
   * them again, readers know a repeated event by its id. Resolves to the offset of each record.
   */
  append(topic: Topic, records: readonly NewRecord[]): Promise<readonly number[]>

  /** The offset that the next record of each partition will get. */
  end(topic: Topic): Promise<readonly number[]>

  /**
   * The records of a shard from an offset to the end that it had when the call was made, in order, in batches of at most
   * `recordsMax`. Belongs to no group and commits nothing.
   */
  read(shard: Shard, from: number, recordsMax: number): AsyncIterable<readonly LogRecord[]>

  /**
   * Reads every partition of the topics from the given offsets on, for ever, without a group: every follower sees
   * everything. For what is kept in memory by each process, such as live state. When `onBatch` rejects, the subscription
   * ends and its `done` rejects with that error.
   */
  follow(
    topics: readonly Topic[],
    from: (shard: Shard) => number,
    onBatch: (shard: Shard, records: readonly LogRecord[]) => Promise<void>,
  ): Promise<Subscription>

  /**
   * Joins a group: the partitions of the topics are divided among the members of all processes. One topic has one
   * group. `consumer` is told of each shard that it gains or loses.
   */
  subscribe(group: string, topics: readonly Topic[], consumer: ShardConsumer): Promise<Subscription>

  /** Closes every subscription, then the log. Appends that were made before are still taken. */
  close(): Promise<void>
}

/** What a member of a group does with its shards. Calls about one shard never overlap. */
export interface ShardConsumer {
  /**
   * The shard is ours: answer the offset from which it is to be read (the consumer's own record, not the broker's). When
   * it rejects, the shard was never gained, so it is not lost either, and is offered again.
   */
  gained(shard: Shard): Promise<number>
  /**
   * The next records, without a gap. When the promise resolves the batch is done and the next may come; when it rejects,
   * the shard is given up and gained again. `lease.held()` turns false once the shard may belong to another.
   */
  batch(shard: Shard, records: readonly LogRecord[], lease: Lease): Promise<void>
  /** The shard is no longer ours, or we are closing. What it rejects with is logged and changes nothing. */
  lost(shard: Shard): Promise<void>
}

export interface Lease {
  held(): boolean
  /** Tells the group's coordinator that this member is alive; call it between slices of long work. */
  beat(): Promise<void>
}

export interface Subscription {
  /** Shows the group's progress to the broker's own tools, soon. The true position is the consumer's record. */
  commit(shard: Shard, nextOffset: number): Promise<void>
  /**
   * Rejects when the subscription has failed for good, as when the log begins or ends elsewhere than the consumer's
   * record says; resolves when it was closed. Nothing else reports the failure, so watch it.
   */
  readonly done: Promise<void>
  /** Resolves when the batches under way are done and every shard is lost. */
  close(): Promise<void>
}
