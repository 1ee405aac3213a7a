import type { Clock } from '../../runtime/clock.ts'
import { LedgerlineError } from '../../runtime/errors.ts'
import type { Logger } from '../../runtime/logger.ts'
import type { Appender } from '../appender.ts'
import type { NewRecord } from '../log.ts'
import type { Topic } from '../topics.ts'
import { placedByKey, type SpooledRecord, type SpoolStore } from './spool-store.ts'

export interface Forwarder {
  /** There is something to forward. */
  wake(): void
  /**
   * Stops; a batch under way is waited for, but not for long. What the log has and we have not heard of goes there once
   * more after the next start, which readers expect.
   */
  close(): Promise<void>
}

const recordsMax = 4_000
const bytesMax = 4 * 1024 * 1024
const firstPauseMs = 200
const pauseMaxMs = 5_000
const lastWaitMs = 2_000

/**
 * Carries what waits into the log: the oldest first, one batch at a time, forgotten only when the log has it. It tries for
 * ever, because there is nowhere else to put it.
 */
export function startForwarder(
  store: SpoolStore,
  openLog: () => Promise<Appender>,
  clock: Clock,
  logger: Logger,
): Forwarder {
  const closing = new AbortController()
  const { signal } = closing
  const isClosing = () => signal.aborted
  const patienceOver = new Promise<'over'>((resolve) => {
    const resolveLater = () => void clock.sleep(lastWaitMs).then(() => resolve('over'))
    signal.addEventListener('abort', resolveLater, { once: true })
  })
  let log: Appender | undefined
  let wake: () => void = () => undefined
  const finished = forward()

  async function forward(): Promise<void> {
    for (let failures = 0; !isClosing();) {
      const batch = store.first(recordsMax, bytesMax)
      if (batch.length === 0) {
        await somethingToForward()
        continue
      }
      try {
        if ((await Promise.race([deliver(batch), patienceOver])) === 'over') return
        store.forget(batch)
        failures = 0
      } catch (error) {
        failures++
        logger.warn({ failures, err: error }, 'spool cannot forward, trying again')
        await clock.sleep(Math.min(pauseMaxMs, firstPauseMs * 2 ** (failures - 1)), signal)
      }
    }
  }

  /** Topics go side by side; within each, order is kept. */
  async function deliver(batch: readonly SpooledRecord[]): Promise<'delivered'> {
    log ??= await openLog()
    const to = log
    const topics = [...new Set(batch.map(({ topic }) => topic))]
    await Promise.all(
      topics.map((topic) =>
        deliverTo(
          to,
          topic,
          batch.filter((record) => record.topic === topic),
        ),
      ),
    )
    return 'delivered'
  }

  async function deliverTo(
    to: Appender,
    topic: Topic,
    records: readonly SpooledRecord[],
  ): Promise<void> {
    try {
      await to.append(topic, records.map(toNewRecord))
    } catch (error) {
      if (!isForGood(error)) throw error
      await deliverOneByOne(to, topic, records)
    }
  }

  /** The log will never take one of them. It may not stop the others, and may not be lost either. */
  async function deliverOneByOne(
    to: Appender,
    topic: Topic,
    records: readonly SpooledRecord[],
  ): Promise<void> {
    for (const record of records) {
      try {
        await to.append(topic, [toNewRecord(record)])
      } catch (error) {
        if (!isForGood(error)) throw error
        store.setAside(record, error.message)
        logger.error({ topic, bytes: record.value.length, err: error }, 'spooled record put aside')
      }
    }
  }

  function somethingToForward(): Promise<void> {
    return new Promise((resolve) => {
      wake = resolve
      if (isClosing()) resolve()
    })
  }

  async function close(): Promise<void> {
    closing.abort()
    wake()
    await finished
  }

  return { wake: () => wake(), close }
}

function toNewRecord({ key, value, partition }: SpooledRecord): NewRecord {
  return partition === placedByKey ? { key, value } : { key, value, partition }
}

/** The record is larger than its topic takes, or for a partition that is no more. */
function isForGood(error: unknown): error is Error {
  if (error instanceof LedgerlineError) return error.code === 'LOG_RECORD_TOO_LARGE'
  return error instanceof RangeError
}
