import { setTimeout as sleep } from 'node:timers/promises'
import kafkajs, { type Kafka, type KafkaJSOffsetOutOfRange } from 'kafkajs'
import { systemClock } from '../../runtime/clock.ts'
import type { Logger } from '../../runtime/logger.ts'
import { retry } from '../../runtime/retry.ts'
import { batchRecordsMax } from '../limits.ts'
import type { LogRecord } from '../log.ts'
import { clusterOf } from './client.ts'
import { createCursor, gapError, type Cursor, type CursorOptions } from './cursor.ts'
import { fetchInto } from './fetched.ts'
import { relearn, toLogError } from './kafka-error.ts'

export interface Fetcher {
  /** The records of a partition from an offset on: ends with the signal or at `to`, throws only what has no remedy. */
  records(
    topic: string,
    partition: number,
    from: number,
    signal: AbortSignal,
    options?: CursorOptions & { readonly recordsMax?: number },
  ): AsyncGenerator<readonly LogRecord[]>
  /** The offset that the next record of each partition will get. Rejects with `LOG_UNAVAILABLE`. */
  ends(topic: string, partitions: number): Promise<readonly number[]>
  close(): Promise<void>
}

/** Fetched and not yet taken: of one partition, and of all. Beyond it the broker is not asked for more. */
const partitionWaitingBytesMax = 4 * 1024 * 1024
const waitingBytesMax = 64 * 1024 * 1024
const firstPauseMs = 100
const pauseMaxMs = 2_000
/** After so many failures in a row what kafkajs knows of the cluster is not mended but thrown away. */
const failuresMax = 5
const failuresToReport = 3
const endsRetry = { attemptsMax: 8, firstDelayMs: 100, delayMaxMs: 2_000 }

/**
 * Reads partitions without a group, each from where it is told to. One request at a time is under way to each broker, for
 * all partitions that it leads and whose readers keep up.
 */
export function openFetcher(kafka: Kafka, logger: Logger): Fetcher {
  const cursors = new Set<Cursor>()
  const topics = new Set<string>()
  const busy = new Set<string>()
  let cluster = clusterOf(kafka)
  let recovering: Promise<void> | undefined
  let failures = 0
  let closed = false

  async function* records(
    topic: string,
    partition: number,
    from: number,
    signal: AbortSignal,
    { recordsMax = batchRecordsMax, ...options }: CursorOptions & { recordsMax?: number } = {},
  ) {
    const cursor = createCursor(topic, partition, from, options)
    cursors.add(cursor)
    topics.add(topic)
    try {
      while (!signal.aborted) {
        const taken = cursor.take(recordsMax)
        schedule()
        if (taken.length > 0) yield taken
        else if (cursor.next() >= (options.to ?? Infinity)) return
        else await cursor.filled(signal)
      }
    } finally {
      cursors.delete(cursor)
    }
  }

  /** Asks every broker that is not being asked for what its partitions still want. */
  function schedule(): void {
    if (closed || recovering) return
    const waitingBytes = [...cursors].reduce((sum, cursor) => sum + cursor.bytes(), 0)
    const wanting = new Map<string, Cursor[]>()
    for (const cursor of cursors) {
      const full = waitingBytes >= waitingBytesMax || cursor.bytes() >= partitionWaitingBytesMax
      if (!cursor.wants() || (full && cursor.bytes() > 0)) continue
      const leader = leaderOf(cursor)
      if (leader === undefined) {
        recover(undefined)
        return
      }
      wanting.set(leader, [...(wanting.get(leader) ?? []), cursor])
    }
    for (const [leader, those] of wanting) {
      if (!busy.has(leader)) void fetchFrom(leader, those)
    }
  }

  async function fetchFrom(leader: string, those: readonly Cursor[]): Promise<void> {
    busy.add(leader)
    try {
      await fetchInto(await cluster.findBroker({ nodeId: leader }), those)
      failures = 0
    } catch (error) {
      if (error instanceof kafkajs.KafkaJSOffsetOutOfRange) outOfRange(error, those)
      else recover(error)
    } finally {
      busy.delete(leader)
      schedule()
    }
  }

  function outOfRange(error: KafkaJSOffsetOutOfRange, those: readonly Cursor[]): void {
    for (const cursor of those) {
      if (cursor.topic !== error.topic || cursor.partition !== error.partition) continue
      cursors.delete(cursor)
      cursor.fail(gapError(cursor.topic, cursor.partition, cursor.next(), 'does not reach there'))
    }
  }

  function leaderOf({ topic, partition }: Cursor): string | undefined {
    try {
      return Object.keys(cluster.findLeaderForPartitions(topic, [partition]))[0]
    } catch {
      // Nothing is known about the topic yet.
      return undefined
    }
  }

  function recover(error: unknown): void {
    recovering ??= learnAgain(error).finally(() => {
      recovering = undefined
      schedule()
    })
  }

  async function learnAgain(error: unknown): Promise<void> {
    if (closed) return
    if (error !== undefined) logger.debug({ err: error, failures }, 'fetch failed, asking anew')
    if (failures > 0) await sleep(Math.min(pauseMaxMs, firstPauseMs * 2 ** failures))
    failures++
    try {
      if (failures % failuresMax === 0) await replaceCluster()
      await prepare()
      await relearn(cluster, error)
    } catch (cause) {
      const fields = { failures, err: cause }
      if (failures === failuresToReport)
        logger.warn(fields, 'brokers cannot be reached, reading waits')
      else logger.debug(fields, 'brokers cannot be reached')
    }
  }

  async function prepare(): Promise<void> {
    if (!cluster.isConnected()) await cluster.connect()
    await cluster.addMultipleTargetTopics([...topics])
  }

  async function replaceCluster(): Promise<void> {
    const old = cluster
    cluster = clusterOf(kafka)
    await old.disconnect()
  }

  async function ends(topic: string, partitions: number): Promise<readonly number[]> {
    topics.add(topic)
    const wanted = Array.from({ length: partitions }, (_, partition) => ({ partition }))
    const ask = async () => {
      try {
        await prepare()
        const [answer] = await cluster.fetchTopicsOffset([
          { topic, partitions: wanted, fromBeginning: false },
        ])
        return wanted.map(({ partition }) => endOf(partition, answer?.partitions ?? []))
      } catch (error) {
        await relearn(cluster, error).catch(() => undefined)
        throw toLogError('the ends of a topic are unknown', error)
      }
    }
    return retry(ask, endsRetry, systemClock)
  }

  async function close(): Promise<void> {
    closed = true
    await recovering
    await cluster.disconnect()
  }

  return { records, ends, close }
}

function endOf(
  partition: number,
  answers: readonly { readonly partition: number; readonly offset: string }[],
): number {
  const answer = answers.find((one) => one.partition === partition)
  if (answer === undefined) throw new Error('a partition has no leader that could be asked')
  return Number(answer.offset)
}
