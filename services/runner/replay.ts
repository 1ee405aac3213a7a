import type { EventLog, Shard } from '../log/log.ts'
import { nameOf } from '../log/shards.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Logger } from '../runtime/logger.ts'
import { workRate } from '../runtime/work-rate.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'
import type { DerivedIds } from './derived-ids.ts'
import { gatherInserts } from './gathered-inserts.ts'
import type { OlderMonths } from './months.ts'
import { openShardRunner, type ShardRunner } from './shard-runner.ts'
import { placeIn } from './shard-store.ts'
import { readShards, stateFile } from './shards.ts'

export interface ReplayProgress {
  readonly done: number
  readonly total: number
  readonly recordsPerSecond: number
  readonly secondsLeft: number
}

export interface ReplayOptions {
  readonly log: EventLog
  /** The database that the rows go to, already with its tables. */
  readonly warehouse: Warehouse
  readonly stateFolder: string
  /** Where the ids of all events that follow from what it reads are put down; it appends none. */
  readonly derivedIds?: DerivedIds
  /** Months whose rows it does not write; null, or missing: it writes all. */
  readonly older?: OlderMonths | null
  readonly clock: Clock
  readonly logger: Logger
  readonly onProgress: (progress: ReplayProgress) => void
}

/** The ledger folded again into other tables, by the code of today. Its shards remember how far they have come. */
export interface Replay {
  /** Reads each shard on to an offset, not included, from wherever an earlier replay into the same tables has stopped. */
  readTo(until: (shard: Shard) => number): Promise<void>
  /** How far it has read a shard. */
  nextOffset(shard: Shard): number
  close(): void
}

const batchRecords = 10_000

/** How many shards are read at the same time: while one waits for the warehouse, another folds. */
const atOnce = 4

export function openReplay(options: ReplayOptions): Replay {
  const { log, stateFolder, clock, logger, onProgress, older = null } = options
  const context = {
    ...{ log, clock, logger, appends: false, older },
    warehouse: gatherInserts(options.warehouse),
    ...(options.derivedIds === undefined ? {} : { derivedIds: options.derivedIds }),
  }
  const runners: readonly ShardRunner[] = readShards(log).map((shard) => {
    const file = stateFile(stateFolder, shard)
    const place = placeIn(file)
    // A run that was cut off may have written rows of the batch after it.
    const carefulBefore = place === null ? 0 : place.nextOffset + batchRecords
    return openShardRunner(shard, file, context, carefulBefore)
  })

  async function readTo(until: (shard: Shard) => number): Promise<void> {
    const began = Date.now()
    const left = () =>
      runners.reduce(
        (sum, { shard, nextOffset }) => sum + Math.max(0, until(shard) - nextOffset),
        0,
      )
    const total = runners.reduce((sum, { shard }) => sum + until(shard), 0)
    const atFirst = left()
    const tell = () => {
      const rest = left()
      const rate = workRate(atFirst - rest, rest, Date.now() - began)
      onProgress({ done: total - rest, total, ...rate })
    }
    const waiting = [...runners]
    let isOver = false
    const work = async () => {
      try {
        for (let next = waiting.pop(); next !== undefined && !isOver; next = waiting.pop()) {
          await readShard(next, until(next.shard), () => {
            tell()
            return !isOver
          })
        }
      } catch (error) {
        isOver = true
        throw error
      }
    }
    const all = Array.from({ length: atOnce }, work)
    // When one of them fails the others end their batches first: nothing is written once this has been left.
    await Promise.allSettled(all)
    await Promise.all(all)
    tell()
  }

  async function readShard(
    runner: ShardRunner,
    until: number,
    goesOn: () => boolean,
  ): Promise<void> {
    if (runner.nextOffset >= until) return
    for await (const records of log.read(runner.shard, runner.nextOffset, batchRecords)) {
      await runner.process(records.filter(({ offset }) => offset < until))
      if (!goesOn() || runner.nextOffset >= until) return
    }
  }

  return {
    readTo,
    nextOffset: (shard) =>
      runners.find((runner) => nameOf(runner.shard) === nameOf(shard))?.nextOffset ?? 0,
    close() {
      for (const runner of runners) runner.close()
    },
  }
}
