import { hubEvent } from '../../schemas/events/hub-event.ts'
import type { Instant } from '../../schemas/events/instant.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import type { MappingFile } from '../../schemas/events/mapping.ts'
import { contentDigest } from './content-digest.ts'

export interface MappingToSet {
  readonly mapping: MappingFile
  readonly version: number
  /** From when on it holds. */
  readonly from: Instant
  readonly now: Instant
}

/** What the ledger keeps of the mapping of a target. Its id is made of what it says, so that said twice it is said once. */
export function toMappingEvent({ mapping, version, from, now }: MappingToSet): LedgerEvent {
  return hubEvent({
    type: 'mapping.set',
    id: mappingEventId(mapping, version),
    ...{ at: from, receivedAt: now },
    attributes: JSON.stringify({ ...mapping, version }),
  })
}

/** The id of the event that says this of its target, as that version. */
export function mappingEventId(mapping: MappingFile, version: number): string {
  return `mapping:${mapping.target}:${version}:${contentDigest(mapping)}`
}
