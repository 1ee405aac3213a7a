import type { ActivityClass } from '../../schemas/events/definitions.ts'
import type { Instant } from '../../schemas/events/instant.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import type { ActivitySpan, AgentState, AgentStory, Presumed, StateSince } from './agent-story.ts'
import { definitionsAt, type Knowledge } from './definitions.ts'
import { acwSpan, holdSpans, talkSpans } from './leg-cells.ts'
import { anomaliesOf, type Anomaly, type Leg, type Repaired } from './leg.ts'
import type { OwnRow } from './projection.ts'
import { joined, receiptColumns, receiptOf, type Receipt } from './receipt.ts'
import type { Timeline } from './timeline.ts'

/** A stretch of one state of one agent: what he did, and the activity that he had chosen. */
export interface StateSpan {
  readonly state: AgentState
  readonly activity: ActivitySpan
  readonly from: Instant
  /** Null: he is still in it. */
  readonly to: Instant | null
  /** What was carried into the window of the part before it. */
  readonly carried: Evidence
}

/** When the hub had what a stretch is made of, and what had to be repaired in it. */
export interface Evidence {
  readonly receipt: Receipt | null
  readonly anomalies: readonly Anomaly[]
}

const nothingCarried: Evidence = { receipt: null, anomalies: [] }

/**
 * The composite state: at each instant the first that applies of talk, hold, acw, alert, then what the activity says.
 * Work takes precedence over the chosen activity; work while the activity is offline is a state of its own, no signed-in
 * time, and so is work before the first known activity. Other time before it, or after a deletion, is in no stretch.
 */
export function agentStates(story: AgentStory, asOf: Instant): readonly StateSpan[] {
  return spansOf(story, asOf, carriedIn(story), null)
}

/** The same, were he known to have been signed in, or out, wherever nothing is known. */
export function presumedStates(
  story: AgentStory,
  asOf: Instant,
  presumed: Presumed,
): readonly StateSpan[] {
  return spansOf(story, asOf, presumedIn(story, presumed), presumed)
}

function spansOf(
  story: AgentStory,
  asOf: Instant,
  carried: readonly StateSpan[],
  presumed: Presumed | null,
): readonly StateSpan[] {
  const edges = workEdges(story, asOf)
  const spans = [...carried]
  const open: Record<Work, number> = { talk: 0, hold: 0, acw: 0, alert: 0 }
  let next = 0
  const advance = (at: Instant) => {
    for (let edge = edges[next]; edge !== undefined && edge.at <= at; edge = edges[++next]) {
      open[edge.work] += edge.step
    }
  }
  for (const activity of withGaps(story, presumed ?? 'offline')) {
    const end = activity.to ?? asOf
    let from = Math.max(activity.from, story.window.from)
    while (from < end) {
      advance(from)
      const to = Math.min(edges[next]?.at ?? end, end)
      const state = stateOf(open, activity.class)
      const isKnown = activity.id !== '' || presumed !== null
      if (isKnown || state !== 'offline')
        push(spans, { state, activity, from, to, carried: nothingCarried })
      from = to
    }
  }
  return openAtEnd(spans, asOf)
}

/** The activities, and between them the time in which none is known. */
function withGaps(story: AgentStory, itsClass: Presumed): readonly ActivitySpan[] {
  const all: ActivitySpan[] = []
  let from: Instant | null = story.window.from
  for (const activity of story.activities) {
    if (from !== null && activity.from > from)
      all.push(unknownActivity(from, activity.from, itsClass))
    all.push(activity)
    from = activity.to
  }
  if (from !== null) all.push(unknownActivity(from, null, itsClass))
  return all
}

function unknownActivity(from: Instant, to: Instant | null, itsClass: Presumed): ActivitySpan {
  const since = { from, place: 0, begun: null }
  return { id: '', name: '', class: itsClass, ...since, to, toldAt: null, receipt: null }
}

type Work = 'talk' | 'hold' | 'acw' | 'alert'

interface Edge {
  readonly at: Instant
  readonly work: Work
  readonly step: 1 | -1
}

function workEdges(story: AgentStory, asOf: Instant): readonly Edge[] {
  const edges: Edge[] = []
  const add = (work: Work, from: Instant, to: Instant) => {
    if (to > from) edges.push({ at: from, work, step: 1 }, { at: to, work, step: -1 })
  }
  for (const leg of story.legs) {
    add('alert', leg.offered, leg.offerEnded ?? asOf)
    if (leg.accepted === null) continue
    for (const span of talkSpans(leg, asOf)) add('talk', span.from, span.to)
    for (const span of holdSpans(leg, asOf)) add('hold', span.from, span.to)
    const acw = acwSpan(leg, asOf)
    add('acw', acw.from, acw.to)
  }
  return edges.sort((a, b) => a.at - b.at)
}

