import type { EventLog, LogRecord, NewRecord, Shard } from '../../services/log/log.ts'
import { partitionOf } from '../../services/log/partition.ts'
import type { Topic } from '../../services/log/topics.ts'

/** Records whose values are the numbers from `first` on, under one key or under many. */
export function numbered(first: number, count: number, key?: string): readonly NewRecord[] {
  return Array.from({ length: count }, (_, index) => ({
    key: key ?? `key-${(first + index) % 97}`,
    value: Buffer.from(String(first + index)),
  }))
}

export function textOf(record: LogRecord | undefined): string {
  return record === undefined ? 'nothing' : Buffer.from(record.value).toString()
}

export function shardOf(log: EventLog, topic: Topic, key: string): Shard {
  return { topic, partition: partitionOf(key, log.partitions(topic)) }
}

/** Everything in a topic, by partition. */
export async function readTopic(log: EventLog, topic: Topic): Promise<LogRecord[][]> {
  const shards: LogRecord[][] = []
  for (let partition = 0; partition < log.partitions(topic); partition++) {
    shards.push((await collect(log.read({ topic, partition }, 0, 1_000))).flat())
  }
  return shards
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}
