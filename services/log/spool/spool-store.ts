import { join } from 'node:path'
import type { Instant } from '../../../schemas/events/instant.ts'
import { LedgerlineError } from '../../runtime/errors.ts'
import { createDiskRoom } from '../disk/disk-room.ts'
import { openOwnedDatabase } from '../disk/owned-database.ts'
import type { WriterEntry, WriterStore } from '../disk/writer.ts'
import type { Topic } from '../topics.ts'

/** Instead of a partition: the log places the record by its key, when it gets there. */
export const placedByKey = -1

/** A record that waits, in the order in which it came. */
export interface SpooledRecord {
  readonly sequence: number
  readonly topic: Topic
  /** Or `placedByKey`. */
  readonly partition: number
  readonly key: string
  readonly value: Uint8Array
  readonly appendedAt: Instant
}

/** What waits to be forwarded, on the disk. Every call does its work before it returns. */
export interface SpoolStore extends WriterStore {
  first(recordsMax: number, bytesMax: number): readonly SpooledRecord[]
  /** Forgets the first records, as `first` has answered them: they are in the log. */
  forget(records: readonly SpooledRecord[]): void
  /** Puts aside, for good, what no log will ever take, so that it does not stop the rest. */
  setAside(record: SpooledRecord, reason: string): void
  remember(partitions: ReadonlyMap<Topic, number>): void
  readonly partitions: ReadonlyMap<Topic, number>
  usage(): SpoolUsage
  close(): void
}

export interface SpoolUsage {
  readonly records: number
  /** Of keys and values; the file is larger, and does not shrink. */
  readonly bytes: number
  readonly oldestAppendedAt: Instant | null
  readonly setAside: number
}

export interface SpoolStoreOptions {
  readonly folder: string
  /** Appends are refused beyond this many bytes. */
  readonly bytesMax: number
  readonly spaceMinBytes: number
}

const schema = `
  CREATE TABLE IF NOT EXISTS waiting (
    sequence INTEGER PRIMARY KEY, topic TEXT NOT NULL, partition INTEGER NOT NULL, key TEXT NOT NULL,
    value BLOB NOT NULL, appended_at INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS aside (
    topic TEXT NOT NULL, partition INTEGER NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL,
    appended_at INTEGER NOT NULL, reason TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS usage (next INTEGER NOT NULL, records INTEGER NOT NULL, bytes INTEGER NOT NULL);
  INSERT INTO usage SELECT 1, 0, 0 WHERE NOT EXISTS (SELECT 1 FROM usage);
  CREATE TABLE IF NOT EXISTS topics (topic TEXT PRIMARY KEY, partitions INTEGER NOT NULL);
`

/** Throws `LedgerlineError` `LOG_UNAVAILABLE`, not retryable, when another process has the folder open. */
export function openSpoolStore(options: SpoolStoreOptions): SpoolStore {
  const database = openOwnedDatabase(join(options.folder, 'spool.sqlite'), schema)
  const makeRoom = createDiskRoom(options.folder, options.spaceMinBytes)
  const insert = database.prepare('INSERT INTO waiting VALUES (?, ?, ?, ?, ?, ?)')
  const select: { iterate(limit: number): Iterable<SpooledRecord> } = database.prepare(
    `SELECT sequence, topic, partition, key, value, appended_at AS appendedAt
     FROM waiting ORDER BY sequence LIMIT ?`,
  )
  const remove = database.prepare('DELETE FROM waiting WHERE sequence <= ?')
  const saveUsage = database.prepare('UPDATE usage SET next = ?, records = ?, bytes = ?')
  const loadUsage: { get(): { next: number; records: number; bytes: number } | undefined } =
    database.prepare('SELECT next, records, bytes FROM usage')
  const putAside = database.prepare('INSERT INTO aside VALUES (?, ?, ?, ?, ?, ?)')
  const countAside: { get(): { count: number } | undefined } = database.prepare(
    'SELECT count(*) AS count FROM aside',
  )
  const savePartitions = database.prepare('INSERT OR REPLACE INTO topics VALUES (?, ?)')
  const loadPartitions: { iterate(): Iterable<{ topic: Topic; partitions: number }> } =
    database.prepare('SELECT topic, partitions FROM topics')
  const partitions = new Map(
    [...loadPartitions.iterate()].map((row) => [row.topic, row.partitions]),
  )
  let usage = loadUsage.get() ?? { next: 1, records: 0, bytes: 0 }

  function append(entries: readonly WriterEntry[], appendedAt: Instant): readonly number[] {
    const added = entries.reduce((sum, { record }) => sum + sizeOf(record.key, record.value), 0)
    if (usage.bytes + added > options.bytesMax) {
      const message = `${usage.records} records wait to be forwarded`
      throw new LedgerlineError('LOG_FULL', message, { retryable: false })
    }
    makeRoom(added)
    const after = {
      next: usage.next + entries.length,
      records: usage.records + entries.length,
      bytes: usage.bytes + added,
    }
    const sequences = database.transaction(() => {
      saveUsage.run(after.next, after.records, after.bytes)
      return entries.map(({ topic, record }, index) => {
        const sequence = usage.next + index
        const { partition, key, value } = record
        insert.run(sequence, topic, partition, key, value, appendedAt)
        return sequence
      })
    })
    usage = after
    return sequences
  }

  function first(recordsMax: number, bytesMax: number): readonly SpooledRecord[] {
    const records: SpooledRecord[] = []
    let bytes = 0
    for (const record of select.iterate(recordsMax)) {
      records.push(record)
      bytes += record.value.length
      if (bytes >= bytesMax) break
    }
    return records
  }

  function forget(records: readonly SpooledRecord[]): void {
    const last = records.at(-1)
    if (last === undefined) return
    const after = {
      next: usage.next,
      records: usage.records - records.length,
      bytes: usage.bytes - records.reduce((sum, { key, value }) => sum + sizeOf(key, value), 0),
    }
    database.transaction(() => {
      remove.run(last.sequence)
      saveUsage.run(after.next, after.records, after.bytes)
    })
    usage = after
  }

  function setAside(record: SpooledRecord, reason: string): void {
    const { topic, partition, key, value, appendedAt } = record
    database.transaction(() => putAside.run(topic, partition, key, value, appendedAt, reason))
  }

  function remember(counts: ReadonlyMap<Topic, number>): void {
    database.transaction(() => {
      for (const [topic, count] of counts) savePartitions.run(topic, count)
    })
    for (const [topic, count] of counts) partitions.set(topic, count)
  }

  return {
    append,
    flush: () => database.flush(),
    first,
    forget,
    setAside,
    remember,
    partitions,
    usage: () => ({
      records: usage.records,
      bytes: usage.bytes,
      oldestAppendedAt: first(1, 1)[0]?.appendedAt ?? null,
      setAside: countAside.get()?.count ?? 0,
    }),
    close: () => database.close(),
  }
}

function sizeOf(key: string, value: Uint8Array): number {
  return Buffer.byteLength(key) + value.length
}
