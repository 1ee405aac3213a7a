import type { Instant } from '../../schemas/events/instant.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import type { MappingFile } from '../../schemas/events/mapping.ts'
import { mappingEventId, toMappingEvent } from '../definitions/mapping-event.ts'
import type { EventLog } from '../log/log.ts'
import { learn, type Knowledge } from '../projections/definitions.ts'
import { appendEvents } from '../runner/shard-runner.ts'
import type { KnowledgeReader, LedgerKnowledge } from './ledger-knowledge.ts'

/** The mappings in the ledger, as they stand when it is asked: it does not wait for the tables. */
export interface LedgerMappings {
  read(): Promise<LedgerKnowledge>
  /** What is known, and what would be once this was set; appends nothing. */
  foresee(mapping: MappingFile, from: Instant, now: Instant): Promise<ForeseenMapping>
  /** Appends a mapping unless it is the last that was set for its target, for the same instant. Sets wait for each other. */
  set(mapping: MappingFile, from: Instant, now: Instant): Promise<SetMapping>
}

export interface SetMapping {
  /** By the target's own count. */
  readonly version: number
  readonly isNew: boolean
}

export interface ForeseenMapping {
  readonly version: number
  /** What a set would append; null: the same was set last, for the same instant. */
  readonly event: LedgerEvent | null
  readonly before: Knowledge
  readonly after: Knowledge
}

export function createLedgerMappings(log: EventLog, { inTurn }: KnowledgeReader): LedgerMappings {
  return {
    read: () => inTurn((known) => known),
    foresee: (mapping, from, now) =>
      inTurn(({ knowledge }) => foreseen(knowledge, mapping, from, now)),
    set: (mapping, from, now) =>
      inTurn(async ({ knowledge }) => {
        const { version, event } = foreseen(knowledge, mapping, from, now)
        if (event !== null) await appendEvents(log, [event])
        return { version, isNew: event !== null }
      }),
  }
}

function foreseen(
  before: Knowledge,
  mapping: MappingFile,
  from: Instant,
  now: Instant,
): ForeseenMapping {
  const own = before.mappings.filter(({ of }) => of.target === mapping.target)
  const last = Math.max(0, ...own.map(({ of }) => of.version))
  const id = mappingEventId(mapping, last)
  if (own.some((one) => one.id === id && one.from === from)) {
    return { version: last, event: null, before, after: before }
  }
  const event = toMappingEvent({ mapping, version: last + 1, from, now })
  return { version: last + 1, event, before, after: learn(before, event) }
}
