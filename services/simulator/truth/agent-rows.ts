import type { Instant } from '../../../schemas/events/instant.ts'
import type { ActivityRecord, Chronicle } from '../model/chronicle.ts'
import { agentColumns, type ActivityStretch, type SignChange } from './agent-columns.ts'
import { byAgent } from './by-agent.ts'
import type { CutLeg } from './cut.ts'
import { contains, shared } from './interval.ts'
import { endOf, type Cut } from './queue-rows.ts'
import {
  isAllZero,
  type ActivityKey,
  type AgentActivityRow,
  type AgentKey,
  type AgentRow,
} from './row.ts'
import { createSlots } from './slots.ts'

export function agentRows(cut: Cut, chronicle: Chronicle): readonly AgentRow[] {
  const { asOf, workspace } = cut
  const slots = createSlots<AgentKey, AgentContent>(cut.window, () => ({
    activities: [],
    legs: [],
    signs: [],
  }))
  const begun = chronicle.activitySpans.filter(({ from }) => from < asOf)
  for (const [agent, spans] of byAgent(begun)) {
    for (const stretch of stretchesOf(spans, chronicle, asOf)) {
      slots.put({ agent }, stretch.from, stretch.to, ({ activities }) => activities.push(stretch))
    }
    for (const sign of signsOf(spans, chronicle, asOf)) {
      slots.put({ agent }, sign.at, sign.at, ({ signs }) => signs.push(sign))
    }
  }
  for (const leg of cut.legs) {
    if (leg.agent === null) continue
    const key = { agent: leg.agent }
    slots.put(key, leg.offeredAt, endOf(leg, asOf), ({ legs }) => legs.push(leg))
  }
  const rows: AgentRow[] = []
  for (const { key, interval, content } of slots.entries()) {
    const values = agentColumns(content.activities, content.legs, content.signs, interval)
    if (!isAllZero(values))
      rows.push({ workspace, ...key, interval_start: interval.start, ...values })
  }
  return rows
}

/** Time by the activity that the agent chose; being offline is no activity. */
export function activityRows(cut: Cut, chronicle: Chronicle): readonly AgentActivityRow[] {
  const { asOf, workspace } = cut
  const slots = createSlots<ActivityKey, ActivityRecord[]>(cut.window, () => [])
  for (const span of chronicle.activitySpans) {
    if (span.from >= asOf || classOf(span, chronicle) === 'offline') continue
    const key = { agent: span.agent, activity: span.activity }
    slots.put(key, span.from, endSeen(span, asOf) ?? asOf, (spans) => spans.push(span))
  }
  const rows: AgentActivityRow[] = []
  for (const { key, interval, content } of slots.entries()) {
    let [spent, ended, whole] = [0, 0, 0]
    for (const span of content) {
      const to = endSeen(span, asOf)
      spent += shared(interval, span.from, to ?? asOf)
      if (to === null || !contains(interval, to)) continue
      ended++
      whole += to - span.from
    }
    const values = { activity_ms: spent, activity_ended_count: ended, activity_wce_ms: whole }
    if (!isAllZero(values))
      rows.push({ workspace, ...key, interval_start: interval.start, ...values })
  }
  return rows
}

interface AgentContent {
  readonly activities: ActivityStretch[]
  readonly legs: CutLeg[]
  readonly signs: SignChange[]
}

/** Stretches of activity that had begun before the moment of the cut, as far as they then lasted. */
export function stretchesOf(
  spans: readonly ActivityRecord[],
  chronicle: Chronicle,
  asOf: Instant,
): readonly ActivityStretch[] {
  return spans.map((span) => ({
    activity: span.activity,
    class: classOf(span, chronicle),
    from: span.from,
    to: endSeen(span, asOf) ?? asOf,
  }))
}

/** From offline, or from nothing, to an activity that is not; and back, also by being deleted. */
function signsOf(
  spans: readonly ActivityRecord[],
  chronicle: Chronicle,
  asOf: Instant,
): readonly SignChange[] {
  const signs: SignChange[] = []
  let isSignedIn = false
  for (const span of spans) {
    const isNow = classOf(span, chronicle) !== 'offline'
    if (isNow !== isSignedIn) signs.push({ at: span.from, kind: isNow ? 'in' : 'out' })
    isSignedIn = isNow
  }
  const last = spans.at(-1)
  const deletedAt = last === undefined ? null : endSeen(last, asOf)
  if (isSignedIn && deletedAt !== null) signs.push({ at: deletedAt, kind: 'out' })
  return signs
}

function classOf(span: ActivityRecord, chronicle: Chronicle): ActivityStretch['class'] {
  return chronicle.activities.get(span.activity) ?? 'aux'
}

function endSeen(span: ActivityRecord, asOf: Instant): Instant | null {
  return span.to !== null && span.to < asOf ? span.to : null
}
