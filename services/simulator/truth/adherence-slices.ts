import type { Instant, Span } from '../../../schemas/events/instant.ts'
import { stateIn, type ActivityStretch } from './agent-columns.ts'
import type { CutLeg } from './cut.ts'
import type { AdherenceRules } from './parameters.ts'
import { planAt, type Basis, type PlanAt, type ToldPlans } from './plan-at.ts'

/** One agent's desk as the planner and the agent himself know it, up to the moment of the cut. */
export interface Desk {
  readonly told: ToldPlans
  readonly activities: readonly ActivityStretch[]
  readonly legs: readonly CutLeg[]
  readonly gaps: readonly Span[]
}

/** A stretch in which nothing begins or ends. */
export interface Slice extends Span {
  readonly plan: PlanAt
  /** What he does in the planner's words; null: nothing that has a word. */
  readonly code: string | null
  readonly isSignedIn: boolean
  /** Measured, not as planned, and not excused. */
  readonly isOut: boolean
  /** Out, but for no longer than grace allows, and where the plan begins, ends or changes. */
  readonly isForgiven: boolean
  /** Since when he has been out without a break; null: he is not. */
  readonly outSince: Instant | null
  readonly isUnknown: boolean
}

/**
 * Section 11 of the dictionary, looked at instant by instant: the time is cut wherever anything of the agent's or of his plan's
 * begins or ends, the first instant of each slice decides, and slices in a row that are out are judged together.
 */
export function slicesOf(
  desk: Desk,
  basis: Basis,
  { from, to }: Span,
  rules: AdherenceRules,
): readonly Slice[] {
  const slices = cutsOf(desk, { from, to }).map(([begin, end]) => {
    const plan = planAt(desk.told, basis, begin)
    const did = whatHeDoes(desk, begin, rules)
    const isMeasured = plan.effective?.isTracked === true
    const isOut = isMeasured && !plan.isExcused && !satisfies(did.code, plan.effective, rules)
    const isUnknown = desk.gaps.some((gap) => gap.from <= begin && begin < gap.to)
    return { from: begin, to: end, plan, ...did, isOut, isUnknown }
  })
  return inRows(slices, ({ isOut }) => isOut).flatMap((row): readonly Slice[] => {
    const [first, last] = [row[0], row.at(-1)]
    if (first?.isOut !== true || last === undefined) {
      return row.map((slice) => ({ ...slice, isForgiven: false, outSince: null }))
    }
    const before = slices[slices.indexOf(first) - 1]?.plan ?? null
    const isAtChange =
      isOther(before, first.plan) || isOther(last.plan, planAt(desk.told, basis, last.to))
    const isForgiven = isAtChange && last.to - first.from <= rules.graceMs
    return row.map((slice) => ({ ...slice, isForgiven, outSince: first.from }))
  })
}

export function satisfies(
  code: string | null,
  planned: { readonly code: string } | null,
  { accept }: AdherenceRules,
): boolean {
  if (code === null || planned === null) return false
  return (accept.get(planned.code) ?? [planned.code]).includes(code)
}

function whatHeDoes(
  { activities, legs }: Desk,
  at: Instant,
  { codes, productive }: AdherenceRules,
): Pick<Slice, 'code' | 'isSignedIn'> {
  const chosen = activities.find((one) => one.from <= at && at < one.to)
  if (chosen === undefined) return { code: null, isSignedIn: false }
  const state = stateIn(chosen, legs, at)
  const works = state !== null && state !== 'idle' && state !== 'aux'
  const code = works ? productive[0] : codes.get(chosen.activity)
  return { code: code ?? null, isSignedIn: state !== null }
}

function isOther(one: PlanAt | null, other: PlanAt): boolean {
  const [a, b] = [one?.effective ?? null, other.effective]
  return a?.code !== b?.code || a?.isTracked !== b?.isTracked
}

function cutsOf(desk: Desk, { from, to }: Span): readonly (readonly [Instant, Instant])[] {
  const { readings, agreements } = desk.told
  const moments = [
    ...readings.flatMap((one) => [one.toldAt, one.from, one.to]),
    ...readings.flatMap(({ segments }) => segments.flatMap((one) => [one.from, one.to])),
    ...agreements.flatMap((one) => [one.toldAt, one.from, one.to]),
    ...[...desk.activities, ...desk.gaps].flatMap((one) => [one.from, one.to]),
    ...desk.legs.flatMap(({ offeredAt, offerEndedAt, handle }) => [
      ...[offeredAt, offerEndedAt ?? offeredAt],
      ...(handle === null ? [] : [handle.from, handle.talkTo, handle.until]),
    ]),
  ]
  const within = moments.filter((at) => at > from && at < to)
  const sorted = [...new Set([from, ...within, to])].sort((one, other) => one - other)
  return sorted.slice(1).map((end, index) => [sorted[index] ?? end, end] as const)
}

/** Neighbours that are alike in one thing, together. */
function inRows<T>(items: readonly T[], isSo: (item: T) => boolean): readonly (readonly T[])[] {
  const rows: T[][] = []
  for (const item of items) {
    const last = rows.at(-1)
    if (last?.[0] !== undefined && isSo(last[0]) === isSo(item)) last.push(item)
    else rows.push([item])
  }
  return rows
}
