import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { Instant, Span } from '../../schemas/events/instant.ts'
import { exportManifestSchema, type ExportManifest } from '../../schemas/feeds/exports.ts'
import { openOwnedDatabase, type OwnedDatabase } from '../log/disk/owned-database.ts'
import type { WrittenStretch } from './plan/due.ts'
import { preparedIn, preparedSchema, type PreparedWritings } from './prepared.ts'

/** One sort of file of one target. */
export interface FilePlace {
  readonly target: string
  readonly name: string
}

/** A writing that has begun, or goes on after a crash: what it is called does not depend on when it is done. */
export interface Writing {
  readonly id: number
  readonly revision: number
  readonly createdAt: Instant
  /** What was written of the same stretch before. */
  readonly before: ExportManifest | null
}

/** A stretch that a writing has told. */
export interface ToldStretch extends Span {
  readonly print: string
  /** What each row said, where only changed rows go the next time. */
  readonly rows: ReadonlyMap<string, string> | null
}

export interface KnownStretch extends WrittenStretch {
  readonly rows: ReadonlyMap<string, string> | null
}

/** What was written, so that it is written once, and again when it says something else. On this machine's disk. */
export interface ExportJournal extends Omit<PreparedWritings, 'forget'> {
  /** From when on the files of a sort are written: what was told the first time it was asked. */
  begin(place: FilePlace, told: Instant): Instant
  start(place: FilePlace, span: Span, now: Instant): Writing
  /** After all of it is in the outbox. */
  done(
    place: FilePlace,
    writing: Pick<Writing, 'id'>,
    manifest: ExportManifest,
    told: readonly ToldStretch[],
    now: Instant,
  ): void
  /** It says the same as before: nothing was sent. */
  leave(place: FilePlace, writing: Writing, told: readonly ToldStretch[], now: Instant): void
  /** By their beginnings, stretches that begin at or after an instant. */
  told(place: FilePlace, from: Instant): ReadonlyMap<Instant, KnownStretch>
  toldUntil(place: FilePlace): Instant | null
  /** The latest first. */
  list(query: JournalQuery): readonly ExportManifest[]
  close(): void
}

export interface JournalQuery {
  readonly target?: string | undefined
  readonly file?: string | undefined
  readonly limit: number
}

const schema = `
  CREATE TABLE IF NOT EXISTS begins (
    target TEXT NOT NULL, file TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (target, file));
  CREATE TABLE IF NOT EXISTS writings (
    id INTEGER PRIMARY KEY, target TEXT NOT NULL, file TEXT NOT NULL, since INTEGER NOT NULL, until INTEGER NOT NULL,
    revision INTEGER NOT NULL, created_at INTEGER NOT NULL, done_at INTEGER, manifest TEXT,
    UNIQUE (target, file, since, until, revision));
  CREATE INDEX IF NOT EXISTS done_writings ON writings (done_at) WHERE manifest IS NOT NULL;
  CREATE TABLE IF NOT EXISTS told (
    target TEXT NOT NULL, file TEXT NOT NULL, since INTEGER NOT NULL, until INTEGER NOT NULL, print TEXT NOT NULL,
    written_at INTEGER NOT NULL, rows TEXT, PRIMARY KEY (target, file, since)) WITHOUT ROWID;
`

/** Throws LOG_UNAVAILABLE when another process has the folder open. */
export function openExportJournal(folder: string): ExportJournal {
  mkdirSync(folder, { recursive: true })
  const database = openOwnedDatabase(join(folder, 'exports.sqlite'), schema + preparedSchema)
  const { prepare, prepared, forget } = preparedIn(database)
  return {
    ...{ ...writingsIn(database, forget), ...toldIn(database), prepare, prepared },
    close: () => database.close(),
  }
}

type Writings = Pick<ExportJournal, 'begin' | 'start' | 'done' | 'leave' | 'list'>

