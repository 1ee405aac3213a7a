import { mkdir } from 'node:fs/promises'
import { systemClock, type Clock } from '../runtime/clock.ts'
import { LedgerlineError } from '../runtime/errors.ts'
import { silentLogger, type Logger } from '../runtime/logger.ts'
import type { Appender } from './appender.ts'
import { createWriter } from './disk/writer.ts'
import { placeRecords } from './limits.ts'
import type { NewRecord } from './log.ts'
import { startForwarder } from './spool/forwarder.ts'
import { openSpoolStore, placedByKey } from './spool/spool-store.ts'
import { topics, type Topic } from './topics.ts'

export interface SpoolOptions {
  /** Belongs to one process at a time. */
  readonly folder: string
  /** Where records go in the end; a function when it cannot be reached yet, called again until it resolves. */
  readonly log: Appender | (() => Promise<Appender>)
  readonly clock?: Clock
  readonly logger?: Logger
  /** Of records that wait; 16 GiB unless given. Beyond 95 % of it `append` rejects with `LOG_FULL`. */
  readonly bytesMax?: number
  /** Below this much free space on the disk `append` rejects with `LOG_FULL`; 256 MiB unless given. */
  readonly spaceMinBytes?: number
}

/** What the metrics show. */
export interface SpoolStatus {
  readonly records: number
  readonly bytes: number
  /** From 0 to 1, where `append` begins to reject. Alarm at 0.8. */
  readonly fullness: number
  /** How long the oldest has waited, in milliseconds; 0 when none waits. */
  readonly oldestAgeMs: number
  /** Records that the log will never take: too large, or for a partition that is no more. They stay in the file. */
  readonly setAside: number
}

export interface Spool extends Appender {
  status(): SpoolStatus
  /** Records that wait stay, and are forwarded after the next start. Does not close the log. */
  close(): Promise<void>
}

/** The rest is for what is under way when somebody looks at the fullness. */
const usable = 0.95

/**
 * A place on this machine's disk where records are durable at once, whatever the log's brokers do; they are forwarded in
 * order. Rejects with `LOG_UNAVAILABLE` when another process has the folder, or when the log cannot be reached and never
 * has been from this folder: then nobody knows how many partitions there are.
 */
export async function openSpool(options: SpoolOptions): Promise<Spool> {
  const { folder, bytesMax = 16 * 1024 ** 3, spaceMinBytes = 256 * 1024 * 1024 } = options
  const { clock = systemClock, logger = silentLogger } = options
  await mkdir(folder, { recursive: true })
  const store = openSpoolStore({ folder, bytesMax: bytesMax * usable, spaceMinBytes })
  const openLog = async (): Promise<Appender> => {
    const log = typeof options.log === 'function' ? await options.log() : options.log
    store.remember(new Map(topics.map((topic) => [topic, log.partitions(topic)])))
    return log
  }
  const isKnown = topics.every((topic) => store.partitions.has(topic))
  const mayWait = isKnown && typeof options.log === 'function'
  const opened = mayWait ? undefined : await openLog().catch(giveUp)
  const forwarder = startForwarder(
    store,
    () => (opened ? Promise.resolve(opened) : openLog()),
    clock,
    logger,
  )
  const writer = createWriter(store, clock, () => forwarder.wake())

  function giveUp(error: unknown): never {
    store.close()
    throw error
  }

  function partitions(topic: Topic): number {
    const count = store.partitions.get(topic)
    if (count === undefined) {
      throw new LedgerlineError('LOG_UNAVAILABLE', `${topic} is not known`, { retryable: false })
    }
    return count
  }

  async function append(topic: Topic, records: readonly NewRecord[]): Promise<void> {
    placeRecords(records, partitions(topic))
    await writer.append(
      topic,
      records.map((record) => ({ ...record, partition: record.partition ?? placedByKey })),
    )
  }

  function status(): SpoolStatus {
    const { records, bytes, oldestAppendedAt, setAside } = store.usage()
    return {
      records,
      bytes,
      fullness: bytes / (bytesMax * usable),
      oldestAgeMs: oldestAppendedAt === null ? 0 : Math.max(0, clock.now() - oldestAppendedAt),
      setAside,
    }
  }

  async function close(): Promise<void> {
    await writer.close()
    await forwarder.close()
    store.close()
  }

  return { partitions, append, status, close }
}
