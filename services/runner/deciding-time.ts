import type { Span } from '../../schemas/events/instant.ts'
import type { Mapping } from '../../schemas/events/mapping.ts'
import { adherenceReachMs } from '../projections/agent-adherence.ts'
import type { Knowledge } from '../projections/definitions.ts'

/**
 * The time that decides how an agent kept to his plan in a stretch of it: that of a run which grace may yet forgive, of a
 * state that may be too short to be told, and of one that is told as another once it has lasted.
 */
export function decidingTime({ from, to }: Span, knowledge: Knowledge): Span {
  const { mappings } = knowledge
  const dwellMs = Math.max(0, ...mappings.map(({ of }) => of.minimumDwellMs))
  const ripeMs = Math.max(0, ...mappings.flatMap(({ of }) => ripeningsOf(of)))
  const reachMs = adherenceReachMs(knowledge)
  return { from: from - reachMs - ripeMs - chainMax * dwellMs, to: to + reachMs }
}

/** The time of a state that is too short goes to the one before, and so on: nobody has more of them on end. */
const chainMax = 10

function ripeningsOf({ rules, people, teams, sites }: Mapping): readonly number[] {
  const layers = [people, teams, sites].flatMap((layer) => Object.values(layer).flat())
  return [...rules, ...layers].map(({ when }) => when.longerThanMs ?? 0)
}
