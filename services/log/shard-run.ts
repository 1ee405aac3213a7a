import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Clock } from '../runtime/clock.ts'
import type { Logger } from '../runtime/logger.ts'
import type { Lease, LogRecord, Shard, ShardConsumer } from './log.ts'

export interface ShardRun {
  /** Resolves when the batch under way is done and the consumer has been told that the shard is lost. */
  stop(): Promise<void>
}

/** The records of a shard from an offset on, for ever; it ends with the signal and throws only what has no remedy. */
export type ShardSource = (
  shard: Shard,
  from: number,
  signal: AbortSignal,
) => AsyncIterable<readonly LogRecord[]>

/** The right to a shard, as far as the group is concerned. */
export interface Grant {
  held(): boolean
  /** Resolves when `held` may be true again, or the signal aborts. */
  whenHeld(signal: AbortSignal): Promise<void>
}

export interface ShardRunOptions {
  readonly source: ShardSource
  readonly grant: Grant
  readonly clock: Clock
  readonly logger: Logger
  /** Nothing begins before this has settled: another run of the same shard may still be ending. */
  readonly after?: Promise<unknown>
  /** The log cannot go on with this shard. */
  readonly onHopeless: (error: unknown) => void
}

const firstDelayMs = 50
const delayMaxMs = 5_000

/** One shard in the hands of one consumer: gained, batch after batch, lost; and again when the consumer rejects one. */
export function runShard(
  shard: Shard,
  consumer: ShardConsumer,
  { source, grant, clock, logger, after, onHopeless }: ShardRunOptions,
): ShardRun {
  const stopping = new AbortController()
  const { signal } = stopping
  const isStopping = () => signal.aborted
  const finished = run()

  async function run(): Promise<void> {
    await after
    for (let failures = 0; ;) {
      await grant.whenHeld(signal)
      if (isStopping()) return
      const outcome = await holdOnce()
      if (outcome === 'hopeless' || isStopping()) return
      failures = outcome === 'progress' ? 1 : failures + 1
      await clock.sleep(Math.min(delayMaxMs, firstDelayMs * 2 ** (failures - 1)), signal)
    }
  }

  /** From gained to lost. Ends because it was stopped, or because something was rejected. */
  async function holdOnce(): Promise<'progress' | 'none' | 'hopeless'> {
    const from = await attempt('gained', () => consumer.gained(shard))
    if (from === undefined) return 'none'
    const outcome = await deliver(from)
    await attempt('lost', () => consumer.lost(shard))
    return outcome
  }

  async function deliver(from: number): Promise<'progress' | 'none' | 'hopeless'> {
    let outcome: 'progress' | 'none' = 'none'
    let delivering = true
    const lease: Lease = {
      held: () => delivering && grant.held(),
      // The group hears of us from timers, so all that it needs is a turn of the event loop.
      beat: () => nextTurn(),
    }
    try {
      for await (const records of source(shard, from, signal)) {
        await grant.whenHeld(signal)
        if (isStopping()) break
        const done = await attempt('batch', async () => {
          await consumer.batch(shard, records, lease)
          return true
        })
        if (done === undefined) break
        outcome = 'progress'
      }
    } catch (error) {
      onHopeless(error)
      return 'hopeless'
    } finally {
      delivering = false
    }
    return outcome
  }

  /** What the consumer rejects is its own affair, and is tried again; here it is only made known. */
  async function attempt<T>(step: string, action: () => Promise<T>): Promise<T | undefined> {
    try {
      return await action()
    } catch (error) {
      logger.warn({ ...shard, step, err: error }, 'consumer of a shard rejected')
      return undefined
    }
  }

  return {
    stop: () => {
      stopping.abort()
      return finished
    },
  }
}
