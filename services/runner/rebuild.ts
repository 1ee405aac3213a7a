import type { Instant } from '../../schemas/events/instant.ts'
import type { EventLog, Shard } from '../log/log.ts'
import { nameOf } from '../log/shards.ts'
import type { Clock } from '../runtime/clock.ts'
import { LedgerlineError } from '../runtime/errors.ts'
import type { Logger } from '../runtime/logger.ts'
import { freezeTables, linkPartitionsBefore, tablesInOtherOrder } from '../warehouse/frozen.ts'
import { swapTables } from '../warehouse/swap.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'
import {
  checkTables,
  comparedTables,
  compareTables,
  type Difference,
  type TableCheck,
} from './compare.ts'
import { derivedIdsIn, missingDerived } from './derived-ids.ts'
import { verifyAgainstFacts, type FactsCheck } from './facts-check.ts'
import { monthColumns, monthName, type OlderMonths } from './months.ts'
import { openReplay, type ReplayProgress } from './replay.ts'
import type { Runner, ShardProgress } from './runner.ts'
import { dropShadow, hasSwapToMend, mendSwap, openShadow } from './shadow.ts'

export interface RebuildOptions {
  readonly log: EventLog
  readonly warehouse: Warehouse
  readonly runner: Runner
  readonly stateFolder: string
  readonly clock: Clock
  readonly logger: Logger
  /** May throw: that ends the work. */
  readonly onProgress: (progress: RebuildProgress) => void
}

/** While it reads, records; then tables. */
export interface RebuildProgress extends ReplayProgress {
  readonly phase: 'reading the ledger' | 'comparing tables' | 'adding up facts'
}

/** Of tables that lie in months, the months that were written anew. */
export interface RebuildReport {
  readonly before: readonly TableCheck[]
  readonly after: readonly TableCheck[]
  readonly isSame: boolean
}

/**
 * Folds the whole ledger into new tables beside the ones in use, then puts them in their place. Readers see the old rows
 * until then; the live shards stand still only for the last records and the exchange.
 *
 * `from`, the beginning of a month, leaves the rows of the months before it as they are. All records are folded even so:
 * what comes over the border, be it an open task or a late event, is what it is in a rebuild of all. But nobody has to be told
 * how rows of before it changed, and what need not be told need not be folded record by record.
 */
export async function rebuild(
  options: RebuildOptions,
  from: Instant | null = null,
): Promise<RebuildReport> {
  const { warehouse } = options
  const older = from === null ? null : { before: from, database: warehouse.database }
  const since = from === null ? '' : monthName(from)
  const work: ShadowWork<RebuildReport> = {
    async atRest({ shadow, frozen }) {
      if (older !== null) {
        await linkPartitionsBefore(warehouse, shadow, [...monthColumns.keys()], since)
      }
      await freezeTables(shadow, frozen, comparedTables)
      await swapTables(warehouse, shadow.database, [...comparedTables, 'generation', 'shard_ticks'])
    },
    // The shadow holds the tables that were in use until now.
    async afterwards({ shadow, frozen }) {
      const before = await checkTables(shadow, tablesOf(options, 'comparing tables', 0), since)
      const after = await checkTables(frozen, tablesOf(options, 'comparing tables', 1), since)
      const isSame = JSON.stringify(before) === JSON.stringify(after)
      return { before, after, isSame }
    },
  }
  return inShadow(options, work, older)
}

export interface LogCheck {
  readonly tables: readonly TableCheck[]
  readonly differences: readonly Difference[]
  /** Derived events that the ledger ought to hold and does not. */
  readonly missingDerived: readonly string[]
}

/** Folds the whole ledger into shadow tables, compares each row with the tables in use, and throws the shadow away. */
export function verifyAgainstLog(options: RebuildOptions): Promise<LogCheck> {
  return inShadow(options, {
    atRest: (sides) => freezeUsed(options, sides),
    afterwards: (sides) => againstLog(options, sides),
  })
}

/** The same, and each interval worked out again from the facts, as they were at the same moment. */
export function verify(
  options: RebuildOptions,
): Promise<LogCheck & { readonly facts: FactsCheck }> {
  return inShadow(options, {
    atRest: (sides) => freezeUsed(options, sides),
    async afterwards(sides) {
      const log = await againstLog(options, sides)
      const onTable = tablesOf(options, 'adding up facts')
      const facts = await verifyAgainstFacts(
        sides.frozen,
        { progress: () => sides.progress },
        onTable,
      )
      return { ...log, facts }
    },
  })
}

