import { existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite'
import { randomUUID } from 'node:crypto'
import type { Instant } from '../../schemas/events/instant.ts'
import { LedgerlineError } from '../runtime/errors.ts'

/** What is remembered of an entity: enough to load its timeline again. */
export interface EntityEntry {
  readonly entity: string
  /** Time alone still changes its rows. */
  readonly isOpen: boolean
  /** JSON of its window; null where the timeline is kept whole. */
  readonly window: string | null
}

/** An earlier window of an entity, for events that come later than its present one reaches. */
export interface Chapter {
  readonly entity: string
  readonly from: Instant
  readonly window: string
}

/** Where a reservation's first event lies, so that a late one finds the window of the others. */
export interface ReservationEntry {
  readonly reservation: string
  readonly entity: string
  readonly firstAt: Instant
}

export interface Progress {
  readonly epoch: number
  readonly nextOffset: number
  readonly tick: Instant
  /** The latest time that an event of the shard has told of; 0 before the first. */
  readonly heard: Instant
  /** When the ledger had the last record that was read. */
  readonly recorded: Instant
  /** JSON of what the shard knows beside its entities. */
  readonly knowledge: string
}

/** What of the adherence feed is told for sure: up to where the shard's partition of it was read or written. */
export interface FeedCommit {
  readonly epoch: number
  readonly nextOffset: number
  /** By target and agent, JSON of what was told last; what is not named stays. */
  readonly told: ReadonlyMap<string, string>
}

/** All that one batch changes, put down in one transaction. */
export interface Commit extends Progress {
  readonly entities: readonly EntityEntry[]
  /** By entity, in the order in which they were put down. */
  readonly chapters: ReadonlyMap<string, readonly Chapter[]>
  readonly reservations: readonly ReservationEntry[]
  /** Row name → JSON of its sums; null: the row is empty. */
  readonly rows: ReadonlyMap<string, string | null>
  readonly feed?: FeedCommit
}

/**
 * A shard's own memory: what it has read, and the state that belongs to exactly that position, in one SQLite file. It is a
 * cache of the ledger: a lost file is made again by reading from the beginning, and a power cut that takes back its last
 * commits (synchronous = NORMAL) only makes the shard read a little again.
 */
export interface ShardStore {
  readonly progress: Progress
  /** Throws SHARD_LOST when another process has opened the file since: its writes count, ours no longer. */
  commit(changes: Commit): void
  entity(entity: string): EntityEntry | null
  openEntities(): readonly EntityEntry[]
  /** The names of all that is known, a page at a time. */
  entityPages(): IterableIterator<readonly string[]>
  /** The latest chapter that begins at or before an instant. */
  chapterAt(entity: string, at: Instant): Chapter | null
  reservation(reservation: string): ReservationEntry | null
  row(name: string): string | null
  /** All that was told, at the place of the feed that it belongs to. */
  feed(): FeedCommit
  /** A whole file of its own with what is committed. */
  copyTo(file: string): void
  close(): void
}

export function openShardStore(file: string, epoch: number): ShardStore {
  mkdirSync(dirname(file), { recursive: true })
  const db = new DatabaseSync(file)
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL')
  dropOtherShape(db)
  db.exec(`
    PRAGMA user_version = ${shape};
    CREATE TABLE IF NOT EXISTS progress (
      one INTEGER PRIMARY KEY CHECK (one = 1), owner TEXT NOT NULL, epoch INTEGER NOT NULL,
      next_offset INTEGER NOT NULL, tick INTEGER NOT NULL, heard INTEGER NOT NULL,
      recorded INTEGER NOT NULL, knowledge TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS entities (
      entity TEXT PRIMARY KEY, is_open INTEGER NOT NULL, window TEXT) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS open_entities ON entities (entity) WHERE is_open = 1;
    CREATE TABLE IF NOT EXISTS chapters (
      entity TEXT NOT NULL, begins INTEGER NOT NULL, window TEXT NOT NULL,
      PRIMARY KEY (entity, begins)) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS reservations (
      reservation TEXT PRIMARY KEY, entity TEXT NOT NULL, first_at INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS rows (name TEXT PRIMARY KEY, sums TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS feed (
      one INTEGER PRIMARY KEY CHECK (one = 1), epoch INTEGER NOT NULL, next_offset INTEGER NOT NULL);
    CREATE TABLE IF NOT EXISTS told (name TEXT PRIMARY KEY, state TEXT NOT NULL) WITHOUT ROWID;
  `)
  const owner = randomUUID()
  let progress = takeOver(db, owner, epoch)

  const sql = {
    progress: db.prepare(
      `UPDATE progress SET epoch = ?, next_offset = ?, tick = ?, heard = ?, recorded = ?, knowledge = ? WHERE owner = ?`,
    ),
    putEntity: db.prepare(`INSERT OR REPLACE INTO entities VALUES (?, ?, ?)`),
    putChapter: db.prepare(`INSERT OR REPLACE INTO chapters VALUES (?, ?, ?)`),
    putReservation: db.prepare(
      `INSERT INTO reservations VALUES (?, ?, ?)
       ON CONFLICT DO UPDATE SET first_at = min(first_at, excluded.first_at)`,
    ),
    putRow: db.prepare(`INSERT OR REPLACE INTO rows VALUES (?, ?)`),
    dropRow: db.prepare(`DELETE FROM rows WHERE name = ?`),
    entity: db.prepare(`SELECT entity, is_open, window FROM entities WHERE entity = ?`),
    open: db.prepare(`SELECT entity, is_open, window FROM entities WHERE is_open = 1`),
    page: db.prepare(`SELECT entity FROM entities WHERE entity > ? ORDER BY entity LIMIT 500`),
    chapter: db.prepare(
      `SELECT begins, window FROM chapters WHERE entity = ? AND begins <= ? ORDER BY begins DESC LIMIT 1`,
    ),
    reservation: db.prepare(
      `SELECT reservation, entity, first_at FROM reservations WHERE reservation = ?`,
    ),
    row: db.prepare(`SELECT sums FROM rows WHERE name = ?`),
    putFeed: db.prepare(`INSERT OR REPLACE INTO feed VALUES (1, ?, ?)`),
    putTold: db.prepare(`INSERT OR REPLACE INTO told VALUES (?, ?)`),
    feed: db.prepare(`SELECT epoch, next_offset FROM feed`),
    told: db.prepare(`SELECT name, state FROM told`),
  }

  return {
    get progress() {
      return progress
    },
    commit(changes) {
      db.exec('BEGIN IMMEDIATE')
      try {
        const { epoch, nextOffset, tick, heard, recorded, knowledge } = changes
        const kept = sql.progress.run(epoch, nextOffset, tick, heard, recorded, knowledge, owner)
        if (kept.changes !== 1) {
          throw new LedgerlineError('SHARD_LOST', file, { retryable: false })
        }
        for (const one of changes.entities) {
          sql.putEntity.run(one.entity, one.isOpen ? 1 : 0, one.window)
        }
        for (const { entity, from, window } of [...changes.chapters.values()].flat()) {
          sql.putChapter.run(entity, from, window)
        }
        for (const one of changes.reservations) {
          sql.putReservation.run(one.reservation, one.entity, one.firstAt)
        }
        for (const [name, sums] of changes.rows) {
          if (sums === null) sql.dropRow.run(name)
          else sql.putRow.run(name, sums)
        }
        if (changes.feed !== undefined) {
          sql.putFeed.run(changes.feed.epoch, changes.feed.nextOffset)
          for (const [name, state] of changes.feed.told) sql.putTold.run(name, state)
        }
        db.exec('COMMIT')
        progress = { epoch, nextOffset, tick, heard, recorded, knowledge }
      } catch (error) {
        db.exec('ROLLBACK')
        throw error
      }
    },
    entity(entity) {
      const found: unknown = sql.entity.get(entity)
      return found === undefined ? null : toEntity(found)
    },
    openEntities: () => sql.open.all().map(toEntity),
    *entityPages() {
      let last = ''
      for (;;) {
        const page = sql.page.all(last).map((found) => String(columnsOf(found)['entity']))
        if (page.length === 0) return
        yield page
        last = page.at(-1) ?? last
      }
    },
    chapterAt(entity, at) {
      const found: unknown = sql.chapter.get(entity, at)
      if (found === undefined) return null
      const { begins, window } = columnsOf(found)
      return { entity, from: Number(begins), window: String(window) }
    },
    reservation(reservation) {
      const found: unknown = sql.reservation.get(reservation)
      if (found === undefined) return null
      const { entity, first_at } = columnsOf(found)
      return { reservation, entity: String(entity), firstAt: Number(first_at) }
    },
    row(name) {
      const found: unknown = sql.row.get(name)
      return found === undefined ? null : String(columnsOf(found)['sums'])
    },
    feed() {
      const { epoch = 0, next_offset = 0 } = columnsOf(sql.feed.get())
      const told = sql.told.all().map((found) => {
        const { name, state } = columnsOf(found)
        return [String(name), String(state)] as const
      })
      return { epoch: Number(epoch), nextOffset: Number(next_offset), told: new Map(told) }
    },
    copyTo(file) {
      db.prepare('VACUUM INTO ?').run(file)
    },
    close: () => db.close(),
  }
}

/** Where the shard of a file stands, without becoming its owner; null if there is none, or of another shape. */
export function placeIn(file: string): Pick<Progress, 'epoch' | 'nextOffset'> | null {
  if (!existsSync(file)) return null
  const db = new DatabaseSync(file)
  try {
    if (shapeOf(db) !== shape) return null
    const found: unknown = db.prepare(`SELECT epoch, next_offset FROM progress`).get()
    if (found === undefined) return null
    const { epoch, next_offset } = columnsOf(found)
    return { epoch: Number(epoch), nextOffset: Number(next_offset) }
  } finally {
    db.close()
  }
}

/** Changes with the tables: a file of another shape is of another version of the hub, and is made again from the ledger. */
const shape = 3
const tableNames = ['progress', 'entities', 'chapters', 'reservations', 'rows', 'feed', 'told']

function dropOtherShape(db: DatabaseSyncInstance): void {
  if (shapeOf(db) === shape) return
  for (const table of tableNames) db.exec(`DROP TABLE IF EXISTS ${table}`)
}

function shapeOf(db: DatabaseSyncInstance): number {
  return Number(columnsOf(db.prepare('PRAGMA user_version').get())['user_version'])
}

/** Makes this process the file's owner: an older one learns of it at its next commit. */
function takeOver(db: DatabaseSyncInstance, owner: string, epoch: number): Progress {
  db.exec('BEGIN IMMEDIATE')
  const found: unknown = db
    .prepare(`SELECT epoch, next_offset, tick, heard, recorded, knowledge FROM progress`)
    .get()
  const known = found === undefined ? null : columnsOf(found)
  if (known === null || Number(known['epoch']) !== epoch) {
    // Another life of the topic: nothing that was read before says anything about it.
    for (const table of tableNames) db.exec(`DELETE FROM ${table}`)
    db.prepare(`INSERT INTO progress VALUES (1, ?, ?, 0, 0, 0, 0, '')`).run(owner, epoch)
    db.exec('COMMIT')
    return { epoch, nextOffset: 0, tick: 0, heard: 0, recorded: 0, knowledge: '' }
  }
  db.prepare(`UPDATE progress SET owner = ?`).run(owner)
  db.exec('COMMIT')
  return {
    epoch,
    nextOffset: Number(known['next_offset']),
    tick: Number(known['tick']),
    heard: Number(known['heard']),
    recorded: Number(known['recorded']),
    knowledge: String(known['knowledge']),
  }
}

function columnsOf(row: unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row ?? {}))
}

function toEntity(row: unknown): EntityEntry {
  const { entity, is_open, window } = columnsOf(row)
  return {
    entity: String(entity),
    isOpen: Number(is_open) === 1,
    window: typeof window === 'string' ? window : null,
  }
}
