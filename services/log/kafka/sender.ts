import { setTimeout as sleep } from 'node:timers/promises'
import {
  CompressionTypes,
  type Kafka,
  type PartitionerArgs,
  type Producer,
  type RecordMetadata,
} from 'kafkajs'
import { LedgerlineError } from '../../runtime/errors.ts'
import type { Logger } from '../../runtime/logger.ts'
import { protocolErrorOf, toLogError } from './kafka-error.ts'
import { toTopicMessages, type OutgoingRecord } from './send-plan.ts'

export interface Sender {
  /**
   * The offset of each record, once all in-sync replicas have it. One call at a time: see the note below. Rejects with
   * `LOG_RECORD_TOO_LARGE` when a single record is too large for its topic, else with `LOG_UNAVAILABLE` after
   * `patienceMs`.
   */
  send(records: readonly OutgoingRecord[]): Promise<readonly number[]>
  close(): Promise<void>
}

/** kafkajs counts a partition's records to 2^31 and begins at 0 again, where the broker expects something else. */
const producerRecordsMax = 1_000_000_000
const producerAgeMaxMs = 24 * 60 * 60 * 1_000
const pauseMs = 500

/**
 * Sends through an idempotent producer. While one send is in doubt, kafkajs gives its sequence numbers to the next, and
 * a broker that has both takes the next for a repetition: it is acknowledged and lost. So there is never a second send in
 * flight, and a producer whose send has failed is thrown away with its numbers. Then records may stand twice, which
 * readers expect, but never out of order.
 */
export function createSender(kafka: Kafka, logger: Logger, patienceMs: number): Sender {
  let current: Promise<Producer> | undefined
  let madeAt = 0
  let sent = 0
  let closed = false

  async function send(records: readonly OutgoingRecord[]): Promise<readonly number[]> {
    const deadline = performance.now() + patienceMs
    for (let failures = 1; ; failures++) {
      try {
        return await attempt(records)
      } catch (error) {
        await discard()
        if (isTooLarge(error)) return sendHalves(records, error)
        const fields = { records: records.length, failures, err: error }
        if (failures === 1) logger.warn(fields, 'send failed, again with a new producer')
        else logger.debug(fields, 'send failed again')
        if (closed || performance.now() > deadline)
          throw toLogError('records were not taken', error)
      }
      await sleep(pauseMs)
    }
  }

  async function attempt(records: readonly OutgoingRecord[]): Promise<readonly number[]> {
    if (sent > producerRecordsMax || performance.now() - madeAt > producerAgeMaxMs) await discard()
    current ??= connect()
    const producer = await current
    sent += records.length
    const answers = await producer.sendBatch({
      acks: -1,
      compression: CompressionTypes.GZIP,
      topicMessages: toTopicMessages(records),
    })
    return offsetsOf(records, answers)
  }

  /** The broker says that something is too large, but not what. */
  async function sendHalves(records: readonly OutgoingRecord[], cause: unknown) {
    if (records.length === 1) {
      throw new LedgerlineError('LOG_RECORD_TOO_LARGE', 'the topic takes no record of this size', {
        retryable: false,
        cause,
      })
    }
    const middle = Math.ceil(records.length / 2)
    const first = await send(records.slice(0, middle))
    return [...first, ...(await send(records.slice(middle)))]
  }

  async function connect(): Promise<Producer> {
    const producer = kafka.producer({
      idempotent: true,
      allowAutoTopicCreation: false,
      createPartitioner: () => placeAsTold,
      // About 15 seconds: the time in which a partition finds a new leader when a broker has died. As long as the same
      // producer tries, nothing stands twice.
      retry: { initialRetryTime: 200, maxRetryTime: 2_000, retries: 10 },
    })
    madeAt = performance.now()
    sent = 0
    await producer.connect()
    return producer
  }

  async function discard(): Promise<void> {
    const old = current
    current = undefined
    await old?.then((producer) => producer.disconnect()).catch(() => undefined)
  }

  async function close(): Promise<void> {
    closed = true
    await discard()
  }

  return { send, close }
}

/** It is the partitioner, and not kafkajs, that heeds the partition of a message. */
function placeAsTold({ message }: PartitionerArgs): number {
  if (message.partition === undefined) throw new Error('a message has no partition')
  return message.partition
}

function isTooLarge(error: unknown): boolean {
  const type = protocolErrorOf(error)
  return type === 'MESSAGE_TOO_LARGE' || type === 'RECORD_LIST_TOO_LARGE'
}

/**
 * A broker answers the offset of the first record of each partition; the others follow it. That each partition was
 * answered for has to be looked at: when its leader changes during a send, and the new one has answered for others
 * already, kafkajs never sends it these records, and reports success.
 */
function offsetsOf(
  records: readonly OutgoingRecord[],
  answers: readonly RecordMetadata[],
): number[] {
  const next = new Map<string, number>()
  for (const { topicName, partition, baseOffset } of answers) {
    next.set(`${topicName}/${partition}`, Number(baseOffset))
  }
  return records.map(({ topic, partition }) => {
    const place = `${topic}/${partition}`
    const offset = next.get(place)
    if (offset === undefined) throw new Error('the broker has not answered for a partition')
    next.set(place, offset + 1)
    return offset
  })
}
