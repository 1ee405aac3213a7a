import type { Instant } from '../../schemas/events/instant.ts'
import type { ExplainedStretch } from '../../schemas/feeds/explained-stretch.ts'
import type { AdherencePart } from '../projections/adherence-parts.ts'
import { definitionsAt, type Knowledge } from '../projections/definitions.ts'

/** What is added up in a number of adherence, as it is answered. */
export function shownStretch(
  { from, to, planned, actual, standing, ...part }: AdherencePart,
  knowledge: Knowledge,
): ExplainedStretch {
  const { plan, exceptions, state, mapped, run, gaps } = part
  const { version } = definitionsAt(knowledge, from)
  return {
    ...{ from: iso(from), to: iso(to), ms: to - from },
    ...{ planned, actual, standing, definitions: version },
    plan: plan === null ? null : shownPlan(plan),
    exceptions: exceptions.map((one) => ({ ...one, ...span(one) })),
    state:
      state === null
        ? null
        : {
            ...{ state: state.state, activity: state.activity.id },
            ...{ activityName: state.activity.name, ...lasting(state) },
          },
    mapped:
      mapped === null
        ? null
        : {
            ...{ target: mapped.target, code: mapped.state.code, reason: mapped.state.reason },
            ...{ version: mapped.version, rules: [...mapped.rules], ...lasting(mapped) },
          },
    run: run === null ? null : { ...run, ...span(run) },
    gaps: gaps.map(({ source, worker, ...gap }) => ({ source, worker, ...lasting(gap) })),
  }
}

function shownPlan({
  plan,
  readAt,
  segment,
}: NonNullable<AdherencePart['plan']>): ExplainedStretch['plan'] {
  if (segment === null) return { event: plan, readAt: iso(readAt), segment }
  const { code, name, tracked, paid, productive } = segment
  const told = { code, name, tracked, paid, productive }
  return { event: plan, readAt: iso(readAt), segment: { ...span(segment), ...told } }
}

const span = ({ from, to }: { readonly from: Instant; readonly to: Instant }) => ({
  ...{ from: iso(from), to: iso(to) },
})

const lasting = ({ from, to }: { readonly from: Instant; readonly to: Instant | null }) => ({
  ...{ from: iso(from), to: to === null ? null : iso(to) },
})

function iso(at: Instant): string {
  return new Date(at).toISOString()
}
