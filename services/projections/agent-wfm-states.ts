import {
  carriedOver,
  nextToldAt,
  nothingCarried,
  wfmSpans,
  type CarriedSpans,
  type WfmSpan,
} from '../../connectors/mapping/mapped-spans.ts'
import type { Instant } from '../../schemas/events/instant.ts'
import { agentMoments } from './agent-moments.ts'
import type { AgentStory, TargetSpans } from './agent-story.ts'
import type { Knowledge } from './definitions.ts'
import { mappersOf } from './mappings.ts'
import type { OwnRow } from './projection.ts'

/** An agent in the words of the targets that have a mapping. */
export interface WfmStates {
  /** Stretches that reach into the window, by target. */
  readonly spans: ReadonlyMap<string, readonly WfmSpan[]>
  /** When time alone changes them next, if nothing happens; `Infinity`: never. */
  readonly changesAt: Instant
}

/** By the mappings in force at each instant; where none is known there is nothing. */
export function agentWfmStates(
  story: AgentStory,
  { mappings }: Pick<Knowledge, 'mappings'>,
  asOf: Instant,
): WfmStates {
  if (mappings.length === 0) return nothing
  const moments = agentMoments(story)
  const spans = new Map<string, readonly WfmSpan[]>()
  let changesAt = Infinity
  for (const [target, mappers] of mappersOf(mappings)) {
    const carried = carriedIn(story, target)
    const own = wfmSpans(moments, mappers, asOf, carried)
    spans.set(
      target,
      own.filter(({ to }) => (to ?? Infinity) >= story.window.from),
    )
    changesAt = Math.min(changesAt, nextToldAt(moments, mappers, asOf, carried) ?? Infinity)
  }
  return { spans, changesAt }
}

const nothing: WfmStates = { spans: new Map(), changesAt: Infinity }

/** What of them a window that begins at a border must know. */
export function wfmCarry(
  story: AgentStory,
  { mappings }: Pick<Knowledge, 'mappings'>,
  asOf: Instant,
  border: Instant,
): readonly TargetSpans[] {
  if (mappings.length === 0) return []
  const moments = agentMoments(story)
  return [...mappersOf(mappings)]
    .map(([target, mappers]) => {
      const carried = carriedIn(story, target)
      return { target, ...carriedOver(border, moments, mappers, asOf, carried) }
    })
    .filter(({ running }) => running !== null)
}

function carriedIn({ window }: AgentStory, target: string): CarriedSpans {
  return window.carry.moments?.spans.find((one) => one.target === target) ?? nothingCarried
}

/** The same as rows of the table `agent_wfm_states`. Nothing in them grows as time passes: a stretch that goes on stays as it is. */
export function agentWfmStateRows(
  { agent, workspace }: AgentStory,
  { spans }: WfmStates,
): readonly OwnRow[] {
  return [...spans].flatMap(([target, own]) =>
    own.map(({ state, from, to, version, rules, unmapped }) => ({
      table: 'agent_wfm_states' as const,
      key: { workspace, target, agent, started_at: from },
      values: {
        ended_at: to,
        is_open: to === null,
        code: state.code,
        reason: state.reason ?? '',
        text: state.text,
        class: state.class,
        is_logged_on: state.loggedOn,
        is_counted_as_contact: state.countsAsContact,
        is_paid: state.paid,
        unmapped: unmapped?.of ?? '',
        unmapped_name: unmapped?.name ?? '',
        rules,
        mapping_version: version,
      },
    })),
  )
}
