import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../runtime/package-root.ts'
import { LedgerlineError } from '../runtime/errors.ts'
import { quoteName, sqlStatements } from './sql-tokens.ts'
import type { Warehouse } from './warehouse.ts'

export interface Migration {
  /** The file's name; the number that it begins with is its place. */
  readonly name: string
  readonly sql: string
}

export const tablesFolder = join(packageRoot, 'schemas', 'tables')

/**
 * Brings the database of `warehouse` to the newest tables: creates it when it is missing, and runs each file once, in the
 * order of the numbers. A file that was changed after it had run is refused, because nobody could say then what a database
 * holds; but a file may name the hash of an earlier text of its own (`-- Earlier: …`) of which only the order of the rows on
 * disk was another: a database that has it keeps that order until it is rebuilt, and nothing else differs. What has run is recorded when all has: each record of its own would take as long as a file. A crash on the way
 * runs them all again, so their statements must bear that (IF NOT EXISTS). Answers the names of the files that ran.
 */
export async function migrate(
  warehouse: Warehouse,
  migrations: readonly Migration[] = readMigrations(),
): Promise<readonly string[]> {
  // `system` is the database that is always there.
  await warehouse
    .in('system')
    .command(`CREATE DATABASE IF NOT EXISTS ${quoteName(warehouse.database)}`)
  await warehouse.command(migrationsTable)
  const ran = await warehouse.query<{ name: string; sha256: string }>(
    'SELECT name, sha256 FROM migrations FINAL',
  )
  const hashes = new Map(ran.map(({ name, sha256 }) => [name, sha256]))
  const fresh: { name: string; sha256: string }[] = []
  for (const migration of migrations) {
    const sha256 = createHash('sha256').update(migration.sql).digest('hex')
    const known = hashes.get(migration.name)
    if (known === sha256) continue
    if (known !== undefined && earlierTexts(migration).includes(known)) continue
    if (known !== undefined) throw changed(migration.name, warehouse.database)
    for (const statement of sqlStatements(migration.sql)) await warehouse.command(statement)
    fresh.push({ name: migration.name, sha256 })
  }
  await warehouse.insert('migrations', fresh)
  return fresh.map(({ name }) => name)
}

export function readMigrations(folder: string = tablesFolder): readonly Migration[] {
  return readdirSync(folder)
    .filter((name) => /^\d{4}_.*\.sql$/.test(name))
    .sort()
    .map((name) => ({ name, sql: readFileSync(join(folder, name), 'utf8') }))
}

function earlierTexts({ sql }: Migration): readonly string[] {
  return Array.from(sql.matchAll(/^-- Earlier: ([0-9a-f]{64})$/gm), ([, sha256 = '']) => sha256)
}

const migrationsTable = `CREATE TABLE IF NOT EXISTS migrations
(
    name String COMMENT 'The file that ran',
    sha256 String COMMENT 'Of its text, so that a later change is noticed',
    applied_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC') COMMENT 'When it had run'
)
ENGINE = ReplacingMergeTree
ORDER BY name
SETTINGS
    fsync_after_insert = 1,
    fsync_part_directory = 1
COMMENT 'Which files of tables this database has seen.'`

function changed(name: string, database: string): LedgerlineError {
  const what = `${name} was changed after it had run in database ${database}; put it back and add a new file`
  return new LedgerlineError('CONFIG_INVALID', what, { retryable: false })
}
