import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Instant } from '../../../schemas/events/instant.ts'
import { createDiskRoom } from '../../log/disk/disk-room.ts'
import { openOwnedDatabase } from '../../log/disk/owned-database.ts'
import { createAgain, type AgainQuery, type PutAgain } from './again.ts'
import { createDocuments, documentsSchema, type Documents } from './documents.ts'
import { createJournal, journalSchema, type Journal } from './journal.ts'
import { createPruning } from './pruning.ts'
import { createStates, statesSchema, type States } from './states.ts'

/** What waits, what has left, and how far each target's reader is: one file of SQLite that belongs to one process. */
export interface Outbox {
  readonly states: States
  readonly documents: Documents
  readonly journal: Journal
  /** All of it or nothing, and on the disk when it returns. */
  transaction<T>(action: () => T): T
  /** Throws LOG_FULL when the disk has no room for so many bytes more. */
  makeRoom(bytes: number): void
  /** How far what a target is told of has been read, in its reader's own words; null before the first time. */
  position(target: string): string | null
  /** Within a transaction. */
  setPosition(target: string, position: string): void
  again(query: AgainQuery, now: Instant): PutAgain
  /** Forgets what has been kept for long enough. */
  prune(now: Instant): void
  close(): void
}

export interface OutboxOptions {
  readonly folder: string
  readonly spaceMinBytes?: number
}

/** Throws LOG_UNAVAILABLE when another process has the folder open. */
export function openOutbox({ folder, spaceMinBytes = 256 * 1024 * 1024 }: OutboxOptions): Outbox {
  mkdirSync(folder, { recursive: true })
  const database = openOwnedDatabase(join(folder, 'delivery.sqlite'), schema)
  const position: { get(target: string): { readonly position: string } | undefined } =
    database.prepare(`SELECT position FROM positions WHERE target = ?`)
  const setPosition = database.prepare(`INSERT OR REPLACE INTO positions VALUES (?, ?)`)
  return {
    states: createStates(database),
    documents: createDocuments(database),
    journal: createJournal(database),
    transaction: (action) => database.transaction(action),
    makeRoom: createDiskRoom(folder, spaceMinBytes),
    position: (target) => position.get(target)?.position ?? null,
    setPosition: (target, next) => void setPosition.run(target, next),
    again: createAgain(database),
    prune: createPruning(database),
    close: () => database.close(),
  }
}

const schema = `
  ${statesSchema}
  ${documentsSchema}
  ${journalSchema}
  CREATE TABLE IF NOT EXISTS positions (target TEXT PRIMARY KEY, position TEXT NOT NULL);
`
