import type { Freshness, ShardFreshness } from '../../schemas/feeds/state.ts'
import type { EventLog, LogRecord, Shard } from '../log/log.ts'
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
   * Nothing else is shown while a listener has not resolved. Answers how to stop being told.
   */
  onChange(listener: () => Promise<void>): () => void
  close(): Promise<void>
}

/** Changes within this time of each other go out together, as do those that come while others are told. */
const changeGapMs = 50

/** Minutes of the ledger are read again in no time; to write all timelines of a day takes a second or two. */
const writeEveryMs = 300_000

/** Begins to read at once, and is there before it has caught up. */
export async function openLiveState(options: LiveStateOptions): Promise<LiveState> {
  const { log, file, clock, logger } = options
  const view = createLedgerView(log, clock, logger, await readMemory(file, logger))
  const teller = createTeller(view, takeHeld)
  /** What came while others were told of what was before it. */
  let held: { readonly shard: Shard; readonly records: readonly LogRecord[] }[] = []
  const following = startFollowing({
    ...{ log, clock, logger },
    position: (shard) => view.nextOffset(shard),
    forget() {
      held = []
      view.forget()
    },
    caughtUp: () => teller.soon(),
    async take(shard, records) {
      if (held.length >= heldMax) await teller.untilTold()
      if (teller.tellingSequence() === null) view.take(shard, records)
      else held.push({ shard, records })
      if (following.isCaughtUp()) teller.soon()
    },
  })

  function takeHeld(): void {
    for (const { shard, records } of held) view.take(shard, records)
    if (held.length > 0) teller.soon()
    held = []
  }

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

  /** While it is told it keeps its number, whatever others ask for meanwhile: each message is made once for all readers. */
  const told: Publication = {
    ...view.publication,
    get sequence() {
      return teller.tellingSequence() ?? view.publication.sequence
    },
  }

  function refreshTold(): void {
    if (teller.tellingSequence() === null) refresh('urgent')
  }

  return {
    current() {
      refresh('whole')
      return view.publication
    },
    details() {
      refresh('whole')
      return view.details
    },
    told: {
      current() {
        refreshTold()
        return told
      },
      details() {
        refreshTold()
        return view.details
      },
    },
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

/** Batches, so that a log that was away for long does not fill the memory while a few readers are told. */
const heldMax = 100

/** Tells of changes: the first at once, those after it together. `told` is called when all have heard what was told. */
function createTeller(view: LedgerView, told: () => void) {
  const listeners = new Set<() => Promise<void>>()
  let timer: NodeJS.Timeout | null = null
  let staffTimer: NodeJS.Timeout | null = null
  let telling: Promise<void> | null = null
  let tellingSequence: number | null = null
  let tellsAt = 0
  let toldSequence = 0

  async function tell(): Promise<void> {
    const began = performance.now()
    telling = tellAll()
    await telling
    telling = tellingSequence = null
    tellsAt = began + changeGapMs
    timer = null
    told()
    if (view.lacksStaff()) staffTimer ??= setTimeout(tellStaff, staffGapMs)
  }

  function tellStaff(): void {
    staffTimer = null
    soon()
  }

  function soon(): void {
    timer ??= setTimeout(() => void tell(), Math.max(0, tellsAt - performance.now()))
  }

  async function tellAll(): Promise<void> {
    view.sweep()
    view.refresh('urgent')
    const { sequence } = view.publication
    if (sequence === toldSequence) return
    toldSequence = tellingSequence = sequence
    await Promise.all([...listeners].map((listener) => listener()))
  }

  return {
    soon,
    tellingSequence: () => tellingSequence,
    /** What is being told stays as it is until everybody has heard it. */
    async untilTold(): Promise<void> {
      while (telling !== null) await telling
    },
    add(listener: () => Promise<void>): () => void {
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
