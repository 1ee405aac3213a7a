import { z } from 'zod'
import type { Instant } from '../../schemas/events/instant.ts'
import {
  intervalMetrics,
  isIntervalTable,
  type IntervalTable,
} from '../../schemas/metrics/catalogue.ts'
import type { Metric } from '../../schemas/metrics/metric.ts'
import type { EventLog } from '../log/log.ts'
import { wholeTime } from '../projections/agent-story.ts'
import { folds } from '../projections/all.ts'
import type { Knowledge } from '../projections/definitions.ts'
import type { Contribution } from '../projections/projection.ts'
import { positionOf } from '../runtime/position.ts'
import { dayStart } from '../time/interval.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'
import { asOfEntity } from './entity.ts'
import type { ShardProgress } from './runner.ts'
import { timelinesIn } from './timelines.ts'

export interface RehearsalOptions {
  readonly log: EventLog
  readonly warehouse: Warehouse
  /** All shards, with how far each is in the tables. */
  readonly shards: readonly ShardProgress[]
  readonly before: Knowledge
  readonly after: Knowledge
  /** Only what has had events from here on is looked at. */
  readonly since: Instant
  /** Throws when the rehearsal is no longer wanted. */
  readonly onShard: (done: number, total: number) => void
}

/** What would change of one metric, of a queue or agent and a day: the sums of the parts that differ. */
export interface RehearsedChange {
  readonly table: IntervalTable
  readonly metric: string
  readonly queue: string
  readonly agent: string
  /** The beginning of a day in UTC. */
  readonly day: Instant
  old: number
  new: number
}

export interface RehearsedCell {
  readonly table: IntervalTable
  readonly metric: string
  readonly key: Readonly<Record<string, string | number>>
  /** The task, worker or conversation whose part it is. */
  readonly entity: string
  readonly old: number
  readonly new: number
}

export interface Rehearsal {
  readonly entities: number
  readonly changes: readonly RehearsedChange[]
  readonly examples: readonly RehearsedCell[]
  /** false: there were more changes than are told. */
  readonly isWhole: boolean
}

/** A worker's whole life is in memory while it is folded, so few at a time. */
const entitiesMax = 50
const changesMax = 20_000
const examplesMax = 20

/**
 * Folds what has had events lately twice, by what the ledger knows and by what it would know, and tells the differences.
 * It reads the table of events and touches nothing.
 */
export async function rehearse(options: RehearsalOptions): Promise<Rehearsal> {
  const { log, warehouse, shards, before, after, since, onShard } = options
  const loadTimelines = timelinesIn(warehouse)
  const changes = new Map<string, RehearsedChange>()
  const examples: RehearsedCell[] = []
  let [entities, isWhole] = [0, true]

  const note = (cell: RehearsedCell) => {
    const { table, metric, key } = cell
    const [queue, agent] = [String(key['queue'] ?? ''), String(key['agent'] ?? '')]
    const day = dayStart(Number(key['interval_start']))
    const name = [table, metric, queue, agent, day].join('\n')
    const known = changes.get(name)
    if (known !== undefined) {
      known.old += cell.old
      known.new += cell.new
    } else if (changes.size < changesMax) {
      changes.set(name, { table, metric, queue, agent, day, old: cell.old, new: cell.new })
    } else isWhole = false
    if (examples.length < examplesMax) examples.push(cell)
  }

  for (const [index, shard] of shards.entries()) {
    onShard(index, shards.length)
    const fold = folds.find(({ topic }) => topic === shard.topic)
    if (fold === undefined) continue
    const position = positionOf(log.epoch(shard.topic), shard.nextOffset)
    for await (const page of entityPages(warehouse, shard, since)) {
      const wanted = page.map((entity) => ({ entity, window: wholeTime }))
      for (const [entity, timeline] of await loadTimelines(shard, wanted, position)) {
        const asOf = asOfEntity(timeline, shard.openUntil)
        const partsBy = (knowledge: Knowledge) =>
          partsOf(fold.contribution(entity, timeline, wholeTime, knowledge, asOf))
        for (const cell of differences(partsBy(before), partsBy(after))) note({ ...cell, entity })
        entities += 1
      }
      onShard(index, shards.length)
    }
  }
  onShard(shards.length, shards.length)
  return { entities, changes: [...changes.values()], examples, isWhole }
}

async function* entityPages(
  warehouse: Warehouse,
  { topic, partition }: ShardProgress,
  since: Instant,
): AsyncGenerator<readonly string[]> {
  for (let after = ''; ;) {
    const rows = await warehouse.query(
      `SELECT DISTINCT entity FROM events
       WHERE topic = {topic:String} AND partition = {partition:UInt32} AND entity > {after:String}
         AND at >= fromUnixTimestamp64Milli({since:Int64})
       ORDER BY entity LIMIT {entitiesMax:UInt32}`,
      { topic, partition, after, since, entitiesMax },
    )
    const page = z.array(z.object({ entity: z.string() })).parse(rows)
    if (page.length === 0) return
    yield page.map(({ entity }) => entity)
    after = page.at(-1)?.entity ?? after
  }
}

interface Part {
  readonly table: IntervalTable
  readonly key: RehearsedCell['key']
  readonly values: ReadonlyMap<string, number>
}

/** An entity's part in interval rows: what adds up, so not maxima. */
function partsOf({ rows, cells }: Contribution): ReadonlyMap<string, Part> {
  const parts = new Map<string, Part>()
  for (const [name, { table, key, values }] of [...rows, ...cells]) {
    if (isIntervalTable(table)) parts.set(name, { table, key, values: added(table, values) })
  }
  return parts
}

function added(table: IntervalTable, values: Readonly<Record<string, unknown>>) {
  const flat = new Map<string, number>()
  for (const [name, value] of Object.entries(values)) {
    if (isMaximum(table, name)) continue
    if (Array.isArray(value)) {
      value.forEach((count, bucket) => flat.set(`${name}#${bucket}`, Number(count)))
    } else flat.set(name, Number(value))
  }
  return flat
}

function isMaximum(table: IntervalTable, name: string): boolean {
  const metrics: readonly Metric[] = intervalMetrics[table]
  const rollUp = metrics.find((metric) => metric.name === name)?.rollUp
  return rollUp === 'max' || rollUp === 'last-max'
}

function* differences(
  old: ReadonlyMap<string, Part>,
  now: ReadonlyMap<string, Part>,
): Generator<Omit<RehearsedCell, 'entity'>> {
  for (const name of new Set([...old.keys(), ...now.keys()])) {
    const [a, b] = [old.get(name), now.get(name)]
    const part = a ?? b
    if (part === undefined) continue
    const { table, key } = part
    for (const metric of new Set([...(a?.values.keys() ?? []), ...(b?.values.keys() ?? [])])) {
      const cell = { old: a?.values.get(metric) ?? 0, new: b?.values.get(metric) ?? 0 }
      if (cell.old !== cell.new) yield { table, metric, key, ...cell }
    }
  }
}
