import type { PlannedSegment } from '../../schemas/events/schedule.ts'
import type { FileFault } from '../file-fault.ts'

/** What is told of one agent. */
export interface AgentPlan {
  /** As the WFM product calls him; whoever takes the plan in finds the worker. */
  readonly agent: string
  /** As they were told: in any order, and on top of each other. Which is on top is known once it is known who else he is. */
  readonly segments: readonly PlannedSegment[]
  /** Where he is named first: the place and the field of a fault that is about him. */
  readonly named: Pick<FileFault, 'place' | 'field'>
}

/** Plans, or all that is wrong: they are taken whole or not at all. */
export type ReadPlans =
  | { readonly kind: 'understood'; readonly plans: readonly AgentPlan[] }
  | { readonly kind: 'refused'; readonly faults: readonly FileFault[] }

/** One plan an agent, in the order of the names. */
export function plansOf(told: readonly AgentPlan[]): readonly AgentPlan[] {
  const byAgent = new Map<string, AgentPlan & { readonly segments: PlannedSegment[] }>()
  for (const { agent, segments, named } of told) {
    const own = byAgent.get(agent)
    if (own === undefined) byAgent.set(agent, { agent, segments: [...segments], named })
    else for (const one of segments) own.segments.push(one)
  }
  return [...byAgent.values()].sort((a, b) => (a.agent < b.agent ? -1 : 1))
}

/**
 * Without overlaps, in the order of time. A break lies on top of the shift that it is in: of two segments the one that
 * begins later counts, of two that begin together the shorter, of two alike the one whose text is greater, so that the order in
 * which they are told plays no part. What is cut in two stays two segments; neighbours that are alike become one.
 */
export function flat(segments: readonly PlannedSegment[]): readonly PlannedSegment[] {
  const layers = segments.filter(({ from, to }) => from < to).toSorted(byDepth)
  const borders = [...new Set(layers.flatMap(({ from, to }) => [from, to]))].sort((a, b) => a - b)
  const all: PlannedSegment[] = []
  // Those that have begun and not ended, the topmost last.
  let open: readonly PlannedSegment[] = []
  let next = 0
  for (const [index, from] of borders.entries()) {
    const begun: PlannedSegment[] = []
    for (let one = layers[next]; one !== undefined && one.from <= from; one = layers[++next]) {
      begun.push(one)
    }
    open = [...open, ...begun].filter(({ to }) => to > from)
    const [top, to] = [open.at(-1), borders[index + 1]]
    if (top === undefined || to === undefined) continue
    const last = all.at(-1)
    const isMore = last !== undefined && last.to === from && isAlike(last, top)
    if (isMore) all[all.length - 1] = { ...last, to }
    else all.push({ ...top, from, to })
  }
  return all
}

/** The deepest first. */
function byDepth(a: PlannedSegment, b: PlannedSegment): number {
  return a.from - b.from || b.to - a.to || (textOf(a) < textOf(b) ? -1 : 1)
}

function isAlike(a: PlannedSegment, b: PlannedSegment): boolean {
  return textOf(a) === textOf(b)
}

/** All that it says but its time. */
function textOf(segment: PlannedSegment): string {
  const rest = Object.entries(segment).filter(([name]) => name !== 'from' && name !== 'to')
  return JSON.stringify(rest.sort(([a], [b]) => (a < b ? -1 : 1)))
}
