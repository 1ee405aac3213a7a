import type { Span } from '../../schemas/events/instant.ts'
import { receiptColumns, tables, type TableName } from '../../schemas/tables/tables.ts'
import { createRowSums } from '../../services/projections/row-sums.ts'
import type { EventLog } from '../../services/log/log.ts'
import { nameOf } from '../../services/log/shards.ts'
import type { Runner } from '../../services/runner/runner.ts'
import { readTopics } from '../../services/runner/shards.ts'
import type { Warehouse } from '../../services/warehouse/warehouse.ts'
import type { PlainRow } from './fold-all.ts'

/** The tables whose rows the folds write. */
export const rowTables = Object.keys(tables).filter((name): name is TableName => name in tables)

const instantEnd = /(^|_)(at|start|since|until|gap_from|gap_to)$/
const instantLists = new Set(['hold_from', 'hold_to', 'hold_started_at'])

/**
 * The rows of a table as they hold now, without what says when they were written, instants as milliseconds; of an interval
 * table only those that begin in a span, if one is given.
 */
export async function tableRows(
  warehouse: Warehouse,
  table: TableName,
  span: Span | null = null,
): Promise<readonly PlainRow[]> {
  const names = [...tables[table].key, ...tables[table].columns]
  const columns = names.map((name) => {
    if (instantLists.has(name))
      return `arrayMap(x -> toUnixTimestamp64Milli(x), t.${name}) AS ${name}`
    return instantEnd.test(name)
      ? `toUnixTimestamp64Milli(t.${name}) AS ${name}`
      : `t.${name} AS ${name}`
  })
  const starts = 'toUnixTimestamp64Milli(t.interval_start)'
  const within = span === null ? '' : `WHERE ${starts} >= {from:Int64} AND ${starts} < {to:Int64}`
  return warehouse.query(
    `SELECT ${columns.join(', ')} FROM ${table} AS t FINAL ${within}`,
    span === null ? {} : { ...span },
  )
}

/** One line a row, the same for the same values but for receipt: zeros and empty texts are nothing, flags are 0 and 1. */
export function nameRows(
  rows: readonly PlainRow[],
  without: readonly string[] = [],
): readonly string[] {
  const left = new Set<string>([...without, ...receiptColumns])
  return rows
    .map((row) => {
      const said = Object.entries(row).filter(
        ([name, value]) => !left.has(name) && !isNothing(value),
      )
      return JSON.stringify(
        said
          .map(([name, value]) => [name, value === true ? 1 : value])
          .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
      )
    })
    .sort()
}

function isNothing(value: unknown): boolean {
  if (Array.isArray(value)) return value.every((one) => one === 0)
  return value === 0 || value === false || value === null || value === ''
}

/** Tables whose rows several shards have a part in. */
export const sharedTables = ['queue_intervals', 'conversation_intervals'] as const
export type SharedTable = (typeof sharedTables)[number]

export function isShared(table: string): table is SharedTable {
  return sharedTables.some((shared) => shared === table)
}

/** The rows of all shards as one: each task or conversation lies in one shard, so its parts add up. */
export function summedOverShards(
  table: SharedTable,
  rows: readonly PlainRow[],
): readonly PlainRow[] {
  const sums = createRowSums()
  const keys = tables[table].key.filter((name) => name !== 'shard')
  for (const row of rows) {
    const key = Object.fromEntries(keys.map((name) => [name, row[name]]))
    const values = Object.fromEntries(tables[table].columns.map((name) => [name, row[name]]))
    const name = JSON.stringify(key)
    const cell = { table, key: plainKey(key), values: flat(values) }
    sums.change(new Map(), new Map([[name, cell]]))
  }
  return [...sums.all()].map((row) => ({ ...row.key, ...row.values }))
}

function plainKey(key: PlainRow): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(key).map(([name, value]) => [
      name,
      typeof value === 'number' ? value : String(value),
    ]),
  )
}

function flat(values: PlainRow): Record<string, number> {
  const entries = Object.entries(values).flatMap(([name, value]) =>
    Array.isArray(value)
      ? value.map((count, bucket): [string, number] => [`${name}#${bucket}`, Number(count)])
      : [[name, Number(value)] as [string, number]],
  )
  return Object.fromEntries(entries.filter(([, value]) => value !== 0))
}

/** Resolves when the runner has read all that the log holds, and nothing more follows from it. */
export async function caughtUp(log: EventLog, runner: Runner): Promise<void> {
  for (;;) {
    const ends = await endsOf(log)
    const progress = new Map(
      runner.progress().map((shard) => [nameOf(shard), shard.nextOffset] as const),
    )
    const isRead = [...ends].every(([shard, end]) => (progress.get(shard) ?? 0) >= end)
    const after = isRead ? await endsOf(log) : null
    if (after !== null && [...after].every(([shard, end]) => ends.get(shard) === end)) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

async function endsOf(log: EventLog): Promise<ReadonlyMap<string, number>> {
  const ends = new Map<string, number>()
  for (const topic of readTopics) {
    const ofTopic = await log.end(topic)
    ofTopic.forEach((end, partition) => ends.set(nameOf({ topic, partition }), end))
  }
  return ends
}
