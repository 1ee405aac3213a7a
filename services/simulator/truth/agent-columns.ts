import type { Instant } from '../../../schemas/events/instant.ts'
import type { AgentMetric } from '../../../schemas/metrics/catalogue.ts'
import type { ActivityClass } from '../model/chronicle.ts'
import type { CutLeg } from './cut.ts'
import { contains, countOf, type Interval } from './interval.ts'
import type { Values } from './row.ts'

/** A stretch of one activity, cut at the moment that is asked about. */
export interface ActivityStretch {
  readonly activity: string
  readonly class: ActivityClass
  readonly from: Instant
  readonly to: Instant
}

export interface SignChange {
  readonly at: Instant
  readonly kind: 'in' | 'out'
}

/**
 * Section 9: the interval is cut wherever anything of the agent's begins or ends; each slice between two cuts is of one
 * state, the first in the order of precedence that applies to its first millisecond.
 */
export function agentColumns(
  activities: readonly ActivityStretch[],
  legs: readonly CutLeg[],
  signs: readonly SignChange[],
  interval: Interval,
): Values<AgentMetric> {
  const spent = { talk: 0, hold: 0, acw: 0, alert: 0, idle: 0, aux: 0 }
  const signedIn = { available: 0, aux: 0 }
  let offline = 0
  let concurrencyMax = 0
  for (const [from, to] of slices(activities, legs, interval)) {
    const open = handlesAt(legs, from)
    concurrencyMax = Math.max(concurrencyMax, open.length)
    const activity = activities.find((one) => one.from <= from && from < one.to)
    if (activity === undefined || activity.class === 'offline') {
      if (open.length > 0) offline += to - from
      continue
    }
    signedIn[activity.class] += to - from
    spent[stateOf(open, legs, from, activity.class)] += to - from
  }
  return {
    signed_in_ms: signedIn.available + signedIn.aux,
    available_ms: signedIn.available,
    aux_ms: signedIn.aux,
    state_talk_ms: spent.talk,
    state_hold_ms: spent.hold,
    state_acw_ms: spent.acw,
    state_alert_ms: spent.alert,
    state_idle_ms: spent.idle,
    state_aux_ms: spent.aux,
    handling_offline_ms: offline,
    concurrency_max: concurrencyMax,
    sign_in_count: countOf(signs, ({ at, kind }) => kind === 'in' && contains(interval, at)),
    sign_out_count: countOf(signs, ({ at, kind }) => kind === 'out' && contains(interval, at)),
  }
}

/** What somebody does who is in an activity; null while he is offline. */
export function stateIn(
  { class: chosen }: ActivityStretch,
  legs: readonly CutLeg[],
  at: Instant,
): State | null {
  return chosen === 'offline' ? null : stateOf(handlesAt(legs, at), legs, at, chosen)
}

type State = 'talk' | 'hold' | 'acw' | 'alert' | 'idle' | 'aux'

function stateOf(
  open: readonly ('talk' | 'hold' | 'acw')[],
  legs: readonly CutLeg[],
  at: Instant,
  activity: 'available' | 'aux',
): State {
  for (const phase of ['talk', 'hold', 'acw'] as const) if (open.includes(phase)) return phase
  const rings = legs.some((leg) => leg.offeredAt <= at && at < (leg.offerEndedAt ?? Infinity))
  if (rings) return 'alert'
  return activity === 'available' ? 'idle' : 'aux'
}

/** The phases of the handles that are open at a moment. */
function handlesAt(legs: readonly CutLeg[], at: Instant): ('talk' | 'hold' | 'acw')[] {
  const phases: ('talk' | 'hold' | 'acw')[] = []
  for (const { handle } of legs) {
    if (handle === null || handle.from > at || handle.until <= at) continue
    if (at >= handle.talkTo) phases.push('acw')
    else phases.push(handle.holds.some((one) => one.from <= at && at < one.to) ? 'hold' : 'talk')
  }
  return phases
}

function slices(
  activities: readonly ActivityStretch[],
  legs: readonly CutLeg[],
  { start, end }: Interval,
): (readonly [Instant, Instant])[] {
  const cuts = new Set([start, end])
  const cut = (at: Instant | null | undefined): void => {
    if (at != null && at > start && at < end) cuts.add(at)
  }
  for (const activity of activities) [activity.from, activity.to].forEach(cut)
  for (const { offeredAt, offerEndedAt, handle } of legs) {
    const moments = [offeredAt, offerEndedAt, handle?.from, handle?.talkTo, handle?.until]
    moments.forEach(cut)
    for (const hold of handle?.holds ?? []) [hold.from, hold.to].forEach(cut)
  }
  const sorted = [...cuts].sort((one, other) => one - other)
  return sorted.slice(1).map((to, index) => [sorted[index] ?? start, to] as const)
}
