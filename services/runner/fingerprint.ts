import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { EventLog } from '../log/log.ts'
import { topics } from '../log/topics.ts'
import { readMigrations } from '../warehouse/migrations.ts'

/** All that has a part in what rows the ledger comes to, seen from here; built, it lies in the same places. */
const folders = [
  ...['.', '../projections', '../time', '../../schemas/events', '../../schemas/avro'],
  ...['../../schemas/metrics', '../../schemas/tables', '../../connectors/mapping'],
]

/**
 * Stands for the code that folds, the shape of the tables, and the life of the ledger: rows that were made under another
 * one cannot be gone on with. It errs to the safe side, by the letters of the files.
 */
export function fingerprintOf(log: EventLog, migrations = readMigrations()): string {
  const hash = createHash('sha256')
  for (const topic of topics) hash.update(`${topic} ${log.epoch(topic)} ${log.partitions(topic)}\n`)
  for (const { name, sql } of migrations) hash.update(`${name}\n${sql}\n`)
  for (const folder of folders) {
    for (const file of codeIn(join(import.meta.dirname, folder))) {
      hash.update(`${file}\n`).update(readFileSync(join(import.meta.dirname, folder, file)))
    }
  }
  return hash.digest('hex')
}

function codeIn(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => /(?<!\.d)\.(?:ts|js)$/.test(name))
    .sort()
}