function freezeUsed({ warehouse }: RebuildOptions, { frozen }: Sides): Promise<void> {
  return freezeTables(warehouse, frozen, comparedTables)
}

async function againstLog(
  options: RebuildOptions,
  { shadow, frozen, progress }: Sides,
): Promise<LogCheck> {
  const onTable = tablesOf(options, 'comparing tables')
  const { here, differences } = await compareTables(frozen, shadow, onTable)
  const missing = await missingDerived(shadow, frozen, options.log, offsetsOf(progress))
  return { tables: here, differences, missingDerived: missing }
}

/** Tells of tables as of records; `round`, if they are gone through twice. */
function tablesOf(
  { onProgress }: RebuildOptions,
  phase: RebuildProgress['phase'],
  round?: 0 | 1,
): (done: number, total: number) => void {
  return (done, total) => {
    const rounds = round === undefined ? 1 : 2
    const count = { done: done + (round ?? 0) * total, total: total * rounds }
    onProgress({ phase, ...count, recordsPerSecond: 0, secondsLeft: 0 })
  }
}

interface Sides {
  readonly shadow: Warehouse
  /** For tables that are to stay as they were when both sides were at the same place. */
  readonly frozen: Warehouse
  /** Where the live shards stood then. */
  readonly progress: readonly ShardProgress[]
}

interface ShadowWork<T> {
  /** Both sides are at the same place of the ledger, and the live one stands still: so this has to be quick. */
  atRest(sides: Sides): Promise<void>
  /** The live shards go on meanwhile. */
  afterwards(sides: Sides): Promise<T>
}

/**
 * Goes on with what an earlier run has read, be it a rebuild of all or a verify: both fill the same shadow. A run that ends
 * too soon leaves it for the next; one that is done throws it away.
 */
async function inShadow<T>(
  options: RebuildOptions,
  work: ShadowWork<T>,
  older: OlderMonths | null = null,
): Promise<T> {
  const { log, warehouse, runner, stateFolder, clock, logger, onProgress } = options
  if (await hasSwapToMend(warehouse)) {
    await runner.paused(() => mendSwap(warehouse, stateFolder))
  }
  const contents = older === null ? 'all' : `from ${monthName(older.before)}`
  const made = await openShadow(warehouse, log, stateFolder, contents)
  const { tables: shadow, frozen, memory } = made
  if (older !== null) await mustLieAlike(warehouse, shadow)
  const replay = openReplay({
    ...{ log, clock, logger, older },
    warehouse: shadow,
    stateFolder: memory,
    derivedIds: derivedIdsIn(shadow),
    onProgress: (progress) => onProgress({ phase: 'reading the ledger', ...progress }),
  })
  let result: T
  try {
    await replay.readTo(offsetsOf(runner.progress()))
    const sides = await runner.paused(async () => {
      const progress = runner.progress()
      await replay.readTo(offsetsOf(progress))
      const ahead = progress.find((shard) => replay.nextOffset(shard) > shard.nextOffset)
      if (ahead !== undefined) throw new LedgerlineError('SHARD_LOST', behind, { retryable: true })
      const atRest = { shadow, frozen, progress }
      await work.atRest(atRest)
      return atRest
    })
    result = await work.afterwards(sides)
  } finally {
    replay.close()
  }
  await dropShadow(warehouse, stateFolder)
  return result
}

/** Told before anything is read: parts that lie in another order could not be taken over in the end. */
async function mustLieAlike(warehouse: Warehouse, shadow: Warehouse): Promise<void> {
  const others = await tablesInOtherOrder(warehouse, shadow, [...monthColumns.keys()])
  if (others.length === 0) return
  const detail = `an earlier version has laid ${others.join(', ')} in another order: rebuild all once`
  throw new LedgerlineError('WAREHOUSE_QUERY', detail, { retryable: false })
}

/** After a power cut, say: the shadow was written down and the live shards were not. */
const behind = 'the tables in use are behind what this has read before: try again in a minute'

function offsetsOf(progress: readonly ShardProgress[]): (shard: Shard) => number {
  const offsets = new Map(progress.map((shard) => [nameOf(shard), shard.nextOffset]))
  return (shard) => offsets.get(nameOf(shard)) ?? 0
}