function writingsIn(database: OwnedDatabase, forget: PreparedWritings['forget']): Writings {
  const addBegin = database.prepare(`INSERT OR IGNORE INTO begins VALUES (?, ?, ?)`)
  const begin: { get(target: string, file: string): { readonly at: Instant } | undefined } =
    database.prepare(`SELECT at FROM begins WHERE target = ? AND file = ?`)
  const last: { get(...place: readonly (string | number)[]): LastRow | undefined } =
    database.prepare(
      `SELECT id, revision, created_at AS createdAt, done_at AS doneAt FROM writings
     WHERE target = ? AND file = ? AND since = ? AND until = ? ORDER BY revision DESC LIMIT 1`,
    )
  const before: { get(...place: readonly (string | number)[]): ManifestRow | undefined } =
    database.prepare(
      `SELECT manifest FROM writings WHERE target = ? AND file = ? AND since = ? AND until = ?
         AND manifest IS NOT NULL ORDER BY revision DESC LIMIT 1`,
    )
  const insert = database.prepare(
    `INSERT INTO writings (target, file, since, until, revision, created_at) VALUES (?, ?, ?, ?, ?, ?)`,
  )
  const settle = database.prepare(`UPDATE writings SET done_at = ?, manifest = ? WHERE id = ?`)
  const drop = database.prepare(`DELETE FROM writings WHERE id = ?`)
  const tell = database.prepare(`INSERT OR REPLACE INTO told VALUES (?, ?, ?, ?, ?, ?, ?)`)
  const list: { all(...values: readonly (string | number | null)[]): readonly ManifestRow[] } =
    database.prepare(
      `SELECT manifest FROM writings WHERE manifest IS NOT NULL AND (?1 IS NULL OR target = ?1)
         AND (?2 IS NULL OR file = ?2) ORDER BY done_at DESC, id DESC LIMIT ?3`,
    )

  function note(
    { target, name }: FilePlace,
    stretches: readonly ToldStretch[],
    now: Instant,
  ): void {
    for (const { from, to, print, rows } of stretches) {
      const kept = rows === null ? null : JSON.stringify([...rows])
      tell.run(target, name, from, to, print, now, kept)
    }
  }

  return {
    begin: ({ target, name }, told) =>
      database.transaction(() => {
        addBegin.run(target, name, told)
        return begin.get(target, name)?.at ?? told
      }),
    start: ({ target, name }, { from, to }, now) =>
      database.transaction(() => {
        const place = [target, name, from, to]
        const found = last.get(...place)
        if (found === undefined || found.doneAt !== null) {
          insert.run(...place, (found?.revision ?? -1) + 1, now)
        }
        const own = last.get(...place)
        if (own === undefined) throw new Error('a writing that was begun is not there')
        const { id, revision, createdAt } = own
        return { id, revision, createdAt, before: toManifest(before.get(...place)) }
      }),
    done: (place, { id }, manifest, told, now) =>
      database.transaction(() => {
        settle.run(now, JSON.stringify(manifest), id)
        note(place, told, now)
        forget(id)
      }),
    leave: (place, { id }, told, now) =>
      database.transaction(() => {
        drop.run(id)
        note(place, told, now)
      }),
    list: ({ target, file, limit }) =>
      list.all(target ?? null, file ?? null, limit).flatMap((row) => toManifest(row) ?? []),
  }
}

function toldIn(database: OwnedDatabase): Pick<ExportJournal, 'told' | 'toldUntil'> {
  const told: { all(...values: readonly (string | number)[]): readonly ToldRow[] } =
    database.prepare(
      `SELECT since AS "from", until AS "to", print, written_at AS writtenAt, rows FROM told
     WHERE target = ? AND file = ? AND since >= ?`,
    )
  const until: { get(target: string, file: string): { readonly at: Instant | null } | undefined } =
    database.prepare(`SELECT max(until) AS at FROM told WHERE target = ? AND file = ?`)
  return {
    told: ({ target, name }, from) =>
      new Map(
        told.all(target, name, from).map(({ rows, ...one }) => {
          const known = rows === null ? null : new Map(pairsSchema.parse(JSON.parse(rows)))
          return [one.from, { ...one, rows: known }] as const
        }),
      ),
    toldUntil: ({ target, name }) => until.get(target, name)?.at ?? null,
  }
}

interface LastRow {
  readonly id: number
  readonly revision: number
  readonly createdAt: Instant
  readonly doneAt: Instant | null
}

interface ManifestRow {
  readonly manifest: string
}

interface ToldRow extends WrittenStretch {
  readonly rows: string | null
}

const pairsSchema = z.array(z.tuple([z.string(), z.string()]))

function toManifest(row: ManifestRow | undefined): ExportManifest | null {
  return row === undefined ? null : exportManifestSchema.parse(JSON.parse(row.manifest))
}
