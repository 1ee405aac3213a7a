import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { Instant } from '../../schemas/events/instant.ts'
import { openOwnedDatabase, type OwnedDatabase } from '../log/disk/owned-database.ts'
import type { Stretch } from './windows.ts'

/** A stretch of a list that was read to its end, and whose events are durable. */
export interface FinishedWindow extends Stretch {
  readonly read: number
  readonly added: number
}

/**
 * What has been read again, on this machine's disk: a run that was killed goes on where it was, and a gap is closed by what
 * was read. A window is noted only after its events are durable.
 */
export interface Journal {
  /** The windows of an unfinished run, oldest first; none of a new one. */
  windowsOf(run: string): readonly FinishedWindow[]
  note(run: string, list: string, window: FinishedWindow, at: Instant): void
  /** The run is over; asked for again, it begins anew. */
  finish(run: string): void
  /** All that was ever read of a list, from an instant on. */
  finishedOf(list: string, since: Instant): readonly FinishedWindow[]
  /** Up to where a list has been compared with the ledger. */
  mark(list: string): Instant | null
  setMark(list: string, at: Instant): void
  /** The hub was started so long after its last tick; whether that left gaps is yet to be looked at. */
  noteStart(start: HubStart): void
  starts(): readonly HubStart[]
  settleStart(start: HubStart): void
  close(): void
}

export interface HubStart {
  readonly lastTickAt: Instant
  readonly startedAt: Instant
}

/** Twilio itself forgets after thirty days. */
const keptMs = 60 * 86_400_000

export function openJournal(folder: string): Journal {
  mkdirSync(folder, { recursive: true })
  const database = openOwnedDatabase(
    join(folder, 'journal.sqlite'),
    `CREATE TABLE IF NOT EXISTS windows (
       run TEXT NOT NULL, list TEXT NOT NULL, from_at INTEGER NOT NULL, to_at INTEGER NOT NULL,
       read INTEGER NOT NULL, added INTEGER NOT NULL, noted_at INTEGER NOT NULL,
       open INTEGER NOT NULL DEFAULT 1);
     CREATE INDEX IF NOT EXISTS windows_of_run ON windows (run, open, from_at);
     CREATE INDEX IF NOT EXISTS windows_of_list ON windows (list, to_at);
     CREATE TABLE IF NOT EXISTS marks (list TEXT PRIMARY KEY, at INTEGER NOT NULL);
     CREATE TABLE IF NOT EXISTS starts (
       started_at INTEGER PRIMARY KEY, last_tick_at INTEGER NOT NULL);`,
  )
  const statements = prepare(database)

  return {
    windowsOf: (run) => windowsSchema.parse(statements.ofRun.all(run)),
    note(run, list, { from, to, read, added }, at) {
      database.transaction(() => {
        statements.insert.run(run, list, from, to, read, added, at)
        statements.forget.run(at - keptMs)
      })
    },
    finish: (run) => void database.transaction(() => statements.finish.run(run)),
    finishedOf: (list, since) => windowsSchema.parse(statements.ofList.all(list, since)),
    mark: (list) => markSchema.parse(statements.mark.all(list))[0]?.at ?? null,
    setMark: (list, at) => void database.transaction(() => statements.setMark.run(list, at)),
    noteStart: ({ startedAt, lastTickAt }) =>
      void database.transaction(() => statements.addStart.run(startedAt, lastTickAt)),
    starts: () => startsSchema.parse(statements.starts.all()),
    settleStart: ({ startedAt }) =>
      void database.transaction(() => statements.removeStart.run(startedAt)),
    close: () => database.close(),
  }
}

function prepare(database: OwnedDatabase) {
  const columns = 'from_at AS "from", to_at AS "to", read, added'
  return {
    ofRun: database.prepare(
      `SELECT ${columns} FROM windows WHERE run = ? AND open = 1 ORDER BY from_at`,
    ),
    ofList: database.prepare(
      `SELECT ${columns} FROM windows WHERE list = ? AND to_at > ? ORDER BY from_at`,
    ),
    insert: database.prepare(
      `INSERT INTO windows (run, list, from_at, to_at, read, added, noted_at)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
    ),
    forget: database.prepare('DELETE FROM windows WHERE noted_at < ?'),
    finish: database.prepare('UPDATE windows SET open = 0 WHERE run = ? AND open = 1'),
    mark: database.prepare('SELECT at FROM marks WHERE list = ?'),
    addStart: database.prepare(
      'INSERT OR REPLACE INTO starts (started_at, last_tick_at) VALUES (?, ?)',
    ),
    starts: database.prepare(
      'SELECT started_at AS startedAt, last_tick_at AS lastTickAt FROM starts ORDER BY started_at',
    ),
    removeStart: database.prepare('DELETE FROM starts WHERE started_at = ?'),
    setMark: database.prepare('INSERT OR REPLACE INTO marks (list, at) VALUES (?, ?)'),
  }
}

const windowsSchema = z.array(
  z.object({ from: z.int(), to: z.int(), read: z.int(), added: z.int() }),
)
const startsSchema = z.array(z.object({ startedAt: z.int(), lastTickAt: z.int() }))
const markSchema = z.array(z.object({ at: z.int() }))
