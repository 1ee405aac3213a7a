import { systemClock, type Clock } from '../runtime/clock.ts'
import type { Logger } from '../runtime/logger.ts'
import { followShards } from './follow.ts'
import { createKafkaClient, type KafkaClientOptions } from './kafka/client.ts'
import { readEpochs } from './kafka/epochs.ts'
import { openFetcher, type Fetcher } from './kafka/fetcher.ts'
import { createGroupReader } from './kafka/group-reader.ts'
import { joinGroup } from './kafka/membership.ts'
import { createOutbox } from './kafka/outbox.ts'
import { provisionTopics } from './kafka/provision.ts'
import { createSender } from './kafka/sender.ts'
import { placeRecords } from './limits.ts'
import type { EventLog, LogRecord, NewRecord, Shard, ShardConsumer } from './log.ts'
import { createSubscription, type OpenSubscription } from './open-subscription.ts'
import type { ShardSource } from './shard-run.ts'
import { shardsOf } from './shards.ts'
import { allTopics, outputTopics, type Topic } from './topics.ts'

export interface KafkaLogOptions extends KafkaClientOptions {
  /** Of topics that do not exist yet; others keep what they have. 12 unless given. */
  readonly partitions?: number
  /** Of topics that do not exist yet; 3 unless given, or as many as there are brokers. */
  readonly replicationFactor?: number
  /** Stands before the name of every topic and group, where several hubs share a cluster. */
  readonly topicPrefix?: string
  /** How long a member of a group may be silent before its shards go to others; 60 seconds unless given. */
  readonly sessionTimeoutMs?: number
  /** 3 seconds unless given. Also how long it takes a member to notice that another has come. */
  readonly heartbeatMs?: number
  /** How long an append is tried before it rejects; 60 seconds unless given. */
  readonly appendPatienceMs?: number
  readonly logger: Logger
  readonly clock?: Clock
}

/**
 * The log on a Kafka cluster (2.4 or newer, tried with 4.3). Topics that are missing are made. Rejects with
 * `LOG_UNAVAILABLE` when the cluster cannot be reached, and, not retryable, when a topic has other partitions than before.
 */
export async function openKafkaLog(options: KafkaLogOptions): Promise<EventLog> {
  const { topicPrefix = '', logger, clock = systemClock, appendPatienceMs = 60_000 } = options
  const { sessionTimeoutMs = 60_000, heartbeatMs = 3_000 } = options
  const kafka = createKafkaClient(options)
  const metaTopic = physical('ledgerline.meta')
  const found = await provisionTopics(kafka, allTopics.map(physical), metaTopic, {
    partitions: options.partitions ?? 12,
    replicationFactor: options.replicationFactor,
    compacted: new Set(outputTopics.map(physical)),
  })
  const reader = openFetcher(kafka, logger)
  const sender = createSender(kafka, logger, appendPatienceMs)
  const outbox = createOutbox(sender)
  const epochs = await readEpochs(metaTopic, found, reader, outbox).catch(
    async (error: unknown) => {
      await Promise.all([reader.close(), sender.close()])
      throw error
    },
  )
  const subscriptions = new Set<OpenSubscription>()

  function physical(topic: string): string {
    return `${topicPrefix}${topic}`
  }

  function partitions(topic: Topic): number {
    return found.partitions.get(physical(topic)) ?? 0
  }

  function end(topic: Topic): Promise<readonly number[]> {
    return reader.ends(physical(topic), partitions(topic))
  }

  async function append(topic: Topic, records: readonly NewRecord[]) {
    const name = physical(topic)
    const placed = placeRecords(records, partitions(topic))
    return outbox.append(placed.map((record) => ({ ...record, topic: name })))
  }

  async function* read(shard: Shard, from: number, recordsMax: number) {
    const { topic, partition } = shard
    const to = (await end(topic))[partition] ?? 0
    if (from >= to) return
    const { signal } = new AbortController()
    const options = { to, recordsMax, dense: isDense(topic) }
    yield* reader.records(physical(topic), partition, from, signal, options)
  }

  /** Where nothing is compacted away, a gap means that something has been lost. */
  function isDense(topic: Topic): boolean {
    return outputTopics.every((output) => output !== topic)
  }

  function sourceOf(fetcher: Fetcher): ShardSource {
    return ({ topic, partition }, from, signal) =>
      fetcher.records(physical(topic), partition, from, signal, { dense: isDense(topic) })
  }

  function follow(
    followed: readonly Topic[],
    from: (shard: Shard) => number,
    onBatch: (shard: Shard, records: readonly LogRecord[]) => Promise<void>,
  ) {
    const fetcher = openFetcher(kafka, logger)
    const shards = shardsOf(followed, partitions)
    const following = followShards(shards, from, sourceOf(fetcher), onBatch)
    const subscription = track(
      async () => {
        await following.stop()
        await fetcher.close()
      },
      () => Promise.resolve(),
    )
    following.finished.catch(subscription.fail)
    return Promise.resolve(subscription)
  }

  function subscribe(group: string, wanted: readonly Topic[], consumer: ShardConsumer) {
    const fetcher = openFetcher(kafka, logger)
    const logical = new Map(wanted.map((topic) => [physical(topic), topic]))
    const groupReader = createGroupReader(consumer, () => membership.held(), {
      source: sourceOf(fetcher),
      clock,
      logger,
      onHopeless: (error) => subscription.fail(error),
    })
    const membership = joinGroup(kafka, {
      group: physical(group),
      topics: wanted.map(physical),
      sessionTimeoutMs,
      heartbeatMs,
      clock,
      logger,
      onChange: () => groupReader.changed(),
      onAssigned: (memberId, assigned) => {
        const shards = Object.entries(assigned).flatMap(([name, numbers]) => {
          const topic = logical.get(name)
          return topic === undefined ? [] : numbers.map((partition) => ({ topic, partition }))
        })
        groupReader.assigned(memberId, shards)
      },
    })
    const subscription = track(
      async () => {
        await groupReader.close()
        await membership.close()
        await fetcher.close()
      },
      ({ topic, partition }, nextOffset) => {
        membership.commit(physical(topic), partition, nextOffset)
        return Promise.resolve()
      },
    )
    return Promise.resolve(subscription)
  }

  function track(stop: () => Promise<unknown>, commit: OpenSubscription['commit']) {
    const subscription = createSubscription(stop, commit)
    subscriptions.add(subscription)
    subscription.done.finally(() => subscriptions.delete(subscription)).catch(() => undefined)
    return subscription
  }

  async function close(): Promise<void> {
    await Promise.all([...subscriptions].map((subscription) => subscription.close()))
    await outbox.close()
    await Promise.all([reader.close(), sender.close()])
  }

  return {
    partitions,
    epoch: (topic) => epochs.get(physical(topic)) ?? 1,
    append,
    end,
    read,
    follow,
    subscribe,
    close,
  }
}
