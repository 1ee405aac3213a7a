import type { Instant, Span } from '../../schemas/events/instant.ts'
import {
  adherenceCounters,
  type AdherenceCounter,
  type AdherenceToday,
  type AgentNow,
} from '../../schemas/feeds/adherence.ts'
import type { AgentState } from '../../schemas/feeds/state.ts'
import { adherenceTotals, metricsOf } from '../projections/adherence-intervals.ts'
import { isOut } from '../projections/adherence-now.ts'
import { adherenceSpans, type AdherenceSpan } from '../projections/adherence-spans.ts'
import { adherenceReachMs, parametersIn } from '../projections/agent-adherence.ts'
import { plannedUntil } from '../projections/planned-until.ts'
import { localDay } from '../time/local-day.ts'
import { plannedAgents, type PlannedAgent } from './adherence-tables.ts'
import { wrong, zoneFaults } from './asked.ts'
import type { LiveOptions } from './routes.ts'
import { tablesAsOf, type TableTimeOptions } from './table-time.ts'

/** One agent's day up to now. */
export interface AgentDay {
  readonly time: PlannedAgent['time']
  readonly spans: readonly AdherenceSpan[]
  readonly now: AgentNow
}

export interface AdherenceDay {
  readonly day: ReadDay
  readonly agents: readonly AgentDay[]
}

/**
 * Reads how agents, or one, keep to their plans on the day that is today in a zone: worked out from the facts as they stand by
 * the function that makes the interval rows, so the two cannot disagree. Throws a ProblemAnswer where the zone is none.
 */
export type ReadAdherence = (zone: string, agent: string | null) => Promise<AdherenceDay>

export function createAdherenceReader(
  options: TableTimeOptions & Pick<LiveOptions, 'state' | 'clock'>,
): ReadAdherence {
  const { warehouse, state, clock } = options
  return async (zone, agent) => {
    // Before the facts are read: meanwhile the tables may come further.
    const day = { ...dayOf(zone, clock.now()), tablesAsOf: await tablesAsOf(options) }
    const knowledge = state.details().knowledge()
    // What of the day before may still decide about this one.
    const reachMs = adherenceReachMs(knowledge)
    const found = await plannedAgents(warehouse, {
      // What begins this very instant is told too.
      ...{ agent, from: day.from - reachMs, to: day.now + 1, planTo: day.to },
      parameters: parametersIn(knowledge),
    })
    const { agents } = state.current()
    return { day, agents: found.map((one) => agentDay(one, agents.get(one.agent), day, reachMs)) }
  }
}

/** How an agent keeps to his plan on a day, up to now. `shown` is how he is shown at present; `reachMs` is looked at before it. */
export function agentDay(
  { agent, workspace, time }: PlannedAgent,
  shown: Pick<AgentState, 'workspace' | 'name' | 'team'> | undefined,
  day: Day,
  reachMs: number,
): AgentDay {
  const spans = adherenceSpans(time, day.from - reachMs, day.now, null)
  const last = spanAt(time, day, reachMs, spans)
  const isNow = last !== undefined
  const now: AgentNow = {
    ...{ agent, workspace: shown?.workspace ?? workspace },
    ...{ name: shown?.name ?? agent, team: shown?.team ?? null },
    planned: isNow ? last.planned : null,
    plannedUntil: plannedUntil(time, day.now),
    actual: isNow ? last.actual : null,
    standing: isNow ? last.standing : 'unplanned',
    isOut: isNow && isOut(last),
    outSince: isNow ? (last.run?.from ?? null) : null,
    today: todayOf(spans, { from: day.from, to: day.now }),
    counting: isNow ? [...countersOf(last)] : [],
  }
  return { time, spans, now }
}

/** What this instant counts as: the day so far ends before it, so at a border of the plan that is not what the day ends with. */
function spanAt(
  time: PlannedAgent['time'],
  { from, now }: Day,
  reachMs: number,
  spans: readonly AdherenceSpan[],
): AdherenceSpan | undefined {
  const isBorder = [...time.plan, ...time.exceptions].some(
    (span) => span.from === now || span.to === now,
  )
  const end = isBorder ? now + 1 : now
  const known = isBorder ? adherenceSpans(time, from - reachMs, end, null) : spans
  return known.findLast(({ to }) => to === end)
}

/** Since when who is out of adherence now is so, by agent. */
export async function outSince(read: ReadAdherence): Promise<ReadonlyMap<string, Instant>> {
  const { agents } = await read('UTC', null)
  return new Map(
    agents.flatMap(({ now }) =>
      now.isOut && now.outSince !== null ? [[now.agent, now.outSince] as const] : [],
    ),
  )
}

/** The local day that an instant lies in. */
export interface Day extends Span {
  readonly now: Instant
}

/** The same as it was read. */
export interface ReadDay extends Day {
  /** The time that all rows were as of at the least; null: it was not known. */
  readonly tablesAsOf: Instant | null
}

function dayOf(zone: string, now: Instant): Day {
  const faults = zoneFaults(zone)
  if (faults.length > 0) throw wrong(faults)
  return { ...localDay(zone, now), now }
}

/** What a day has counted as so far, or up to an instant of it. */
export function todayOf(spans: readonly AdherenceSpan[], day: Span): AdherenceToday {
  const totals = adherenceTotals(spans, day)
  const of = (counter: AdherenceCounter) => totals[metricOf[counter]] ?? 0
  const [scheduledMs, adherentMs] = [of('scheduledMs'), of('adherentMs')]
  const [confScheduledMs, confActualMs] = [of('confScheduledMs'), of('confActualMs')]
  return {
    ...{ scheduledMs, adherentMs, confScheduledMs, confActualMs },
    nonadherentMs: of('nonadherentMs'),
    gracedMs: of('gracedMs'),
    excusedMs: of('excusedMs'),
    excludedMs: of('excludedMs'),
    unscheduledWorkMs: of('unscheduledWorkMs'),
    unknownMs: of('unknownMs'),
    adherence: scheduledMs === 0 ? null : adherentMs / scheduledMs,
    conformance: confScheduledMs === 0 ? null : confActualMs / confScheduledMs,
  }
}

/** What the length of a stretch counts in. */
function countersOf(span: AdherenceSpan): readonly AdherenceCounter[] {
  const metrics = new Set(metricsOf(span))
  return adherenceCounters.filter((counter) => metrics.has(metricOf[counter]))
}

const metricOf: Readonly<Record<AdherenceCounter, string>> = {
  scheduledMs: 'scheduled_ms',
  adherentMs: 'adherent_ms',
  nonadherentMs: 'nonadherent_ms',
  gracedMs: 'graced_ms',
  excusedMs: 'excused_ms',
  excludedMs: 'excluded_ms',
  unscheduledWorkMs: 'unscheduled_work_ms',
  unknownMs: 'unknown_ms',
  confScheduledMs: 'conf_scheduled_ms',
  confActualMs: 'conf_actual_ms',
}
