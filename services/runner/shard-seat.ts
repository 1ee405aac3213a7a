import type { Lease, LogRecord } from '../log/log.ts'
import { nameOf } from '../log/shards.ts'
import { systemClock, type Clock } from '../runtime/clock.ts'
import { LedgerlineError } from '../runtime/errors.ts'
import type { Gate } from '../runtime/gate.ts'
import type { Logger } from '../runtime/logger.ts'
import { woken } from '../runtime/woken.ts'
import type { ShardRunner } from './shard-runner.ts'

export interface ShardSeatOptions {
  readonly gate: Gate
  readonly clock: Clock
  readonly logger: Logger
  /** A shard with little to do is written at most this often. */
  readonly flushMs: number
  /** The hub is to end: nobody rests any more. */
  readonly stopping: AbortSignal
  /** When what was taken is written and committed. */
  readonly onWritten: (runner: ShardRunner) => Promise<void>
}

/**
 * A shard in the hands of this process: one thing at a time is done with it, and what is due by time alone, in time. Only writing
 * goes on beside the rest.
 */
export interface ShardSeat {
  readonly runner: ShardRunner
  batch(records: readonly LogRecord[], lease: Lease): Promise<void>
  /** While the gate is closed: writes and commits all that was taken. */
  settle(): Promise<void>
  /** While the gate is closed: goes on with another memory. */
  goOnWith(runner: ShardRunner): void
  close(): Promise<void>
}

/** A batch of this size shows a backlog: then there is no waiting. */
const smallBatch = 1_000

/** So many records are taken at the most that are not committed; then the tables are waited for. It bounds the memory. */
const uncommittedMax = 10_000

/** What is told to the feed goes out at once, but together with what came in so short a time. */
const tellEveryMs = 20

/**
 * Where the adherence feed is told, batches are taken as they come, and written together beside what is taken then; else each is
 * written before the next, and those that are small wait for more to come.
 */
export function openShardSeat(first: ShardRunner, options: ShardSeatOptions): ShardSeat {
  const { gate, clock, logger, flushMs, stopping, onWritten } = options
  const closing = new AbortController()
  let runner = first
  let lease: Lease | null = null
  let broken: Error | null = null
  let writtenAt = 0
  let writeTookMs = 0
  let writeTimer: NodeJS.Timeout | null = null
  let writing: Promise<void> | null = null
  let isDueAgain = false
  let turn: Promise<unknown> = Promise.resolve()
  let waking = new AbortController()
  const watching = watch()

  /** One at a time, and none while the tables must stand still. */
  function alone(work: () => Promise<void>): Promise<void> {
    const next = turn.then(() => gate.pass(work))
    turn = next.catch(() => undefined)
    return next
  }

  /** All that was taken. */
  async function write(): Promise<void> {
    while (writing !== null) await writing
    await begin()
  }

  /** Begun at once, beside what is taken meanwhile; or when that is written which is being written. */
  function writeMeanwhile(): void {
    if (writing === null) void begin().catch(giveUp)
    else isDueAgain = true
  }

  /** To be called while nothing else is done with the shard. */
  function begin(): Promise<void> {
    if (writeTimer !== null) clearTimeout(writeTimer)
    writeTimer = null
    writtenAt = Date.now()
    writing = finish(runner.write()).finally(() => {
      writing = null
      if (isDueAgain) writeLater()
      isDueAgain = false
    })
    return writing
  }

  async function finish(written: Promise<void>): Promise<void> {
    await written
    writeTookMs = Date.now() - writtenAt
    await onWritten(runner)
  }

  /** What nobody waits for. */
  async function later(work: () => Promise<void> | void): Promise<void> {
    try {
      await alone(async () => {
        if (closing.signal.aborted || broken !== null || lease?.held() === false) return
        await work()
      })
    } catch (error) {
      giveUp(error)
    }
  }

  /** With the next batch, a tick of the clock at the latest. */
  function giveUp(error: unknown): void {
    broken = error instanceof Error ? error : new Error('a shard cannot go on')
    logger.warn({ ...runner.shard, err: error }, 'shard given up with its next batch')
  }

  function writeLater(): void {
    const restMs = Math.max(0, writtenAt + writeEveryMs() - Date.now())
    writeTimer ??= setTimeout(() => {
      writeTimer = null
      void later(writeMeanwhile)
    }, restMs)
  }

  function writeEveryMs(): number {
    return runner.isTelling ? restBetweenWrites(flushMs, writeTookMs) : flushMs
  }

  /** What time alone gives to tell is told when it is due, not at the next tick. */
  async function watch(): Promise<void> {
    while (!closing.signal.aborted) {
      waking = new AbortController()
      const dueAt = broken === null ? runner.tellsAt() : Infinity
      if (dueAt === Infinity) {
        await woken(waking.signal)
        continue
      }
      const restMs = dueAt - clock.now()
      if (restMs > 0) {
        await clock.sleep(Math.min(restMs, longestRestMs), waking.signal)
        continue
      }
      await later(async () => {
        await runner.tell()
        writeLater()
      })
    }
  }

  return {
    get runner() {
      return runner
    },
    async batch(records, own) {
      const began = Date.now()
      lease = own
      await alone(async () => {
        if (broken !== null) throw broken
        if (!own.held()) {
          throw new LedgerlineError('SHARD_LOST', nameOf(runner.shard), { retryable: true })
        }
        await runner.take(records)
        const isBehind = records.length >= smallBatch || runner.uncommittedCount >= uncommittedMax
        if (isBehind || !runner.isTelling) await write()
        else if (Date.now() - writtenAt >= writeEveryMs()) writeMeanwhile()
        else writeLater()
      })
      waking.abort()
      if (records.length >= smallBatch) return
      const restMs = Math.min(flushMs, runner.isTelling ? tellEveryMs : flushMs)
      await systemClock.sleep(Math.max(0, restMs - (Date.now() - began)), stopping)
    },
    settle: write,
    goOnWith(next) {
      runner = next
      waking.abort()
    },
    async close() {
      closing.abort()
      waking.abort()
      if (writeTimer !== null) clearTimeout(writeTimer)
      await watching
      await turn
      await writing?.catch(() => undefined)
      runner.close()
    },
  }
}

const longestRestMs = 60_000

/** Of the time, no more goes to writing than a sixth; but nobody waits for his rows longer than four times the usual. */
const writingShare = 1 / 6
const restsMax = 4

/**
 * How long after a write has begun the next does, where an adherence feed is told: it waits for what is being written, so under
 * load more is written at once, and most of the time nothing is. In milliseconds; `tookMs` is how long the last one took.
 */
export function restBetweenWrites(flushMs: number, tookMs: number): number {
  return Math.min(flushMs * restsMax, Math.max(flushMs, tookMs / writingShare))
}
