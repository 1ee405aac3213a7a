import type { Freshness, ShardFreshness } from '../../schemas/feeds/state.ts'
import type { EventLog } from '../log/log.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Logger } from '../runtime/logger.ts'
import { startFollowing } from './following.ts'
import type { LedgerTime } from './ledger-time.ts'
import {
  createLedgerView,
  staffGapMs,
  type LedgerView,
  type LiveDetails,
  type Shown,
} from './ledger-view.ts'
import type { Publication } from './publication.ts'
import { readStateFile, writeStateFile } from './state-file.ts'

export interface LiveStateOptions {
  readonly log: EventLog
  /** Where it remembers how far it has read, so that a start reads only the rest; null: it reads all again. */
  readonly file: string | null
  readonly clock: Clock
  readonly logger: Logger
}

/** The routing state of this second, from all shards of the ledger. Every process that shows it reads the ledger itself. */
export interface LiveState {
  /** What is shown, brought up to the last record that was read. */
  current(): Publication
  /** More of what is in `current()`, for one thing at a time. */
  details(): LiveDetails
  /** The same for those who are told of each change: how the members of queues stand may be a moment old in it. */
  readonly told: Pick<LiveState, 'current' | 'details'>
  /** Up to where the ledger is in it, as one word. */
  position(): string
  freshness(): Freshness
  shards(): readonly ShardFreshness[]
  /** False until all has been read that was there at the start. */
  isCaughtUp(): boolean
  /** By the definitions that are in the ledger. */
  ledgerTime(): LedgerTime
  /**
   * Tells when something has changed: at once, but for what follows too soon upon what was told, which goes out together.
   * Answers how to stop being told.
   */
  onChange(listener: () => void): () => void
  close(): Promise<void>
}

/** Changes within this time of each other go out together. */
const changeGapMs = 50

/** No more of the time than this goes to telling: the more readers there are, and the more happens, the more goes out together. */
const tellingShare = 0.75

/** Minutes of the ledger are read again in no time; to write all timelines of a day takes a second or two. */
const writeEveryMs = 300_000

/** Begins to read at once, and is there before it has caught up. */
export async function openLiveState(options: LiveStateOptions): Promise<LiveState> {
  const { log, file, clock, logger } = options
  const view = createLedgerView(log, clock, logger, await readMemory(file, logger))
  const teller = createTeller(view)
  const following = startFollowing({
    ...{ log, clock, logger },
    position: (shard) => view.nextOffset(shard),
    forget: () => view.forget(),
    caughtUp: () => teller.soon(),
    take(shard, records) {
      view.take(shard, records)
      if (following.isCaughtUp()) teller.soon()
    },
  })
  const writer = startWriter(view, file, logger)
  // Waits grow without anything being read.
  const aging = setInterval(() => {
    if (following.isCaughtUp() && view.isDue()) teller.soon()
  }, agingMs)
  let refreshedAt = 0

  function refresh(what: Shown): void {
    // While the past is read the present is nobody's concern, and making it again and again would hold up the reading.
    if (!following.isCaughtUp() && Date.now() - refreshedAt <= refreshMsMin) return
    view.refresh(what)
    refreshedAt = Date.now()
  }

  function shown(what: Shown): LiveState['told'] {
    return {
      current() {
        refresh(what)
        return view.publication
      },
      details() {
        refresh(what)
        return view.details
      },
    }
  }

  return {
    ...shown('whole'),
    told: shown('urgent'),
    position: () => view.position(),
    freshness: () => ({
      reading: following.isFollowing(),
      ...view.freshness(following.ends()),
    }),
    shards: () => view.shards(following.ends()),
    isCaughtUp: () => following.isCaughtUp(),
    ledgerTime: () => view.ledgerTime(),
    onChange: (listener) => teller.add(listener),
    async close() {
      clearInterval(aging)
      await following.close()
      teller.close()
      await writer.close()
    },
  }
}

const refreshMsMin = 1_000

const agingMs = 1_000

/** Tells of changes: the first at once, those after it together. */
function createTeller(view: LedgerView) {
  const listeners = new Set<() => void>()
  let timer: NodeJS.Timeout | null = null
  let staffTimer: NodeJS.Timeout | null = null
  let tellsAt = 0
  let toldSequence = 0

  function tell(): void {
    timer = null
    const began = performance.now()
    tellAll()
    const tookMs = performance.now() - began
    tellsAt = began + Math.max(changeGapMs, tookMs / tellingShare)
    if (view.lacksStaff()) staffTimer ??= setTimeout(tellStaff, staffGapMs)
  }

  function tellStaff(): void {
    staffTimer = null
    soon()
  }

  function soon(): void {
    timer ??= setTimeout(tell, Math.max(0, tellsAt - performance.now()))
  }

  function tellAll(): void {
    view.sweep()
    view.refresh('urgent')
    const { sequence } = view.publication
    if (sequence === toldSequence) return
    toldSequence = sequence
    for (const listener of listeners) listener()
  }

  return {
    soon,
    add(listener: () => void): () => void {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    close(): void {
      for (const one of [timer, staffTimer]) if (one !== null) clearTimeout(one)
    },
  }
}

function startWriter(view: LedgerView, file: string | null, logger: Logger) {
  let writing: Promise<void> = Promise.resolve()
  let written = ''

  async function writeOnce(): Promise<void> {
    const position = view.position()
    if (file === null || position === written) return
    try {
      await writeStateFile(file, view.memory())
      written = position
    } catch (error) {
      logger.warn({ err: error }, 'live state not written; a start would read more of the ledger')
    }
  }

  function write(): Promise<void> {
    writing = writing.then(writeOnce)
    return writing
  }

  const timer = setInterval(() => void write(), writeEveryMs)
  return {
    close(): Promise<void> {
      clearInterval(timer)
      return write()
    },
  }
}

/** A file that cannot be read is no harm: the ledger has it all. */
async function readMemory(file: string | null, logger: Logger) {
  if (file === null) return null
  try {
    return await readStateFile(file)
  } catch (error) {
    logger.warn({ reason: reasonOf(error) }, 'live state of the last run not readable')
    return null
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error
}
