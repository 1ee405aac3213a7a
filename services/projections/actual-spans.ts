import type { WfmState } from '../../connectors/mapping/mapper.ts'
import type { AdherenceParameters } from '../../schemas/events/adherence.ts'
import type { Instant } from '../../schemas/events/instant.ts'
import type { ActualSpan } from './adherence-now.ts'
import type { AgentState } from './agent-story.ts'
import type { Activity } from './definitions.ts'

/** What an agent did, as the two histories of him have it. */
export interface Did {
  readonly states: readonly (Stretch & {
    readonly state: AgentState
    readonly activity: Activity
  })[]
  /** By target. */
  readonly wfm: ReadonlyMap<
    string,
    readonly (Stretch & { readonly state: Pick<WfmState, 'code' | 'loggedOn'> })[]
  >
}

interface Stretch {
  readonly from: Instant
  readonly to: Instant | null
}

/** What he did in the words of his plan: those of a target, if one is named, or of his activities. */
export function actualSpans({ states, wfm }: Did, by: AdherenceParameters): readonly ActualSpan[] {
  if (by.target === undefined) {
    return states.map((span) => ({
      ...{ from: span.from, to: span.to, code: codeOf(span, by) },
      isSignedIn: span.state !== 'offline' && span.state !== 'work_offline',
    }))
  }
  return (wfm.get(by.target) ?? []).map(({ from, to, state }) => ({
    ...{ from, to, code: state.code, isSignedIn: state.loggedOn },
  }))
}

function codeOf(
  { state, activity }: Pick<Did['states'][number], 'state' | 'activity'>,
  { activityCodes, productiveCodes, workOverridesActivity }: AdherenceParameters,
): string | null {
  const works = state === 'talk' || state === 'hold' || state === 'acw' || state === 'alert'
  if (works && workOverridesActivity) return productiveCodes[0] ?? null
  const own = (name: string) => (Object.hasOwn(activityCodes, name) ? activityCodes[name] : null)
  return own(activity.id) ?? own(activity.name) ?? null
}
