import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A golden file of a vendor. */
export function wfmFixture(path: string): string {
  return readFileSync(join(import.meta.dirname, '../fixtures/wfm', path), 'utf8')
}
