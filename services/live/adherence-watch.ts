import type { Clock } from '../runtime/clock.ts'
import type { Logger } from '../runtime/logger.ts'
import { createAdherenceBoard, type AdherenceBoard } from './adherence-board.ts'
import type { ReadAdherence } from './adherence-day.ts'
import { changesAt } from './adherence-news.ts'

/** Reads for all who listen in one zone how agents keep to their plans, and only while somebody does. */
export interface AdherenceWatch {
  readonly zone: string
  readonly board: AdherenceBoard
  /** The board is as new as the tables. It is not before the first reading, nor the first after nobody has listened. */
  readonly isCurrent: boolean
  /** False while the tables cannot be read. */
  readonly isReading: boolean
  /** Answers how to stop. */
  listen(): () => void
  /** Nobody has listened for so long that it need not be remembered. */
  isIdle(): boolean
  /** Reads if there may be something new, and it is not too soon; to be called often. */
  look(): void
}

export interface AdherenceWatchOptions {
  readonly read: ReadAdherence
  /** Is another when the tables may tell something else of agents; null: they cannot be understood yet. */
  readonly tablesAt: () => string | null
  readonly clock: Clock
  readonly logger: Logger
  /** After each reading. */
  readonly onRead: () => void
}

const readGapMs = 1_000

/** No more of the time than this goes to reading. */
const readingShare = 0.5

/** Not everything that a reading depends on is told by `tablesAt`: other processes write tables too. */
const readAtLeastEveryMs = 5_000

const remembersForMs = 300_000

export function createAdherenceWatch(
  zone: string,
  { read, tablesAt, clock, logger, onRead }: AdherenceWatchOptions,
): AdherenceWatch {
  const board = createAdherenceBoard()
  let listeners = 0
  let idleSince = performance.now()
  let isUnderWay = false
  let isCurrent = false
  let isReading = true
  let readAt = -Infinity
  let mayReadAt = -Infinity
  let wasAt: string | null = null
  let borderAt = -Infinity

  async function readOnce(at: string): Promise<void> {
    isUnderWay = true
    const began = performance.now()
    try {
      const reading = await read(zone, null)
      board.take(reading)
      wasAt = at
      borderAt = changesAt(reading)
      isReading = true
      isCurrent = listeners > 0
    } catch (error) {
      if (isReading) logger.warn({ err: error }, 'adherence not readable; its readers hear nothing')
      isReading = false
    }
    readAt = performance.now()
    mayReadAt = began + Math.max(readGapMs, (readAt - began) / readingShare)
    isUnderWay = false
    onRead()
  }

  return {
    zone,
    board,
    get isCurrent() {
      return isCurrent
    },
    get isReading() {
      return isReading
    },
    listen() {
      listeners++
      return () => {
        listeners--
        if (listeners > 0) return
        idleSince = performance.now()
        isCurrent = false
      }
    },
    isIdle: () => listeners === 0 && performance.now() - idleSince > remembersForMs,
    look() {
      const elapsed = performance.now()
      if (listeners === 0 || isUnderWay || elapsed < mayReadAt) return
      const at = tablesAt()
      if (at === null) return
      const isDue = !isCurrent || at !== wasAt || clock.now() >= borderAt
      if ((isDue && isReading) || elapsed - readAt >= readAtLeastEveryMs) void readOnce(at)
    },
  }
}
