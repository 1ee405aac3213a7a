import type { Instant } from '../../schemas/events/instant.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import type { ProblemError } from '../../schemas/feeds/problem.ts'
import { contentDigest } from '../definitions/content-digest.ts'
import { toDefinitionsEvent } from '../definitions/definitions-event.ts'
import type { FileDefinitions } from '../definitions/definitions-file.ts'
import type { EventLog } from '../log/log.ts'
import { learn, type Knowledge } from '../projections/definitions.ts'
import { publishedUntil } from '../projections/published.ts'
import { appendEvents } from '../runner/shard-runner.ts'
import type { KnowledgeReader, LedgerKnowledge } from './ledger-knowledge.ts'

/** What the ledger knows of definitions, as it stands when it is asked: it does not wait for the tables. */
export interface LedgerDefinitions {
  read(): Promise<LedgerKnowledge>
  /** What is known, and what would be once these were set; appends nothing. */
  foresee(definitions: FileDefinitions, from: Instant, now: Instant): Promise<ForeseenDefinitions>
  /** Appends definitions unless they are the last that were set, for the same instant. Sets wait for each other. */
  set(definitions: FileDefinitions, from: Instant, now: Instant): Promise<SetDefinitions>
}

/** They do not fit what is in the ledger. */
interface RefusedDefinitions {
  readonly kind: 'refused'
  readonly faults: readonly ProblemError[]
}

export type SetDefinitions =
  { readonly kind: 'set'; readonly version: number; readonly isNew: boolean } | RefusedDefinitions

export type ForeseenDefinitions =
  | {
      readonly kind: 'foreseen'
      readonly version: number
      /** What a set would append; null: the same was set last, for the same instant. */
      readonly event: LedgerEvent | null
      readonly before: Knowledge
      readonly after: Knowledge
    }
  | RefusedDefinitions

export function createLedgerDefinitions(
  log: EventLog,
  { inTurn }: KnowledgeReader,
): LedgerDefinitions {
  return {
    read: () => inTurn((known) => known),
    foresee: (definitions, from, now) =>
      inTurn(({ knowledge }) => foreseen(knowledge, definitions, from, now)),
    set: (definitions, from, now) =>
      inTurn(async ({ knowledge }) => {
        const found = foreseen(knowledge, definitions, from, now)
        if (found.kind === 'refused') return found
        const { version, event } = found
        if (event !== null) await appendEvents(log, [event])
        return { kind: 'set', version, isNew: event !== null }
      }),
  }
}

function foreseen(
  knowledge: Knowledge,
  definitions: FileDefinitions,
  from: Instant,
  now: Instant,
): ForeseenDefinitions {
  const versions = knowledge.definitions.map(({ of }) => of.version)
  const version = Math.max(0, ...versions)
  const id = `definitions:${version}:${contentDigest(definitions)}`
  if (knowledge.definitions.some((one) => one.id === id && one.from === from)) {
    return { kind: 'foreseen', version, event: null, before: knowledge, after: knowledge }
  }
  const event = toDefinitionsEvent({ definitions, version: version + 1, from, now })
  const after = learn(knowledge, event)
  const faults = lengthFaults(knowledge, after, definitions)
  if (faults.length > 0) return { kind: 'refused', faults }
  return { kind: 'foreseen', version: version + 1, event, before: knowledge, after }
}

/** All intervals of a ledger have one length, and nobody may change it once numbers by it have been relied upon. */
export function lengthFaults(
  before: Knowledge,
  after: Knowledge,
  { intervalMinutes }: Pick<FileDefinitions, 'intervalMinutes'>,
): readonly ProblemError[] {
  const field = 'intervalMinutes'
  const [minutes, minutesAfter] = [before, after].map(({ intervalMs }) => intervalMs / 60_000)
  const choices = [String(minutes)]
  if (intervalMinutes !== minutesAfter) {
    const earliest = new Date(after.definitions[0]?.from ?? 0).toISOString()
    const detail = `all intervals of the ledger are of ${minutesAfter} minutes, by the definitions that hold from ${earliest}; only a set from then on or earlier can change that`
    return [{ field, detail, choices: [String(minutesAfter)] }]
  }
  if (minutesAfter === minutes || publishedUntil(before.published) === 0) return []
  const detail = `rows with intervals of ${minutes} minutes are final, so the length cannot change any more`
  return [{ field, detail, choices }]
}
