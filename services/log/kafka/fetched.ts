import type { Broker } from 'kafkajs'
import type { LogRecord } from '../log.ts'
import type { Cursor } from './cursor.ts'

/** How long a broker waits for something to give; a partition that comes along meanwhile waits for it too. */
const waitMaxMs = 100
const partitionBytesMax = 1024 * 1024
const answerBytesMax = 8 * 1024 * 1024

/** Asks one broker for what comes next on partitions that it leads, and hands it to their cursors. */
export async function fetchInto(broker: Broker, cursors: readonly Cursor[]): Promise<void> {
  const fetching: FetchingBroker = broker
  const { responses } = await fetching.fetch({
    maxWaitTime: waitMaxMs,
    minBytes: 1,
    maxBytes: answerBytesMax,
    topics: [...new Set(cursors.map(({ topic }) => topic))].map((topic) => ({
      topic,
      partitions: cursors
        .filter((cursor) => cursor.topic === topic)
        .map((cursor) => ({
          partition: cursor.partition,
          fetchOffset: String(cursor.next()),
          maxBytes: partitionBytesMax,
        })),
    })),
  })
  for (const { topicName, partitions } of responses) {
    for (const { partition, messages } of partitions) {
      const records = messages.filter((message) => !message.isControlRecord).map(toRecord)
      for (const cursor of cursors) {
        if (cursor.topic === topicName && cursor.partition === partition) cursor.add(records)
      }
    }
  }
}

/** kafkajs types the answer as `any`; this is what it holds. */
interface FetchingBroker {
  fetch(request: Parameters<Broker['fetch']>[0]): Promise<{
    readonly responses: readonly {
      readonly topicName: string
      readonly partitions: readonly {
        readonly partition: number
        readonly messages: readonly FetchedMessage[]
      }[]
    }[]
  }>
}

interface FetchedMessage {
  readonly offset: string
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly timestamp: string
  readonly isControlRecord: boolean
}

function toRecord({ offset, key, value, timestamp }: FetchedMessage): LogRecord {
  return {
    offset: Number(offset),
    key: key?.toString() ?? '',
    value: value ?? new Uint8Array(),
    appendedAt: Number(timestamp),
  }
}
