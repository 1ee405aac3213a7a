import type { WfmSpan } from '../../connectors/mapping/mapped-spans.ts'
import type { Instant, Span } from '../../schemas/events/instant.ts'
import type { AdherenceParameters } from '../../schemas/events/adherence.ts'
import { metricsOf } from './adherence-intervals.ts'
import { parametersAt, type AdherenceSpan, type AdherenceStanding } from './adherence-spans.ts'
import { agentAdherence, parametersIn } from './agent-adherence.ts'
import {
  agreedExceptions,
  planPieces,
  type Basis,
  type PlanPiece,
  type TracedException,
} from './agent-plan.ts'
import { agentStates, type StateSpan } from './agent-states.ts'
import { agentStory, wholeTime } from './agent-story.ts'
import { agentWfmStates } from './agent-wfm-states.ts'
import type { Knowledge } from './definitions.ts'
import { gapsOf, type KnownGap } from './known-gaps.ts'
import type { Timeline } from './timeline.ts'

/** A stretch that counts in a cell of `adherence_intervals`, with all that makes it count there. Nothing of it changes within. */
export interface AdherencePart extends Span {
  readonly planned: string | null
  readonly actual: string | null
  readonly standing: AdherenceStanding
  /** What one reading of the plan says there, as long as it says so; null: no plan was read of it. */
  readonly plan: PlanPiece | null
  /** What was agreed beside it, by what was told last of each. */
  readonly exceptions: readonly TracedException[]
  /** What he was by his own events; null: nothing is known. */
  readonly state: StateSpan | null
  /** How a target was told of it, where the codes are a target's. */
  readonly mapped: (WfmSpan & { readonly target: string }) | null
  /** The stretch out of adherence that it is part of, with the grace that it was judged by. */
  readonly run: (Span & Pick<AdherenceParameters, 'graceMs' | 'graceMode'>) | null
  readonly gaps: readonly KnownGap[]
}

/**
 * What makes up a number of `adherence_intervals`: the stretches whose length counts in it, in the order of time. They do not
 * overlap, and together they are as long as the number says.
 */
export function adherenceParts(
  agent: string,
  timeline: Timeline,
  { metric, from, to }: Span & { readonly metric: string },
  knowledge: Knowledge,
  asOf: Instant,
): readonly AdherencePart[] {
  const story = agentStory(agent, timeline, wholeTime, knowledge, asOf)
  if (story === null) return []
  const basis: Basis = metric.startsWith('known_') ? 'known' : 'final'
  const name = metric.replace(/^known_/, '')
  const did = {
    states: agentStates(story, asOf),
    wfm: agentWfmStates(story, knowledge, asOf).spans,
  }
  const parameters = parametersIn(knowledge)
  const told = {
    plan: planPieces(story.plans, basis, 0),
    exceptions: agreedExceptions(story.plans, basis, 0),
    states: did.states,
    gaps: gapsOf(knowledge.gaps, agent),
  }
  return agentAdherence(story, did, knowledge, asOf)
    [basis].filter((span) => [...metricsOf(span)].includes(name))
    .flatMap((span) => {
      const { target } = parametersAt({ parameters }, span.from)
      const mapped = target === undefined ? [] : (did.wfm.get(target) ?? [])
      const within = { from: Math.max(from, span.from), to: Math.min(to, span.to) }
      const evidence = [told.plan, told.exceptions, told.states, told.gaps, mapped]
      return cutAt(within, evidence.flat()).map((own): AdherencePart => {
        const found = mapped.find((one) => isIn(one, own.from))
        return {
          ...own,
          ...{ planned: span.planned, actual: span.actual, standing: span.standing },
          plan: told.plan.find((one) => isIn(one, own.from)) ?? null,
          exceptions: told.exceptions.filter((one) => isIn(one, own.from)),
          state: told.states.find((one) => isIn(one, own.from)) ?? null,
          mapped: target === undefined || found === undefined ? null : { ...found, target },
          run: runOf(span, parameters),
          gaps: told.gaps.filter((one) => isIn(one, own.from)),
        }
      })
    })
}

interface Lasting {
  readonly from: Instant
  /** Null: it goes on. */
  readonly to: Instant | null
}

function isIn({ from, to }: Lasting, at: Instant): boolean {
  return from <= at && at < (to ?? Infinity)
}

/** A stretch in pieces, at whatever begins or ends in it. */
function cutAt({ from, to }: Span, spans: readonly Lasting[]): readonly Span[] {
  if (to <= from) return []
  const borders = spans
    .flatMap((span) => [span.from, span.to ?? to])
    .filter((at) => at > from && at < to)
  const edges = [...new Set([from, ...borders, to])].sort((a, b) => a - b)
  return edges.slice(1).map((end, index) => ({ from: edges[index] ?? from, to: end }))
}

function runOf({ run }: AdherenceSpan, parameters: ReturnType<typeof parametersIn>) {
  if (run === null) return null
  const { graceMs, graceMode } = parametersAt({ parameters }, run.from)
  return { from: run.from, to: run.to, graceMs, graceMode }
}
