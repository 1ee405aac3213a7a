import { z } from 'zod'
import { defaultDefinitions } from '../../schemas/events/definitions.ts'
import type { Instant } from '../../schemas/events/instant.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { intervalMetrics, type IntervalTable } from '../../schemas/metrics/catalogue.ts'
import type { Metric } from '../../schemas/metrics/metric.ts'
import type { EventLog } from '../log/log.ts'
import { placementsOf, tickedTopics, type Topic } from '../log/topics.ts'
import { wholeTime } from '../projections/agent-story.ts'
import { folds } from '../projections/all.ts'
import type { Knowledge } from '../projections/definitions.ts'
import type { Contribution, Fold } from '../projections/projection.ts'
import { withEvents, type Timeline } from '../projections/timeline.ts'
import { positionOf } from '../runtime/position.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'
import { asOfEntity } from './entity.ts'
import { createFoundChanges, type Rehearsal, type RehearsedCell } from './rehearsed-changes.ts'
import type { ShardProgress } from './runner.ts'
import { timelinesIn } from './timelines.ts'

export interface RehearsalOptions {
  readonly log: EventLog
  readonly warehouse: Warehouse
  /** All shards, with how far each is in the tables. */
  readonly shards: readonly ShardProgress[]
  readonly before: Knowledge
  /** What differs in it holds from `since` at the earliest: all that it changes has had events from then on. */
  readonly after: Knowledge
  readonly since: Instant
  /** How many timelines were folded; throws when the rehearsal is no longer wanted. */
  readonly onProgress: (done: number, total: number) => void
}

/** Names are few bytes; a worker's whole life is in memory while it is folded. */
const [namesMax, timelinesMax] = [5_000, 50]

/**
 * Folds what has had events lately twice, by what the ledger knows and by what it would know, and tells the differences of
 * all that adds up. It reads the tables and touches nothing.
 */
export async function rehearse(options: RehearsalOptions): Promise<Rehearsal> {
  const { warehouse, after, since, onProgress } = options
  // Parts of intervals of two lengths could not be compared.
  const before = { ...options.before, intervalMs: after.intervalMs }
  const sweeps: readonly (readonly Topic[])[] = [...derivingTopics(after), tickedTopics]
  const counts = await countEntities(options)
  const total = sweeps.flat().reduce((sum, topic) => sum + (counts.get(topic) ?? 0), 0)
  const told = new Map<string, LedgerEvent[]>()
  const found = createFoundChanges(warehouse, since)
  let done = 0
  onProgress(done, total)

  for (const [index, topics] of sweeps.entries()) {
    for await (const look of looks(options, topics)) {
      const own = told.get(nameOf(look.fold.topic, look.entity)) ?? []
      const was = folded(look, look.timeline, before)
      const wouldBe = folded(look, withEvents(look.timeline, own), after)
      if (index < sweeps.length - 1) tell(told, newlyDerived(was, wouldBe))
      else
        for (const cell of differences(was, wouldBe)) found.note({ ...cell, entity: look.entity })
      onProgress(++done, total)
    }
  }
  return { entities: counts.get('all') ?? 0, ...(await found.all()) }
}

/**
 * The topics whose timelines would tell others something else. Only limits have that effect: the hub closes what nobody has
 * ended at another instant. Tasks then tell workers, and workers tasks, what is folded at the end.
 */
function derivingTopics({ definitions }: Knowledge): readonly (readonly Topic[])[] {
  const limits = [defaultDefinitions, ...definitions.map(({ of }) => of)].map((of) => of.limits)
  const isOne = new Set(limits.map((each) => JSON.stringify(each))).size === 1
  return isOne ? [] : [['ledgerline.tasks'], ['ledgerline.workers']]
}

export interface Look {
  readonly fold: Fold
  readonly entity: string
  readonly timeline: Timeline
  readonly asOf: Instant
}

/** What is read of the tables: the timelines that have had events since then. */
export type Looked = Pick<RehearsalOptions, 'log' | 'warehouse' | 'shards' | 'since'>