function stateOf(open: Record<Work, number>, activity: ActivityClass): AgentState {
  const handling = open.talk + open.hold + open.acw > 0
  if (activity === 'offline') return handling ? 'work_offline' : 'offline'
  if (open.talk > 0) return 'talk'
  if (open.hold > 0) return 'hold'
  if (open.acw > 0) return 'acw'
  if (open.alert > 0) return 'alert'
  return activity === 'available' ? 'idle' : 'aux'
}

/** Neighbours in one state and one activity are one stretch. */
function push(spans: StateSpan[], span: StateSpan): void {
  const last = spans.at(-1)
  if (
    last !== undefined &&
    last.to === span.from &&
    last.state === span.state &&
    last.activity.id === span.activity.id &&
    last.activity.from === span.activity.from
  ) {
    spans[spans.length - 1] = { ...span, from: last.from, carried: last.carried }
  } else spans.push(span)
}

/** The stretch that the window's beginning lies in, up to there: it goes on if the state does. */
function carriedIn(story: AgentStory): readonly StateSpan[] {
  const { from, carry } = story.window
  const [first] = story.activities
  if (carry.activity === null && first !== undefined && first.from < from)
    return toldIn(story, first)
  if (carry.state === null) return []
  const activity = carry.activity === null ? unknownActivity(from, from, 'offline') : first
  return activity === undefined ? [] : [{ ...stretchOf(carry.state), activity, to: from }]
}

/** The same, of an activity that was not known when the window was made. */
function toldIn({ window }: AgentStory, activity: ActivitySpan): readonly StateSpan[] {
  const { from, carry } = window
  const had = carry.unknown?.[activity.class === 'offline' ? 'offline' : 'available']
  if (had === undefined) return []
  const state = had.state === 'idle' && activity.class === 'aux' ? 'aux' : had.state
  return [{ ...stretchOf(had), state, activity, from: Math.max(had.from, activity.from), to: from }]
}

function presumedIn({ window }: AgentStory, presumed: Presumed): readonly StateSpan[] {
  const { from, carry } = window
  if (carry.unknown === null) return []
  const activity = unknownActivity(from, from, presumed)
  return [{ ...stretchOf(carry.unknown[presumed]), activity, to: from }]
}

function stretchOf({ state, from, receipt, anomalies }: StateSince) {
  return { state, from, carried: { receipt, anomalies } }
}

/** The last stretch is still open at `asOf` if its activity is. */
function openAtEnd(spans: readonly StateSpan[], asOf: Instant): readonly StateSpan[] {
  const last = spans.at(-1)
  if (last === undefined || last.activity.to !== null || last.to !== asOf) return spans
  return [...spans.slice(0, -1), { ...last, to: null }]
}

/** What these legs and the worker's events before `until` say of a stretch, and what was carried of it. */
export function evidenceOf(
  span: StateSpan,
  { events }: AgentStory,
  repaired: readonly Leg[],
  until: Instant,
): Evidence {
  const to = Math.min(span.to ?? until, until)
  const isIn = ({ at }: Repaired) => at >= span.from && at <= to
  const found = anomaliesOf(repaired.flatMap((leg) => leg.repaired).filter(isIn))
  return {
    receipt: joined(span.carried.receipt, receiptOf(eventsIn(events, span.from, to))),
    anomalies: [...new Set([...span.carried.anomalies, ...found])].sort(),
  }
}

/** Both ends included: what ends a stretch is of it too. */
function* eventsIn(events: Timeline, from: Instant, to: Instant): Generator<LedgerEvent> {
  let [low, high] = [0, events.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((events[middle]?.at ?? 0) < from) low = middle + 1
    else high = middle
  }
  for (let event = events[low]; event !== undefined && event.at <= to; event = events[++low]) {
    yield event
  }
}

/** The same as rows of the table `agent_states`. */
export function agentStateRows(
  story: AgentStory,
  states: readonly StateSpan[],
  knowledge: Knowledge,
  asOf: Instant,
): readonly OwnRow[] {
  const repaired = story.legs.filter((leg) => leg.repaired.length > 0)
  return states.map((span) => {
    const { anomalies, receipt } = evidenceOf(span, story, repaired, asOf)
    const startedAt = span.activity.id === '' ? span.from : span.activity.from
    return {
      table: 'agent_states',
      key: { workspace: story.workspace, agent: story.agent, started_at: span.from },
      values: {
        ended_at: span.to,
        is_open: span.to === null,
        state: span.state,
        activity: span.activity.id,
        activity_name: span.activity.name,
        activity_class: span.activity.class,
        activity_started_at: startedAt,
        definitions_version: definitionsAt(knowledge, startedAt).version,
        anomalies,
        ...receiptColumns(receipt),
      },
    }
  })
}
