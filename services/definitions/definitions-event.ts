import { hubEvent } from '../../schemas/events/hub-event.ts'
import type { Instant } from '../../schemas/events/instant.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { contentDigest } from './content-digest.ts'
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
    id: `definitions:${version}:${contentDigest(definitions)}`,
    ...{ at: from, receivedAt: now },
    attributes: JSON.stringify({ ...definitions, version }),
  })
}
