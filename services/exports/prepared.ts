import { z } from 'zod'
import { exportManifestSchema, type ExportManifest } from '../../schemas/feeds/exports.ts'
import type { Document } from '../delivery/outbox/documents.ts'
import type { OwnedDatabase } from '../log/disk/owned-database.ts'
import type { FilePlace, ToldStretch } from './journal.ts'

/** All that a writing sends, and what it will have told: after a kill it goes as it was made, whatever is so by then. */
export interface Prepared {
  readonly manifest: ExportManifest
  readonly documents: readonly Document[]
  readonly told: readonly ToldStretch[]
}

export interface PreparedWriting extends Prepared {
  readonly id: number
}

export interface PreparedWritings {
  /** Before the first of its documents is put into the outbox. */
  readonly prepare: (writing: { readonly id: number }, prepared: Prepared) => void
  /** Those of a sort of file that are not done, the oldest first. */
  readonly prepared: (place: FilePlace) => readonly PreparedWriting[]
  /** Within the transaction in which it is done. */
  readonly forget: (id: number) => void
}

export const preparedSchema = `
  CREATE TABLE IF NOT EXISTS prepared (writing INTEGER PRIMARY KEY, manifest TEXT NOT NULL, told TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS prepared_documents (
    writing INTEGER NOT NULL, place INTEGER NOT NULL, document TEXT NOT NULL, body BLOB NOT NULL,
    PRIMARY KEY (writing, place));
`

export function preparedIn(database: OwnedDatabase): PreparedWritings {
  const insert = database.prepare(`INSERT OR REPLACE INTO prepared VALUES (?, ?, ?)`)
  const insertDocument = database.prepare(
    `INSERT OR REPLACE INTO prepared_documents VALUES (?, ?, ?, ?)`,
  )
  const list: { all(target: string, file: string): readonly PreparedRow[] } = database.prepare(
    `SELECT id, prepared.manifest, told FROM prepared JOIN writings ON id = writing
     WHERE target = ? AND file = ? ORDER BY id`,
  )
  const documents: { all(writing: number): readonly DocumentRow[] } = database.prepare(
    `SELECT document, body FROM prepared_documents WHERE writing = ? ORDER BY place`,
  )
  const drop = database.prepare(`DELETE FROM prepared WHERE writing = ?`)
  const dropDocuments = database.prepare(`DELETE FROM prepared_documents WHERE writing = ?`)
  return {
    prepare: ({ id }, { manifest, documents: all, told }) =>
      database.transaction(() => {
        dropDocuments.run(id)
        const stretches = told.map(({ rows, ...one }) => ({ ...one, rows: rows && [...rows] }))
        insert.run(id, JSON.stringify(manifest), JSON.stringify(stretches))
        for (const [place, { body, ...document }] of all.entries()) {
          insertDocument.run(id, place, JSON.stringify(document), body)
        }
      }),
    prepared: ({ target, name }) =>
      list.all(target, name).map(({ id, manifest, told }) => ({
        id,
        manifest: exportManifestSchema.parse(JSON.parse(manifest)),
        told: z.array(toldSchema).parse(JSON.parse(told)),
        documents: documents.all(id).map(({ document, body }) => ({
          ...documentSchema.parse(JSON.parse(document)),
          body: Buffer.from(body),
        })),
      })),
    forget(id) {
      drop.run(id)
      dropDocuments.run(id)
    },
  }
}

interface PreparedRow {
  readonly id: number
  readonly manifest: string
  readonly told: string
}

interface DocumentRow {
  readonly document: string
  readonly body: Uint8Array
}

const toldSchema = z.object({
  ...{ from: z.int(), to: z.int(), print: z.string() },
  rows: z
    .array(z.tuple([z.string(), z.string()]))
    .nullable()
    .transform((rows) => rows && new Map(rows)),
})

const documentSchema = z.object({
  ...{ key: z.string(), name: z.string(), contentType: z.string(), subject: z.string() },
  headers: z.record(z.string(), z.string()),
  about: z.object({ table: z.string(), since: z.int(), until: z.int() }).nullable(),
})