/** The timelines that have had events since then, as they are in the tables. */
export async function* looks(
  { log, warehouse, shards, since }: Looked,
  topics: readonly Topic[],
): AsyncGenerator<Look> {
  const loadTimelines = timelinesIn(warehouse)
  for (const topic of topics) {
    const fold = folds.find((each) => each.topic === topic)
    if (fold === undefined) continue
    for (const shard of shards.filter((one) => one.topic === topic)) {
      const position = positionOf(log.epoch(topic), shard.nextOffset)
      for await (const names of namesIn(warehouse, shard, since)) {
        for (let at = 0; at < names.length; at += timelinesMax) {
          const wanted = names.slice(at, at + timelinesMax)
          const windows = wanted.map((entity) => ({ entity, window: wholeTime }))
          for (const [entity, timeline] of await loadTimelines(shard, windows, position)) {
            yield { fold, entity, timeline, asOf: asOfEntity(timeline, shard.openUntil) }
          }
        }
      }
    }
  }
}

async function* namesIn(
  warehouse: Warehouse,
  { topic, partition }: ShardProgress,
  since: Instant,
): AsyncGenerator<readonly string[]> {
  for (let after = ''; ;) {
    const rows = await warehouse.query(
      `SELECT DISTINCT entity FROM events
       WHERE topic = {topic:String} AND partition = {partition:UInt32} AND entity > {after:String}
         AND at >= fromUnixTimestamp64Milli({since:Int64})
       ORDER BY entity LIMIT {namesMax:UInt32}`,
      { topic, partition, after, since, namesMax },
    )
    const names = z.array(z.object({ entity: z.string() })).parse(rows)
    if (names.length === 0) return
    yield names.map(({ entity }) => entity)
    after = names.at(-1)?.entity ?? after
  }
}

/** How many have had events since then, by topic and in `all`. */
export async function countEntities({
  warehouse,
  since,
}: Pick<RehearsalOptions, 'warehouse' | 'since'>): Promise<ReadonlyMap<string, number>> {
  const rows = await warehouse.query<{ readonly topic: string; readonly entities: number }>(
    `SELECT topic, uniqExact(entity) AS entities FROM events
     WHERE topic IN {topics:Array(String)} AND entity != ''
       AND at >= fromUnixTimestamp64Milli({since:Int64})
     GROUP BY topic`,
    { topics: tickedTopics, since },
  )
  const counts = new Map(rows.map(({ topic, entities }) => [topic, entities]))
  return counts.set(
    'all',
    rows.reduce((sum, { entities }) => sum + entities, 0),
  )
}

function folded(
  { fold, entity, asOf }: Look,
  timeline: Timeline,
  knowledge: Knowledge,
): Contribution {
  return fold.contribution(entity, timeline, wholeTime, knowledge, asOf)
}

function newlyDerived(was: Contribution, wouldBe: Contribution): readonly LedgerEvent[] {
  const known = new Set(was.derived.map(({ id }) => id))
  return wouldBe.derived.filter(({ id }) => !known.has(id))
}

/** Puts events wherever the ledger would have them. */
function tell(told: Map<string, LedgerEvent[]>, events: readonly LedgerEvent[]): void {
  for (const event of events) {
    for (const { topic, key } of placementsOf(event)) {
      const name = nameOf(topic, key)
      told.set(name, [...(told.get(name) ?? []), event])
    }
  }
}

function nameOf(topic: Topic, entity: string): string {
  return `${topic}\n${entity}`
}

/** What adds up in each interval table. */
const summedMetrics = Object.entries<readonly Metric[]>(intervalMetrics).map(
  ([table, metrics]) =>
    [
      table as IntervalTable,
      metrics.filter(({ rollUp }) => rollUp === 'sum').map(({ name }) => name),
    ] as const,
)
const metricsOf = new Map<string, readonly string[]>(summedMetrics)

/** An entity's parts in interval rows that differ. */
function* differences(
  was: Contribution,
  wouldBe: Contribution,
): Generator<Omit<RehearsedCell, 'entity'>> {
  const partsOf = ({ rows, cells }: Contribution) => new Map([...rows, ...cells])
  const [old, now] = [partsOf(was), partsOf(wouldBe)]
  for (const name of new Set([...old.keys(), ...now.keys()])) {
    const [a, b] = [old.get(name), now.get(name)]
    const part = a ?? b
    if (part === undefined) continue
    for (const metric of metricsOf.get(part.table) ?? []) {
      const cell = { old: Number(a?.values[metric] ?? 0), new: Number(b?.values[metric] ?? 0) }
      if (cell.old !== cell.new) {
        yield { table: part.table as IntervalTable, metric, key: part.key, ...cell }
      }
    }
  }
}
