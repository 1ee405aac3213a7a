import type { EventLog, Shard } from '../log/log.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Logger } from '../runtime/logger.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'
import { gatherInserts } from './gathered-inserts.ts'
import { openShardRunner, type ShardRunner } from './shard-runner.ts'
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
  readonly clock: Clock
  readonly logger: Logger
  readonly onProgress: (progress: ReplayProgress) => void
}

/** The ledger folded again into other tables, by the code of today. */
export interface Replay {
  /** Reads each shard on to an offset, not included. */
  readTo(until: (shard: Shard) => number): Promise<void>
  /** The ids of all events that follow from what it has read; it appends none. */
  readonly derived: ReadonlySet<string>
  close(): void
}

const batchRecords = 10_000

/** How many shards are read at the same time: while one waits for the warehouse, another folds. */
const atOnce = 4

export function openReplay(options: ReplayOptions): Replay {
  const { log, stateFolder, clock, logger, onProgress } = options
  const derived = new Set<string>()
  const context = {
    ...{ log, clock, logger, appends: false },
    warehouse: gatherInserts(options.warehouse),
    onDerived: (events: readonly { readonly id: string }[], withdrawn: ReadonlySet<string>) => {
      for (const id of withdrawn) derived.delete(id)
      for (const { id } of events) derived.add(id)
    },
  }
  const runners: readonly ShardRunner[] = readShards(log).map((shard) =>
    openShardRunner(shard, stateFile(stateFolder, shard), context, 0),
  )

  async function readTo(until: (shard: Shard) => number): Promise<void> {
    const began = Date.now()
    const left = () =>
      runners.reduce(
        (sum, { shard, nextOffset }) => sum + Math.max(0, until(shard) - nextOffset),
        0,
      )
    const total = left()
    const tell = () => {
      const rest = left()
      const seconds = (Date.now() - began) / 1000
      const recordsPerSecond = seconds === 0 ? 0 : (total - rest) / seconds
      const secondsLeft = recordsPerSecond === 0 ? 0 : rest / recordsPerSecond
      onProgress({ done: total - rest, total, recordsPerSecond, secondsLeft })
    }
    const waiting = [...runners]
    const work = async () => {
      for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
        await readShard(next, until(next.shard), tell)
      }
    }
    await Promise.all(Array.from({ length: atOnce }, work))
    tell()
  }

  async function readShard(runner: ShardRunner, until: number, tell: () => void): Promise<void> {
    if (runner.nextOffset >= until) return
    for await (const records of log.read(runner.shard, runner.nextOffset, batchRecords)) {
      await runner.process(records.filter(({ offset }) => offset < until))
      tell()
      if (runner.nextOffset >= until) return
    }
  }

  return {
    readTo,
    derived,
    close() {
      for (const runner of runners) runner.close()
    },
  }
}
