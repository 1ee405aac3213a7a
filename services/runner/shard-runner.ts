import { encodeEvent } from '../../schemas/avro/codec.ts'
import { encodeDeadLetter } from '../../schemas/avro/dead-letter.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { placementsOf, type Topic } from '../log/topics.ts'
import type { EventLog, LogRecord, NewRecord, Shard } from '../log/log.ts'
import { folds } from '../projections/all.ts'
import type { PassingTime } from '../projections/passing-time.ts'
import type { Instant } from '../../schemas/events/instant.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Logger } from '../runtime/logger.ts'
import { LedgerlineError } from '../runtime/errors.ts'
import { positionOf } from '../runtime/position.ts'
import { quarterHourMs } from '../time/interval.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'
import type { DerivedIds } from './derived-ids.ts'
import type { OlderMonths } from './months.ts'
import { createFeedTelling } from './feed-telling.ts'
import type { Arrival } from './arrivals.ts'
import { createStagedStore } from './staged-store.ts'
import { createShardFold, type Collected } from './shard-fold.ts'
import { openShardStore } from './shard-store.ts'
import { slim } from './slim.ts'
import { readRecords, writeEvents, writeRows, writeTick, type Poison } from './shard-writer.ts'
import { timelinesIn, type LoadTimelines } from './timelines.ts'

export interface ShardContext {
  readonly log: EventLog
  readonly warehouse: Warehouse
  readonly clock: Clock
  readonly logger: Logger
  /** Only the live generation appends what it derives; a rebuild derives the same and compares. */
  readonly appends: boolean
  /** Where a rebuild puts the ids of what it derives. */
  readonly derivedIds?: DerivedIds
  /** What is not written anew; null, or missing: all is. */
  readonly older?: OlderMonths | null
}

/** One shard: its timelines, its store, and the way of a batch through them. */
export interface ShardRunner {
  readonly shard: Shard
  readonly nextOffset: number
  /** The same as a place in the log. */
  readonly position: number
  readonly time: Pick<PassingTime, 'ticked' | 'openUntil'>
  readonly entitiesCount: number
  readonly intervalMs: number
  /** Records before it are taken with care: see `openShardRunner`. */
  readonly carefulBefore: number
  /** Folds, writes and commits the records from `nextOffset` on; earlier ones are passed over. */
  process(records: readonly LogRecord[]): Promise<void>
  /**
   * Folds them, and tells the adherence feed; nothing is written yet. Rejects with SHARD_LOST where records are missing between
   * what was taken and these.
   */
  take(records: readonly LogRecord[]): Promise<void>
  /**
   * Writes and commits what was taken. It may be called between two batches only, but the next need not wait until it is done: what
   * is taken meanwhile comes with the next write. When it rejects, it may be called again, or the shard opened anew.
   */
  write(): Promise<void>
  /** Taken, and not yet committed. */
  readonly uncommittedCount: number
  /** It tells the feed: somebody may be told in the words of a target, and the shard has caught up. */
  readonly isTelling: boolean
  /** When time alone gives it something to tell. */
  tellsAt(): Instant
  /** Tells what there is to tell by now. Once before the first batch, so that it need not wait for one. */
  tell(): Promise<void>
  /** A copy of its memory, as a file. */
  copyTo(file: string): void
  close(): void
}

/**
 * Opens a shard where its store says. Whoever held it before may have written rows of a batch that he did not commit; if
 * such a row changed and changed back within one of our batches, we would see no change and leave his standing. So
 * records before `carefulBefore`, the log's end when the shard was gained, are taken with care.
 */
