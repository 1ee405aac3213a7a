import type { Instant, Span } from '../../../schemas/events/instant.ts'
import {
  adherenceIntervalMetrics,
  type AdherenceMetric,
} from '../../../schemas/metrics/catalogue.ts'
import type { Chronicle } from '../model/chronicle.ts'
import { slicesOf, satisfies, type Desk, type Slice } from './adherence-slices.ts'
import { stretchesOf } from './agent-rows.ts'
import { byAgent } from './by-agent.ts'
import { shared } from './interval.ts'
import type { AdherenceRules, TruthParameters } from './parameters.ts'
import type { Basis, ToldPlans } from './plan-at.ts'
import { endOf, type Cut } from './queue-rows.ts'
import { isAllZero, type AdherenceRow, type AgentKey, type Values } from './row.ts'
import { createSlots } from './slots.ts'

/** How the agents of whom a planner has told something kept to it. */
export function adherenceRows(
  cut: Cut,
  chronicle: Chronicle,
  parameters: TruthParameters,
): readonly AdherenceRow[] {
  const rules = parameters.adherence
  const slots = createSlots<AgentKey, Counted[]>(cut.window, () => [])
  for (const { agent, desk, span } of desksOf(cut, chronicle, parameters)) {
    for (const [basis, prefix] of prefixes) {
      for (const slice of slicesOf(desk, basis, span, rules)) {
        const columns = [...columnsOf(slice, rules)].map((name) => `${prefix}${name}` as const)
        if (columns.length === 0) continue
        slots.put({ agent }, slice.from, slice.to - 1, (counted) =>
          counted.push({ from: slice.from, to: slice.to, columns }),
        )
      }
    }
  }
  const rows: AdherenceRow[] = []
  for (const { key, interval, content } of slots.entries()) {
    const values = noTime()
    for (const { from, to, columns } of content) {
      for (const name of columns) values[name] += shared(interval, from, to)
    }
    if (!isAllZero(values)) {
      rows.push({ workspace: cut.workspace, ...key, interval_start: interval.start, ...values })
    }
  }
  return rows
}

/** Since when everybody has been out of adherence who is so just before the moment of the cut. */
export function outAt(
  cut: Cut,
  chronicle: Chronicle,
  parameters: TruthParameters,
): ReadonlyMap<string, Instant> {
  const out = new Map<string, Instant>()
  for (const { agent, desk, span } of desksOf(cut, chronicle, parameters)) {
    const since = slicesOf(desk, 'final', span, parameters.adherence).at(-1)?.outSince ?? null
    if (since !== null) out.set(agent, since)
  }
  return out
}

type Corrected = Exclude<AdherenceMetric, `known_${string}`>

interface Counted extends Span {
  readonly columns: readonly AdherenceMetric[]
}

const prefixes = [
  ['final', ''],
  ['known', 'known_'],
] as const satisfies readonly (readonly [Basis, string])[]

function noTime(): { -readonly [Name in keyof Values<AdherenceMetric>]: number } {
  const zeros = adherenceIntervalMetrics.map(({ name }) => [name, 0] as const)
  return Object.fromEntries(zeros) as Record<AdherenceMetric, number>
}

/** What a slice counts in. What the plan says by itself is known in a gap too. */
function* columnsOf(slice: Slice, rules: AdherenceRules): Generator<Corrected> {
  const { plan, code, isSignedIn, isUnknown } = slice
  const { original, effective, isReplaced } = plan
  const isOpenForWork = (word: string | undefined) =>
    word !== undefined && rules.productive.includes(word)
  if (original === null) {
    if (plan.isRead && isSignedIn) yield 'unscheduled_work_ms'
  } else {
    const isPaid = !rules.unpaid.includes(original.code)
    if (original.isTracked) yield 'scheduled_raw_ms'
    if (original.isTracked && satisfies(code, original, rules)) yield 'adherent_raw_ms'
    if (isPaid) yield 'paid_scheduled_ms'
    if (isPaid && isOpenForWork(original.code)) yield 'paid_productive_scheduled_ms'
    if (isPaid && isOpenForWork(code ?? undefined) && !isUnknown) yield 'paid_productive_ms'
  }
  if (plan.isExcluded) yield 'excluded_ms'
  const isProductive = isOpenForWork(code ?? undefined)
  if (!isUnknown && isProductive && (plan.isRead || effective !== null)) yield 'conf_actual_ms'
  if (effective?.isTracked !== true) return
  if (isUnknown) {
    yield 'unknown_ms'
    return
  }
  yield 'scheduled_ms'
  const planned = isReplaced ? effective.code : original?.code
  if (isOpenForWork(planned)) yield 'conf_scheduled_ms'
  if (slice.isOut && !slice.isForgiven) {
    yield 'nonadherent_ms'
    return
  }
  yield 'adherent_ms'
  if (slice.isForgiven) yield 'graced_ms'
  else if (!satisfies(code, effective, rules)) yield 'excused_ms'
}

interface PlannedDesk {
  readonly agent: string
  readonly desk: Desk
  /** The time that is looked at. */
  readonly span: Span
}

/**
 * The desks of those of whom something was told, as far as the window needs them: a little more than it, so that whatever is
 * cut off at its borders is longer than grace.
 */
function* desksOf(
  { legs, asOf, window }: Cut,
  chronicle: Chronicle,
  { adherence: { graceMs }, gaps }: TruthParameters,
): Generator<PlannedDesk> {
  const told = toldByAgent(chronicle, asOf)
  const activities = byAgent(chronicle.activitySpans.filter(({ from }) => from < asOf))
  const ofAgents = byAgent(legs)
  for (const [agent, { readings, agreements }] of told) {
    const around = { from: window.from - graceMs - 1, to: Math.min(asOf, window.to + graceMs + 1) }
    const touches = (one: Span) => one.from < around.to && one.to > around.from
    // At its end it is still asked whether the plan changes there.
    const near = (one: Span) => one.from <= around.to && one.to > around.from
    const own = { readings: readings.filter(near), agreements: agreements.filter(near) }
    const first = Math.min(...[...own.readings, ...own.agreements].map(({ from }) => from))
    const span = { from: Math.max(around.from, first), to: around.to }
    if (span.to <= span.from) continue
    yield {
      ...{ agent, span },
      desk: {
        told: own,
        gaps,
        activities: stretchesOf(activities.get(agent) ?? [], chronicle, asOf).filter(touches),
        legs: (ofAgents.get(agent) ?? []).filter((leg) =>
          touches({ from: leg.offeredAt, to: endOf(leg, asOf) }),
        ),
      },
    }
  }
}

function toldByAgent(
  { readings, agreements }: Chronicle,
  asOf: Instant,
): ReadonlyMap<string, ToldPlans> {
  const isHeard = ({ toldAt }: { readonly toldAt: Instant }) => toldAt < asOf
  const [read, agreed] = [byAgent(readings.filter(isHeard)), byAgent(agreements.filter(isHeard))]
  return new Map(
    [...new Set([...read.keys(), ...agreed.keys()])].map((agent) => [
      agent,
      { readings: read.get(agent) ?? [], agreements: agreed.get(agent) ?? [] },
    ]),
  )
}
