import { createHash } from 'node:crypto'
import { hubEvent } from '../../schemas/events/hub-event.ts'
import type { Instant } from '../../schemas/events/instant.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import type { FileDefinitions } from './definitions-file.ts'

export interface DefinitionsToSet {
  readonly definitions: FileDefinitions
  readonly version: number
  /** From when on they hold. */
  readonly from: Instant
  readonly now: Instant
}

/** What the ledger keeps of definitions. Its id is made of what it says, so that said twice it is said once. */
export function toDefinitionsEvent(set: DefinitionsToSet): LedgerEvent {
  const { definitions, version, from, now } = set
  return hubEvent({
    type: 'definitions.set',
    id: `definitions:${version}:${digestOfDefinitions(definitions)}`,
    ...{ at: from, receivedAt: now },
    attributes: JSON.stringify({ ...definitions, version }),
  })
}

/** The same for files that say the same, however they are written. */
export function digestOfDefinitions(definitions: FileDefinitions): string {
  return createHash('sha256')
    .update(JSON.stringify(inOrder(definitions)))
    .digest('hex')
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return entries.map(([name, of]) => [name, inOrder(of)])
}
