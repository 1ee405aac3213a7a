import { join } from 'node:path'
import { createDiskRoom } from '../disk/disk-room.ts'
import { openOwnedDatabase, type OwnedDatabase } from '../disk/owned-database.ts'
import type { WriterEntry, WriterStore } from '../disk/writer.ts'
import type { LogRecord, Shard } from '../log.ts'
import { nameOf, shardsOf } from '../shards.ts'
import { allTopics } from '../topics.ts'

/** The log's tables. What is shown of them is durable. */
export interface Store extends WriterStore {
  readonly partitions: number
  readonly epoch: number
  /** The offset after the last durable record of the shard. */
  end(shard: Shard): number
  select(shard: Shard, from: number, recordsMax: number, bytesMax: number): readonly LogRecord[]
  close(): void
}

export interface StoreOptions {
  readonly folder: string
  /** How many partitions and which epoch a log gets that does not exist yet. */
  readonly partitions: number
  readonly epoch: number
  /** Below this many free bytes on the disk nothing is taken any more. */
  readonly spaceMinBytes: number
}

/** One shard's table. Appends go to its right edge only, so its pages are full and in order on the disk. */
interface ShardTable {
  /** Up to here its records are durable. */
  end: number
  /** The offset that the next one will get. */
  next: number
  readonly insert: { run(offset: number, at: number, key: string, value: Uint8Array): unknown }
  readonly select: { iterate(from: number, limit: number): Iterable<LogRecord> }
}

/** Throws `LedgerlineError` `LOG_UNAVAILABLE`, not retryable, when another process has the folder open. */
export function openStore(options: StoreOptions): Store {
  const database = openOwnedDatabase(
    join(options.folder, 'log.sqlite'),
    `CREATE TABLE IF NOT EXISTS identity (partitions INTEGER NOT NULL, epoch INTEGER NOT NULL);
     INSERT INTO identity SELECT ${options.partitions}, ${options.epoch}
       WHERE NOT EXISTS (SELECT 1 FROM identity);`,
    { flushesLater: true },
  )
  const { partitions, epoch } = readIdentity(database)
  const shards = shardsOf(allTopics, () => partitions)
  const tables = new Map(shards.map((shard) => [nameOf(shard), openTable(database, shard)]))
  const makeRoom = createDiskRoom(options.folder, options.spaceMinBytes)

  function table(shard: Shard): ShardTable {
    const found = tables.get(nameOf(shard))
    if (found === undefined) throw new RangeError(`no shard ${nameOf(shard)}`)
    return found
  }

  function append(entries: readonly WriterEntry[], appendedAt: number): readonly number[] {
    makeRoom(entries.reduce((sum, { record }) => sum + record.value.length, 0))
    const before = new Map<ShardTable, number>()
    try {
      return database.transaction(() =>
        entries.map(({ topic, record }) => {
          const shard = table({ topic, partition: record.partition })
          if (!before.has(shard)) before.set(shard, shard.next)
          shard.insert.run(shard.next, appendedAt, record.key, record.value)
          return shard.next++
        }),
      )
    } catch (error) {
      for (const [shard, next] of before) shard.next = next
      throw error
    }
  }

  async function flush(): Promise<void> {
    await database.flush()
    for (const shard of tables.values()) shard.end = shard.next
  }

  function select(shard: Shard, from: number, recordsMax: number, bytesMax: number) {
    const records: LogRecord[] = []
    let bytes = 0
    const { end, select } = table(shard)
    for (const record of select.iterate(from, Math.max(0, Math.min(recordsMax, end - from)))) {
      records.push(record)
      bytes += record.value.length
      if (bytes >= bytesMax) break
    }
    return records
  }

  return {
    partitions,
    epoch,
    end: (shard) => table(shard).end,
    append,
    flush,
    select,
    close: () => database.close(),
  }
}

function readIdentity(database: OwnedDatabase): { partitions: number; epoch: number } {
  const statement: { get(): { partitions: number; epoch: number } | undefined } = database.prepare(
    'SELECT partitions, epoch FROM identity',
  )
  const identity = statement.get()
  if (identity === undefined) throw new Error('the log does not know itself')
  return identity
}

function openTable(database: OwnedDatabase, shard: Shard): ShardTable {
  const name = `"${nameOf(shard)}"`
  database.exec(`CREATE TABLE IF NOT EXISTS ${name} (
    "offset" INTEGER PRIMARY KEY, appended_at INTEGER NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL)`)
  const last: { get(): { next: number } | undefined } = database.prepare(
    `SELECT coalesce(max("offset") + 1, 0) AS next FROM ${name}`,
  )
  const next = last.get()?.next ?? 0
  return {
    end: next,
    next,
    insert: database.prepare(`INSERT INTO ${name} VALUES (?, ?, ?, ?)`),
    select: database.prepare(
      `SELECT "offset", key, value, appended_at AS appendedAt FROM ${name}
       WHERE "offset" >= ? ORDER BY "offset" LIMIT ?`,
    ),
  }
}
