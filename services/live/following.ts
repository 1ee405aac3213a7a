import type { EventLog, LogRecord, Shard, Subscription } from '../log/log.ts'
import type { Topic } from '../log/topics.ts'
import type { Clock } from '../runtime/clock.ts'
import { LedgerlineError } from '../runtime/errors.ts'
import type { Logger } from '../runtime/logger.ts'

/** What is live comes from these; names and definitions too. */
export const liveTopics = ['ledgerline.tasks', 'ledgerline.workers', 'ledgerline.config'] as const

/** By topic, the offset that the next record of each partition will get, as it was when it was last asked for. */
export type Ends = ReadonlyMap<Topic, readonly number[]>

export interface Following {
  /** All has been read that was there when it began. */
  isCaughtUp(): boolean
  /** The log is being read, or waited for at its end. */
  isFollowing(): boolean
  ends(): Ends
  close(): Promise<void>
}

export interface FollowingOptions {
  readonly log: EventLog
  readonly clock: Clock
  readonly logger: Logger
  /** Where a shard is to be read on. */
  readonly position: (shard: Shard) => number
  /** What is read; what live state is made of, unless given. */
  readonly topics?: readonly Topic[]
  /** The shard is read on when it has resolved. */
  take(shard: Shard, records: readonly LogRecord[]): Promise<void>
  /** What was taken is of another log than this one: begin anew. */
  forget(): void
  /** Once, when it has caught up. */
  caughtUp(): void
}

const retryMs = 1_000
const endsEveryMs = 2_000

/** Reads the log for ever, and again when it fails: a broker that is away comes back. */
export function startFollowing(options: FollowingOptions): Following {
  const { log, clock, logger, position, topics = liveTopics } = options
  const stopping = new AbortController()
  let subscription: Subscription | null = null
  let isCaughtUp = false
  let ends: Ends = new Map()
  const running = run()

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        await follow()
      } catch (error) {
        logger.warn({ err: error }, 'log not readable for live state; tried again')
        if (isGap(error)) options.forget()
      }
      subscription = null
      await clock.sleep(retryMs, stopping.signal)
    }
  }

  async function follow(): Promise<void> {
    ends = await endsOf(log, topics)
    if (isBeyond(ends, position)) options.forget()
    const target = ends
    checkCaughtUp(target)
    subscription = await log.follow(topics, position, async (shard, records) => {
      await options.take(shard, records)
      checkCaughtUp(target)
    })
    if (stopping.signal.aborted) await subscription.close()
    await subscription.done
  }

  function checkCaughtUp(target: Ends): void {
    if (isCaughtUp || !hasReached(target, position)) return
    isCaughtUp = true
    options.caughtUp()
  }

  /** For the lag that answers tell. Asking fails while the log is away, which `isFollowing` says. */
  async function askEnds(): Promise<void> {
    if (subscription === null) return
    try {
      ends = await endsOf(log, topics)
    } catch (error) {
      logger.debug({ err: error }, 'end of the log not known')
    }
  }

  const asking = setInterval(() => void askEnds(), endsEveryMs)

  return {
    isCaughtUp: () => isCaughtUp,
    isFollowing: () => subscription !== null,
    ends: () => ends,
    async close() {
      clearInterval(asking)
      stopping.abort()
      await subscription?.close()
      await running
    },
  }
}

export function shardsOf(log: Pick<EventLog, 'partitions'>): readonly Shard[] {
  return liveTopics.flatMap((topic) =>
    Array.from({ length: log.partitions(topic) }, (_, partition) => ({ topic, partition })),
  )
}

async function endsOf(log: EventLog, topics: readonly Topic[]): Promise<Ends> {
  const all = await Promise.all(topics.map(async (topic) => [topic, await log.end(topic)] as const))
  return new Map(all)
}

function everyShard(ends: Ends, holds: (shard: Shard, end: number) => boolean): boolean {
  return [...ends].every(([topic, offsets]) =>
    offsets.every((end, partition) => holds({ topic, partition }, end)),
  )
}

function hasReached(ends: Ends, position: (shard: Shard) => number): boolean {
  return everyShard(ends, (shard, end) => position(shard) >= end)
}

/** A log that was made anew has less than was read. */
function isBeyond(ends: Ends, position: (shard: Shard) => number): boolean {
  return !everyShard(ends, (shard, end) => position(shard) <= end)
}

/** The log says that it never had what was asked for. */
function isGap(error: unknown): boolean {
  return error instanceof LedgerlineError && error.code === 'LOG_UNAVAILABLE' && !error.retryable
}
