import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import type { EventLog, Shard } from '../log/log.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'
import { bounded } from './bounded-statement.ts'
import { readShards } from './shards.ts'
import { readRecords } from './shard-writer.ts'

/**
 * The ids of all that a replay derives, in a table of its shadow: there may be millions. A row says whether the event
 * follows from the shard as of a place in the ledger; the latest place holds.
 */
export interface DerivedIds {
  note(
    shard: Shard,
    position: number,
    derived: readonly Pick<LedgerEvent, 'id'>[],
    withdrawn: ReadonlySet<string>,
  ): Promise<void>
}

/** Makes the tables of derived ids in a shadow, if they are not there. */
export async function createDerivedTables(shadow: Warehouse): Promise<void> {
  await shadow.command(derivedTable)
  await shadow.command(beyondTable)
}

export function derivedIdsIn(shadow: Warehouse): DerivedIds {
  return {
    async note({ topic, partition }, version, derived, withdrawn) {
      const rows = new Map([...withdrawn].map((id) => [id, 1]))
      for (const { id } of derived) rows.set(id, 0)
      await shadow.insert(
        'derived_ids',
        [...rows].map(([id, is_deleted]) => ({ topic, partition, id, version, is_deleted })),
      )
    },
  }
}

/** What the report names at most. */
const missingMax = 1_000
const tailRecords = 1_000
/** So many derived ids, about, are looked for at once. */
const pieceRows = 200_000

/**
 * Ids, up to 1,000, that follow from the ledger and that it does not hold: neither in the part that the tables of `there`
 * are made of, nor beyond it, where `from` says that it begins.
 */
export async function missingDerived(
  shadow: Warehouse,
  there: Warehouse,
  log: EventLog,
  from: (shard: Shard) => number,
): Promise<readonly string[]> {
  const [found] = await shadow.query<{ rows: number }>(
    `SELECT count() AS rows FROM derived_ids FINAL ${bounded}`,
  )
  const rows = found?.rows ?? 0
  if (rows === 0) return []
  await noteBeyond(shadow, log, from)
  const missing: string[] = []
  const pieces = Math.ceil(rows / pieceRows)
  for (let piece = 0; piece < pieces && missing.length < missingMax; piece++) {
    const wanted = `SELECT id FROM derived_ids FINAL WHERE cityHash64(id) % ${pieces} = ${piece}`
    const lacking = await shadow.query<{ id: string }>(
      `SELECT DISTINCT id FROM (${wanted})
       WHERE id NOT IN (SELECT id FROM ${there.database}.events WHERE id IN (${wanted}))
         AND id NOT IN (SELECT id FROM beyond_ids WHERE id IN (${wanted}))
       ORDER BY id LIMIT ${missingMax - missing.length} ${bounded}`,
    )
    missing.push(...lacking.map(({ id }) => id))
  }
  return missing
}

/** What was appended after the last record that the tables hold. */
async function noteBeyond(
  shadow: Warehouse,
  log: EventLog,
  from: (shard: Shard) => number,
): Promise<void> {
  await shadow.command('TRUNCATE TABLE beyond_ids')
  for (const shard of readShards(log)) {
    for await (const records of log.read(shard, from(shard), tailRecords)) {
      const { arrivals } = readRecords(log.epoch(shard.topic), records)
      await shadow.insert(
        'beyond_ids',
        arrivals.map(({ event: { id } }) => ({ id })),
      )
    }
  }
}

const derivedTable = `CREATE TABLE IF NOT EXISTS derived_ids
(
    topic LowCardinality(String) COMMENT 'Of the shard from which it follows',
    partition UInt32 COMMENT 'The same',
    id String COMMENT 'Of the event',
    version UInt64 COMMENT 'The place in the ledger as of which this holds',
    is_deleted UInt8 COMMENT '1: it does not follow any more'
)
ENGINE = ReplacingMergeTree(version, is_deleted)
ORDER BY (id, topic, partition)
SETTINGS
    fsync_after_insert = 1,
    fsync_part_directory = 1
COMMENT 'Events that follow from what this shadow has read.'`

const beyondTable = `CREATE TABLE IF NOT EXISTS beyond_ids
(
    id String COMMENT 'Of an event that came after the last that the tables hold'
)
ENGINE = MergeTree
ORDER BY id
COMMENT 'For one question at a time.'`
