import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Instant } from '../../../schemas/events/instant.ts'
import type { OwnedDatabase } from '../../log/disk/owned-database.ts'
import { LedgerlineError } from '../../runtime/errors.ts'
import type { Parcel } from '../delivery.ts'

/** Of which table and which stretch of time a document tells; the end not included. */
export interface About {
  readonly table: string
  readonly since: Instant
  readonly until: Instant
}

/** A file or a batch: each leaves exactly once by its key, in the order in which it was put. */
export interface Document extends Parcel {
  readonly about: About | null
}

export interface WaitingDocument extends Document {
  readonly id: number
  readonly putAt: Instant
  readonly attempts: number
  readonly sha256: string
}

/** What has left, and of which the ledger has not been told yet. */
export interface Untold extends About {
  readonly id: number
  readonly target: string
  readonly key: string
  readonly doneAt: Instant
}

export type DocumentStatus = 'waiting' | 'delivered' | 'refused'

export interface Documents {
  /** Throws DELIVERY_KEY_REUSED where the same key had another body. */
  isKnown(target: string, document: Document): boolean
  /** Within a transaction; what is not known. */
  put(target: string, document: Document, now: Instant): void
  first(target: string): WaitingDocument | null
  /** Within a transaction. */
  tried(id: number): void
  /** Within a transaction. */
  settle(id: number, status: DocumentStatus, now: Instant): void
  waiting(target: string): WaitingDocuments
  /** Dead letters: refused or given up, and not sent again since. */
  refused(target: string): number
  untold(): readonly Untold[]
  /** Within a transaction. */
  told(id: number): void
}

export interface WaitingDocuments {
  readonly count: number
  readonly bytes: number
  readonly oldestAt: Instant | null
}

export const documentsSchema = `
  CREATE TABLE IF NOT EXISTS documents (
    id INTEGER PRIMARY KEY, target TEXT NOT NULL, key TEXT NOT NULL, place INTEGER NOT NULL,
    name TEXT NOT NULL, content_type TEXT NOT NULL, headers TEXT NOT NULL, subject TEXT NOT NULL,
    about_table TEXT, since INTEGER, until INTEGER, bytes INTEGER NOT NULL, sha256 TEXT NOT NULL,
    put_at INTEGER NOT NULL, status TEXT NOT NULL, attempts INTEGER NOT NULL, done_at INTEGER,
    is_untold INTEGER NOT NULL, body BLOB, UNIQUE (target, key));
  CREATE INDEX IF NOT EXISTS waiting_documents ON documents (target, place, bytes, put_at)
    WHERE status = 'waiting';
  CREATE INDEX IF NOT EXISTS done_documents ON documents (done_at) WHERE status <> 'waiting';
  CREATE INDEX IF NOT EXISTS refused_documents ON documents (target) WHERE status = 'refused';
  CREATE INDEX IF NOT EXISTS untold_documents ON documents (id) WHERE is_untold = 1;
`

interface Row extends Omit<WaitingDocument, 'about' | 'headers'> {
  readonly headers: string
  readonly table: string | null
  readonly since: Instant | null
  readonly until: Instant | null
}

export function createDocuments(database: OwnedDatabase): Documents {
  const known: { get(target: string, key: string): { readonly sha256: string } | undefined } =
    database.prepare(`SELECT sha256 FROM documents WHERE target = ? AND key = ?`)
  const insert = database.prepare(
    `INSERT INTO documents (target, key, place, name, content_type, headers, subject, about_table,
       since, until, bytes, sha256, put_at, status, attempts, is_untold, body)
     VALUES (?, ?, (SELECT coalesce(max(place), 0) + 1 FROM documents),
       ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'waiting', 0, 0, ?)`,
  )
  const first: { get(target: string): Row | undefined } = database.prepare(
    `SELECT id, key, name, content_type AS contentType, headers, subject, about_table AS "table",
       since, until, sha256, put_at AS putAt, attempts, body
     FROM documents WHERE target = ? AND status = 'waiting' ORDER BY place LIMIT 1`,
  )
  const tried = database.prepare(`UPDATE documents SET attempts = attempts + 1 WHERE id = ?`)
  const settle = database.prepare(
    `UPDATE documents SET status = ?1, done_at = ?2, attempts = attempts + 1,
       is_untold = (?1 = 'delivered' AND about_table IS NOT NULL) WHERE id = ?3`,
  )
  const waiting: { get(target: string): WaitingDocuments | undefined } = database.prepare(
    `SELECT count(*) AS count, coalesce(sum(bytes), 0) AS bytes, min(put_at) AS oldestAt
     FROM documents WHERE target = ? AND status = 'waiting'`,
  )
  const refused: { get(target: string): { readonly count: number } | undefined } = database.prepare(
    `SELECT count(*) AS count FROM documents WHERE target = ? AND status = 'refused'`,
  )
  const untold: { all(): readonly Untold[] } = database.prepare(
    `SELECT id, target, key, about_table AS "table", since, until, done_at AS doneAt
     FROM documents WHERE is_untold = 1 ORDER BY id LIMIT 1000`,
  )
  const told = database.prepare(`UPDATE documents SET is_untold = 0 WHERE id = ?`)

  return {
    isKnown(target, { key, body }) {
      const before = known.get(target, key)
      if (before === undefined) return false
      if (before.sha256 === sha256Of(body)) return true
      throw new LedgerlineError('DELIVERY_KEY_REUSED', `${target} has had ${key} otherwise`, {
        retryable: false,
      })
    },
    put(target, document, now) {
      const { key, name, contentType, headers, subject, about, body } = document
      const [table, since, until] = [about?.table, about?.since, about?.until]
      insert.run(
        ...[target, key, name, contentType, JSON.stringify(headers), subject],
        ...[table ?? null, since ?? null, until ?? null, body.length, sha256Of(body), now, body],
      )
    },
    first(target) {
      const row = first.get(target)
      return row === undefined ? null : toDocument(row)
    },
    tried: (id) => void tried.run(id),
    settle: (id, status, now) => void settle.run(status, now, id),
    waiting: (target) => waiting.get(target) ?? { count: 0, bytes: 0, oldestAt: null },
    refused: (target) => refused.get(target)?.count ?? 0,
    untold: () => untold.all(),
    told: (id) => void told.run(id),
  }
}

function sha256Of(body: Uint8Array): string {
  return createHash('sha256').update(body).digest('hex')
}

function toDocument({ headers, table, since, until, ...row }: Row): WaitingDocument {
  const about = table === null || since === null || until === null ? null : { table, since, until }
  return { ...row, about, headers: headersSchema.parse(JSON.parse(headers)) }
}

const headersSchema = z.record(z.string(), z.string())
