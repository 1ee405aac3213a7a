import type { Instant, Span } from '../../schemas/events/instant.ts'
import { intervalsOf } from '../time/interval.ts'
import type { StateSpan } from './agent-states.ts'
import type { AgentState, AgentStory } from './agent-story.ts'
import { createCells, type Cell, type Cells } from './cells.ts'
import { addSpan } from './leg-cells.ts'

const stateMetric: Record<AgentState, string | null> = {
  talk: 'state_talk_ms',
  hold: 'state_hold_ms',
  acw: 'state_acw_ms',
  alert: 'state_alert_ms',
  idle: 'state_idle_ms',
  aux: 'state_aux_ms',
  offline: null,
  work_offline: 'handling_offline_ms',
}

/** One worker's rows in `agent_intervals`: section 9 of the dictionary. */
export function agentIntervals(
  story: AgentStory,
  states: readonly StateSpan[],
  asOf: Instant,
  intervalMs: number,
): ReadonlyMap<string, Cell> {
  const cells = createCells(intervalMs)
  const dimensions = { agent: story.agent }
  addSignedIn(cells, dimensions, story, asOf)
  for (const span of states) {
    const metric = stateMetric[span.state]
    if (metric !== null) addSpan(cells, dimensions, metric, clip(span, story, asOf))
  }
  addConcurrency(cells, dimensions, story, asOf)
  return cells.all
}

function addSignedIn(
  cells: Cells,
  dimensions: { readonly agent: string },
  story: AgentStory,
  asOf: Instant,
): void {
  let signedIn = false
  story.activities.forEach((activity, index) => {
    const isSignedIn = activity.class !== 'offline'
    const before =
      index === 0 ? false : signedIn && story.activities[index - 1]?.to === activity.from
    if (isSignedIn && !before && activity.from >= story.window.from) {
      cells.add(activity.from, dimensions, 'sign_in_count', 1)
    }
    const next = story.activities[index + 1]
    const goesOn = next !== undefined && next.from === activity.to && next.class !== 'offline'
    if (isSignedIn && activity.to !== null && !goesOn) {
      cells.add(activity.to, dimensions, 'sign_out_count', 1)
    }
    signedIn = isSignedIn
    if (!isSignedIn) return
    const span = clip(activity, story, asOf)
    addSpan(cells, dimensions, 'signed_in_ms', span)
    addSpan(cells, dimensions, activity.class === 'available' ? 'available_ms' : 'aux_ms', span)
  })
}

interface Slice extends Span {
  readonly open: number
}

/** The time of the window cut at every beginning and end of a handle, where at least one is open. */
export function handlesOpen(story: AgentStory, asOf: Instant): readonly Slice[] {
  const edges: { at: Instant; step: 1 | -1 }[] = []
  for (const leg of story.legs) {
    if (leg.accepted === null) continue
    const from = Math.max(leg.accepted, story.window.from)
    const to = leg.ended ?? asOf
    // A handle of length 0 is open at no instant and cuts nothing (U17).
    if (to > from) edges.push({ at: from, step: 1 }, { at: to, step: -1 })
  }
  edges.sort((a, b) => a.at - b.at)
  const slices: Slice[] = []
  let open = 0
  edges.forEach((edge, index) => {
    open += edge.step
    const to = edges[index + 1]?.at ?? edge.at
    if (open > 0 && to > edge.at) slices.push({ from: edge.at, to, open })
  })
  return slices
}

function addConcurrency(
  cells: Cells,
  dimensions: { readonly agent: string },
  story: AgentStory,
  asOf: Instant,
): void {
  for (const slice of handlesOpen(story, asOf)) {
    for (const start of intervalsOf(slice, cells.intervalMs)) {
      if (slice.to > start && slice.from < start + cells.intervalMs) {
        cells.most(start, dimensions, 'concurrency_max', slice.open)
      }
    }
  }
}

/** The part of a stretch that the window and `asOf` leave. */
function clip(span: Pick<StateSpan, 'from' | 'to'>, story: AgentStory, asOf: Instant): Span {
  return { from: Math.max(span.from, story.window.from), to: span.to ?? asOf }
}
