import type { WfmSpan } from '../../connectors/mapping/mapped-spans.ts'
import type { WfmState } from '../../connectors/mapping/mapper.ts'
import type { Instant, Span } from '../../schemas/events/instant.ts'
import { agentStory, wholeTime } from '../projections/agent-story.ts'
import { agentWfmStates } from '../projections/agent-wfm-states.ts'
import type { Knowledge } from '../projections/definitions.ts'
import { countEntities, looks, type Look, type RehearsalOptions } from './rehearsal.ts'

export interface MappingRehearsalOptions extends Pick<
  RehearsalOptions,
  'log' | 'warehouse' | 'shards' | 'before' | 'after' | 'onProgress'
> {
  readonly target: string
  /** From when on the new mapping would hold. */
  readonly from: Instant
}

/** Time of one agent that is told otherwise. */
export interface RemappedTime {
  readonly workspace: string
  readonly agent: string
  readonly oldCode: string | null
  readonly oldReason: string | null
  readonly newCode: string | null
  readonly newReason: string | null
  readonly ms: number
}

export interface RehearsedMapping {
  /** The end of the time that was looked at: as far as all shards are. */
  readonly until: Instant
  readonly agents: number
  readonly codes: readonly Readonly<CodeTime>[]
  readonly changes: readonly RemappedTime[]
  readonly isWhole: boolean
}

const changesMax = 20_000

/**
 * Maps every agent's time from an instant on in both ways, by what the ledger knows and by what it would know. All agents, also
 * those who have been gone for months: they are told as such, and a new mapping may tell it otherwise.
 */
export async function rehearseMapping(options: MappingRehearsalOptions): Promise<RehearsedMapping> {
  const { warehouse, shards, before, after, target, from, onProgress } = options
  const own = shards.filter(({ topic }) => topic === 'ledgerline.workers')
  const until = Math.max(from, Math.min(...own.map(({ openUntil }) => openUntil)))
  const counts = await countEntities({ warehouse, since: 0 })
  const total = counts.get('ledgerline.workers') ?? 0
  const codes = new Map<string, CodeTime>()
  const changes = new Map<string, RemappedTime>()
  let [agents, isWhole] = [0, true]
  onProgress(agents, total)

  for await (const look of looks({ ...options, since: 0 }, ['ledgerline.workers'])) {
    const was = spansOf(look, before, target)
    const wouldBe = spansOf(look, after, target)
    for (const piece of beside(was.spans, wouldBe.spans, { from, to: until })) {
      const { old, now, ms } = piece
      if (old !== null) codeOf(codes, old.code).oldMs += ms
      if (now !== null) codeOf(codes, now.code).newMs += ms
      if (isAlike(old, now)) continue
      const of = {
        ...{ workspace: wouldBe.workspace, agent: look.entity },
        ...{ oldCode: old?.code ?? null, oldReason: old?.reason ?? null },
        ...{ newCode: now?.code ?? null, newReason: now?.reason ?? null },
      }
      const name = JSON.stringify(of)
      const known = changes.get(name)
      if (known === undefined && changes.size >= changesMax) isWhole = false
      else changes.set(name, { ...of, ms: (known?.ms ?? 0) + ms })
    }
    onProgress(++agents, total)
  }
  return { until, agents, codes: [...codes.values()], changes: [...changes.values()], isWhole }
}

function spansOf({ entity, timeline, asOf }: Look, knowledge: Knowledge, target: string) {
  const story = agentStory(entity, timeline, wholeTime, knowledge, asOf)
  const all = story === null ? null : agentWfmStates(story, knowledge, asOf).spans
  return { workspace: story?.workspace ?? '', spans: all?.get(target) ?? [] }
}

interface Beside {
  readonly old: WfmState | null
  readonly now: WfmState | null
  readonly ms: number
}

/** Two ways of telling the same time, one beside the other. */
function* beside(
  was: readonly WfmSpan[],
  wouldBe: readonly WfmSpan[],
  { from, to }: Span,
): Generator<Beside> {
  const borders = [...was, ...wouldBe]
    .flatMap((span) => [span.from, span.to ?? to])
    .filter((at) => at > from && at < to)
  const all = [...new Set([from, ...borders, to])].sort((a, b) => a - b)
  let [old, now] = [0, 0]
  const stateAt = (span: WfmSpan | undefined, at: Instant) =>
    span !== undefined && span.from <= at ? span.state : null
  for (const [index, at] of all.entries()) {
    const next = all[index + 1]
    if (next === undefined) return
    while ((was[old]?.to ?? Infinity) <= at) old++
    while ((wouldBe[now]?.to ?? Infinity) <= at) now++
    yield { old: stateAt(was[old], at), now: stateAt(wouldBe[now], at), ms: next - at }
  }
}

function isAlike(a: WfmState | null, b: WfmState | null): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

interface CodeTime {
  readonly code: string
  oldMs: number
  newMs: number
}

function codeOf(codes: Map<string, CodeTime>, code: string): CodeTime {
  const known = codes.get(code) ?? { code, oldMs: 0, newMs: 0 }
  codes.set(code, known)
  return known
}
