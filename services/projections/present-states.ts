import type { WfmSpan } from '../../connectors/mapping/mapped-spans.ts'
import type { Instant } from '../../schemas/events/instant.ts'
import type { WfmStates } from './agent-wfm-states.ts'

/** What an agent is as of an instant, in the words of the targets that have a mapping. */
export interface PresentStates {
  /** The stretch that goes on, by target. */
  readonly byTarget: ReadonlyMap<string, WfmSpan>
  /** When time alone changes it next, if nothing happens; `Infinity`: never. */
  readonly changesAt: Instant
}

/** Null: no target has been told anything of him. */
export function presentStates({ spans, changesAt }: WfmStates): PresentStates | null {
  const byTarget = new Map(
    [...spans].flatMap(([target, own]) => {
      const last = own.at(-1)
      return last === undefined || last.to !== null ? [] : [[target, last] as const]
    }),
  )
  return byTarget.size === 0 && changesAt === Infinity ? null : { byTarget, changesAt }
}

/** Whether a target would be told the same: what he is, and since when. */
export function isToldAlike(a: Told, b: Told): boolean {
  return (
    a.from === b.from &&
    a.state.code === b.state.code &&
    a.state.reason === b.state.reason &&
    a.state.text === b.state.text &&
    a.state.class === b.state.class &&
    a.state.loggedOn === b.state.loggedOn &&
    a.state.countsAsContact === b.state.countsAsContact &&
    a.state.paid === b.state.paid
  )
}

export type Told = Pick<WfmSpan, 'state' | 'from'>
