import type { TopicMessages } from 'kafkajs'
import type { PlacedRecord } from '../limits.ts'

/** A record on its way to a topic, under the topic's name at the broker. */
export interface OutgoingRecord extends PlacedRecord {
  readonly topic: string
  readonly headers?: Readonly<Record<string, string>>
}

/** kafkajs copies the messages of a partition once for each of them: 10,000 take 80 ms, 50,000 take 18 s. */
const partitionRecordsMax = 1_000
/** Brokers take batches of 1 MiB unless told otherwise, counted after compression. */
const partitionBytesMax = 900 * 1024
const sendRecordsMax = 5_000
const sendBytesMax = 4 * 1024 * 1024

/** How many records from the start of the queue go into one send: at least one, and no partition gets too much. */
export function sendLength(queue: Iterable<OutgoingRecord>): number {
  const partitions = new Map<string, { records: number; bytes: number }>()
  let records = 0
  let bytes = 0
  for (const { topic, partition, key, value } of queue) {
    const place = `${topic}/${partition}`
    const size = value.length + key.length
    const there = partitions.get(place) ?? { records: 0, bytes: 0 }
    const full =
      there.records >= partitionRecordsMax ||
      (there.records > 0 && there.bytes + size > partitionBytesMax) ||
      records >= sendRecordsMax ||
      (records > 0 && bytes + size > sendBytesMax)
    if (full) return records
    partitions.set(place, { records: there.records + 1, bytes: there.bytes + size })
    records++
    bytes += size
  }
  return records
}

/** Each record with its partition: kafkajs places records without a key anew whenever it sends again. */
export function toTopicMessages(records: readonly OutgoingRecord[]): TopicMessages[] {
  const topics = new Map<string, TopicMessages>()
  for (const { topic, partition, key, value, headers } of records) {
    const messages = topics.get(topic)?.messages ?? []
    topics.set(topic, { topic, messages })
    messages.push({
      key,
      partition,
      value: Buffer.from(value.buffer, value.byteOffset, value.byteLength),
      ...(headers === undefined ? {} : { headers: { ...headers } }),
    })
  }
  return [...topics.values()]
}
