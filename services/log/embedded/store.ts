import { statfsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite'
import { LedgerlineError } from '../../runtime/errors.ts'
import type { PlacedRecord } from '../limits.ts'
import type { LogRecord, Shard } from '../log.ts'
import { topics, type Topic } from '../topics.ts'
import { toLogError } from './store-error.ts'

/** The log's table files: what is committed here is durable. Every call does its work before it returns. */
export interface Store {
  readonly partitions: number
  readonly epoch: number
  /** The offset that the next record of the shard will get. */
  end(shard: Shard): number
  /** Adds all or none, durably. Answers the offset of each. */
  append(entries: readonly StoreEntry[], appendedAt: number): readonly number[]
  select(shard: Shard, from: number, recordsMax: number, bytesMax: number): readonly LogRecord[]
  close(): void
}

export interface StoreEntry {
  readonly topic: Topic
  readonly record: PlacedRecord
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
  next: number
  readonly insert: { run(offset: number, at: number, key: string, value: Uint8Array): unknown }
  readonly select: { iterate(from: number, limit: number): Iterable<LogRecord> }
}

/** The free space is asked for again after this many bytes: far less than what is kept free. */
const spaceCheckBytes = 8 * 1024 * 1024

/**
 * Throws `LedgerlineError` `LOG_UNAVAILABLE`, not retryable, when another process has the folder open. SQLite's
 * exclusive lock belongs to the process, so it goes with it, however it dies.
 */
export function openStore(options: StoreOptions): Store {
  const database = openDatabase(join(options.folder, 'log.sqlite'), options)
  const { partitions, epoch } = readIdentity(database)
  const tables = new Map(topics.map((topic) => [topic, openTopic(database, topic, partitions)]))
  const begin = database.prepare('BEGIN IMMEDIATE')
  const commit = database.prepare('COMMIT')
  let bytesUnchecked = Infinity
  let broken: LedgerlineError | undefined

  function table(topic: Topic, partition: number): ShardTable {
    const found = tables.get(topic)?.[partition]
    if (found === undefined) throw new RangeError(`no shard ${topic}/${partition}`)
    return found
  }

  function append(entries: readonly StoreEntry[], appendedAt: number): readonly number[] {
    if (broken) throw broken
    checkSpace(entries)
    const before = new Map<ShardTable, number>()
    try {
      begin.run()
      const offsets = entries.map(({ topic, record }) => {
        const shard = table(topic, record.partition)
        if (!before.has(shard)) before.set(shard, shard.next)
        shard.insert.run(shard.next, appendedAt, record.key, record.value)
        return shard.next++
      })
      commit.run()
      return offsets
    } catch (cause) {
      for (const [shard, next] of before) shard.next = next
      throw fail(cause)
    }
  }

  /**
   * A full disk may have room again. After any other failure nobody knows what the disk holds (the system may have
   * dropped what it could not flush), so nothing more is taken until the log is opened and read again.
   */
  function fail(cause: unknown): LedgerlineError {
    if (database.isTransaction) database.exec('ROLLBACK')
    const error = toLogError(cause)
    if (error.code !== 'LOG_FULL') broken = error
    return error
  }

  function checkSpace(entries: readonly StoreEntry[]): void {
    for (const { record } of entries) bytesUnchecked += record.value.length
    if (bytesUnchecked < spaceCheckBytes) return
    const { bavail, bsize } = statfsSync(options.folder)
    if (bavail * bsize < options.spaceMinBytes) {
      bytesUnchecked = Infinity
      throw new LedgerlineError('LOG_FULL', `less than ${options.spaceMinBytes} bytes are free`, {
        retryable: false,
      })
    }
    bytesUnchecked = 0
  }

  function select(shard: Shard, from: number, recordsMax: number, bytesMax: number) {
    const records: LogRecord[] = []
    let bytes = 0
    for (const record of table(shard.topic, shard.partition).select.iterate(from, recordsMax)) {
      records.push(record)
      bytes += record.value.length
      if (bytes >= bytesMax) break
    }
    return records
  }

  return {
    partitions,
    epoch,
    end: (shard) => table(shard.topic, shard.partition).next,
    append,
    select,
    close: () => closeDatabase(database),
  }
}

function openDatabase(file: string, options: StoreOptions): DatabaseSyncInstance {
  const database = new DatabaseSync(file)
  try {
    // Exclusive before WAL: then SQLite keeps the WAL's index in memory, and nobody else may open the file.
    database.exec(`
      PRAGMA locking_mode = EXCLUSIVE;
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      BEGIN IMMEDIATE;
      CREATE TABLE IF NOT EXISTS identity (partitions INTEGER NOT NULL, epoch INTEGER NOT NULL);
      INSERT INTO identity SELECT ${options.partitions}, ${options.epoch}
        WHERE NOT EXISTS (SELECT 1 FROM identity);
      COMMIT;
    `)
    return database
  } catch (cause) {
    database.close()
    throw toLogError(cause)
  }
}

/**
 * A closed connection lives on, with its lock, until its prepared statements are collected as garbage. So the lock is
 * given back by hand, and for that the database has to leave WAL mode, in which it was locked.
 */
function closeDatabase(database: DatabaseSyncInstance): void {
  try {
    database.exec(`
      PRAGMA journal_mode = DELETE;
      PRAGMA locking_mode = NORMAL;
      SELECT count(*) FROM identity;
    `)
  } finally {
    database.close()
  }
}

function readIdentity(database: DatabaseSyncInstance): { partitions: number; epoch: number } {
  const statement: { get(): { partitions: number; epoch: number } | undefined } = database.prepare(
    'SELECT partitions, epoch FROM identity',
  )
  const identity = statement.get()
  if (identity === undefined) throw new Error('the log does not know itself')
  return identity
}

function openTopic(database: DatabaseSyncInstance, topic: Topic, partitions: number): ShardTable[] {
  return Array.from({ length: partitions }, (_, partition) => {
    const name = `"${topic}/${partition}"`
    database.exec(`CREATE TABLE IF NOT EXISTS ${name} (
      "offset" INTEGER PRIMARY KEY, appended_at INTEGER NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL)`)
    const last: { get(): { next: number } | undefined } = database.prepare(
      `SELECT coalesce(max("offset") + 1, 0) AS next FROM ${name}`,
    )
    return {
      next: last.get()?.next ?? 0,
      insert: database.prepare(`INSERT INTO ${name} VALUES (?, ?, ?, ?)`),
      select: database.prepare(
        `SELECT "offset", key, value, appended_at AS appendedAt FROM ${name}
         WHERE "offset" >= ? ORDER BY "offset" LIMIT ?`,
      ),
    }
  })
}
