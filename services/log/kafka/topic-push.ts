import type { Logger } from '../../runtime/logger.ts'
import { partitionOf } from '../partition.ts'
import { createKafkaClient, type KafkaClientOptions } from './client.ts'
import { createOutbox } from './outbox.ts'
import { partitionsOf } from './provision.ts'
import { createSender } from './sender.ts'

export interface TopicPushOptions extends KafkaClientOptions {
  readonly topic: string
  /** How long a record is tried. */
  readonly patienceMs: number
  readonly logger: Logger
}

export interface PushedRecord {
  readonly key: string
  readonly value: Uint8Array
  readonly headers: Readonly<Record<string, string>>
}

/** Puts records into a topic of somebody else's. */
export interface TopicPush {
  /** When it resolves, all in-sync replicas have the record. Rejects with `LOG_UNAVAILABLE` or `LOG_RECORD_TOO_LARGE`. */
  push(record: PushedRecord): Promise<void>
  close(): Promise<void>
}

/** Connects when there is something to send. A key goes to the partition to which Kafka's own clients send it. */
export function createTopicPush(options: TopicPushOptions): TopicPush {
  const { topic, logger, patienceMs } = options
  const kafka = createKafkaClient(options)
  const sender = createSender(kafka, logger, patienceMs)
  const outbox = createOutbox(sender)
  let partitions: number | null = null

  /** Asked once: a topic that grows is seen after the next start. */
  async function countPartitions(): Promise<number> {
    const admin = kafka.admin()
    try {
      await admin.connect()
      return (await partitionsOf(admin, [topic])).get(topic) ?? 1
    } finally {
      await admin.disconnect()
    }
  }

  return {
    async push({ key, value, headers }) {
      partitions ??= await countPartitions()
      await outbox.append([{ topic, key, value, headers, partition: partitionOf(key, partitions) }])
    },
    async close() {
      await outbox.close()
      await sender.close()
    },
  }
}