export function openShardRunner(
  shard: Shard,
  file: string,
  { log, warehouse, clock, logger, appends, derivedIds, older = null }: ShardContext,
  carefulBefore: number,
): ShardRunner {
  const epoch = log.epoch(shard.topic)
  const store = createStagedStore(openShardStore(file, epoch))
  const fold = folds.find(({ topic }) => topic === shard.topic)
  const inTables = timelinesIn(warehouse, older)
  const load: LoadTimelines = async (...asked) => {
    await writeTaken()
    return inTables(...asked)
  }
  const state = fold === undefined ? null : createShardFold(shard, fold, store, load, older?.before)
  const feed = state === null || !appends ? null : createFeedTelling(shard, { log, clock, store })
  let takenTo = store.progress.nextOffset
  /** Taken, and not yet in the table `events`. */
  let unwritten: Arrival[] = []
  let eventsWritten: Promise<void> = Promise.resolve()
  /** What the rows are as of. */
  let written = state?.time ?? null
  /** The tick that this runner has put into the tables for all to see; the one of a runner before is put there again. */
  let shownTick: Instant = 0
  /** What is being written, or was to be when that failed: it may be there in part. */
  let begun: Begun | null = null
  let finished: Promise<void> | null = null

  async function process(records: readonly LogRecord[]): Promise<void> {
    await take(records)
    await write()
  }

  async function take(records: readonly LogRecord[]): Promise<void> {
    const fresh = records.filter(({ offset }) => offset >= takenTo)
    const [first] = fresh
    const last = fresh.at(-1)
    if (first === undefined || last === undefined) return
    if (first.offset !== takenTo) {
      const message = `${shard.topic}/${shard.partition}: ${takenTo} was to be read`
      throw new LedgerlineError('SHARD_LOST', message, { retryable: true })
    }
    const { arrivals, poison } = readRecords(epoch, fresh)
    if (poison.length > 0) await setAside(poison)
    unwritten.push(...arrivals)
    const isCareful = takenTo < carefulBefore
    takenTo = last.offset + 1
    if (state === null) return
    await state.take(
      arrivals.map((arrival) => ({ ...arrival, event: slim(arrival.event) })),
      isCareful,
    )
    await tell()
  }

  /** Timelines are loaded from the table, so what was taken is there before anything that is loaded after it. */
  function writeTaken(): Promise<void> {
    const next = eventsWritten.then(async () => {
      const arrivals = unwritten
      unwritten = []
      try {
        await writeEvents(warehouse, shard, arrivals, older)
      } catch (error) {
        unwritten = [...arrivals, ...unwritten]
        throw error
      }
    })
    eventsWritten = next.catch(() => undefined)
    return next
  }

  function write(): Promise<void> {
    if (begun === null) {
      begin()
      return finish()
    }
    return finish().then(write)
  }

  /** From here on the shard may take more: what it has changed until now is staged, and seen by what comes. */
  function begin(): void {
    if (takenTo === store.progress.nextOffset && feed?.hasTold() !== true) return
    const collected = state?.collect() ?? null
    const told = feed?.collect() ?? null
    store.stage({
      ...{ ...store.progress, ...nothing, ...collected?.commit, epoch, nextOffset: takenTo },
      ...(told !== null && { feed: told }),
    })
    state?.tidy()
    begun = { nextOffset: takenTo, time: state?.time ?? null, collected }
  }

  function finish(): Promise<void> {
    if (begun === null) return Promise.resolve()
    finished ??= writeBegun(begun).finally(() => (finished = null))
    return finished
  }

  async function writeBegun({ nextOffset, time, collected }: Begun): Promise<void> {
    await writeTaken()
    if (collected !== null) {
      const { rows, derived, withdrawn } = collected
      await writeRows(warehouse, rows, older)
      if (appends) await appendEvents(log, derived)
      if (nextOffset > store.progress.nextOffset) {
        await derivedIds?.note(shard, positionOf(epoch, nextOffset - 1), derived, withdrawn)
      }
      await showTick(time?.ticked ?? 0, nextOffset)
    }
    store.commit()
    begun = null
    written = time
  }

  async function showTick(ticked: Instant, nextOffset: number): Promise<void> {
    if (ticked <= shownTick) return
    await writeTick(warehouse, shard, ticked, positionOf(epoch, nextOffset))
    shownTick = ticked
  }

  async function tell(): Promise<void> {
    if (state === null || feed === null || !state.isMapped || takenTo < carefulBefore) return
    await feed.tell(state, positionOf(epoch, takenTo))
  }

  /** What cannot be read is kept, with its place, where somebody will look at it. */
  async function setAside(poison: readonly Poison[]): Promise<void> {
    for (const { record, reason } of poison) {
      const place = `${shard.topic}/${shard.partition}/${record.offset}`
      logger.error({ ...shard, offset: record.offset, reason }, 'record set aside: it is no event')
      if (!appends) continue
      const value = encodeDeadLetter({
        id: place,
        source: 'projections',
        receivedAt: clock.now(),
        reason,
        detail: `record ${place} could not be read`,
        contentType: null,
        path: null,
        body: record.value,
        headers: {},
      })
      await log.append('ledgerline.dead-letters', [{ key: 'projections', value }])
    }
  }

  return {
    shard,
    get nextOffset() {
      return store.progress.nextOffset
    },
    get position() {
      return positionOf(epoch, store.progress.nextOffset)
    },
    get time() {
      const { tick } = store.progress
      return written ?? { ticked: tick, openUntil: tick }
    },
    get entitiesCount() {
      return state?.entitiesCount ?? 0
    },
    get intervalMs() {
      return state?.intervalMs ?? quarterHourMs
    },
    carefulBefore,
    process,
    take,
    write,
    get uncommittedCount() {
      return takenTo - store.progress.nextOffset
    },
    get isTelling() {
      return feed?.isTelling() ?? false
    },
    tellsAt: () => (feed?.isTelling() === true ? (state?.presentDueAt() ?? Infinity) : Infinity),
    tell,
    copyTo: (file) => store.copyTo(file),
    close: () => store.close(),
  }
}

interface Begun {
  readonly nextOffset: number
  readonly time: PassingTime | null
  /** Null: nothing is folded of the shard's topic. */
  readonly collected: Collected | null
}

const nothing = {
  entities: [],
  chapters: new Map<string, never>(),
  reservations: [],
  rows: new Map<string, null>(),
}

/** Appends events wherever they belong. A crash between two topics is healed by the next run, which derives them again. */
export async function appendEvents(log: EventLog, events: readonly LedgerEvent[]): Promise<void> {
  const byTopic = new Map<Topic, NewRecord[]>()
  for (const event of events) {
    const value = encodeEvent(event)
    for (const { topic, key, everywhere } of placementsOf(event)) {
      const records = byTopic.get(topic) ?? []
      byTopic.set(topic, records)
      if (!everywhere) records.push({ key, value })
      else {
        for (let partition = 0; partition < log.partitions(topic); partition++) {
          records.push({ key: '', value, partition })
        }
      }
    }
  }
  for (const [topic, records] of byTopic) await log.append(topic, records)
}
