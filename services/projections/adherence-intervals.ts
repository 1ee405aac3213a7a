import type { Instant, Span } from '../../schemas/events/instant.ts'
import { quarterHourMs } from '../time/interval.ts'
import type { StateSpan } from './agent-states.ts'
import { createCells, type Cell } from './cells.ts'
import { addSpan } from './leg-cells.ts'

/** What is planned for an agent: a code, and whether it is measured that he keeps to it. Segments do not overlap. */
export interface ScheduleSegment extends Span {
  readonly code: string
  readonly tracked: boolean
}

/**
 * What is agreed beside the schedule: another code, not to measure, or to accept whatever the agent did. Of two
 * replacements of one instant the later in the list holds.
 */
export type ScheduleException =
  | (Span & { readonly kind: 'replace'; readonly code: string })
  | (Span & { readonly kind: 'exclude' | 'excuse' })

/** The dictionary's parameters of adherence (section 11). */
export interface AdherenceParameters {
  /** The length of a base interval. */
  readonly intervalMs: number
  /** The code of each activity, by its id or name; null, or not there: he is in no code. */
  readonly activityToCode: Readonly<Record<string, string | null>>
  /** The codes that satisfy a planned one; one that is not there is satisfied by itself alone. */
  readonly accept: Readonly<Record<string, readonly string[]>>
  /** What means "open for work"; the first is the code of somebody at work, whatever his activity. */
  readonly productiveCodes: readonly string[]
  readonly graceMs: number
  readonly graceMode: 'all_or_nothing' | 'deduct'
  readonly workOverridesActivity: boolean
}

export const defaultAdherence = {
  intervalMs: quarterHourMs,
  graceMs: 0,
  graceMode: 'all_or_nothing',
  workOverridesActivity: true,
} as const satisfies Partial<AdherenceParameters>

/** One agent's plan and what is known of what he did. */
export interface AgentDay {
  readonly agent: string
  readonly states: readonly StateSpan[]
  readonly schedule: readonly ScheduleSegment[]
  readonly exceptions: readonly ScheduleException[]
  /** Stretches in which a source that tells of him was silent. */
  readonly gaps: readonly Span[]
}

/**
 * One agent's rows of `adherence_intervals`: section 11 of the dictionary, with rulings U13, U15 and U16. Whether a stretch
 * is adherent is decided on the whole line of time, and only then cut to intervals; nothing counts from `asOf` on.
 */
export function adherenceIntervals(
  day: AgentDay,
  parameters: AdherenceParameters,
  asOf: Instant,
): ReadonlyMap<string, Cell> {
  const slices = slicesOf(day, parameters, asOf)
  const past = slices.filter(({ from }) => from < asOf)
  const forgiven = forgivenIn(past, bordersOf(slices), parameters)
  const cells = createCells(parameters.intervalMs)
  const dimensions = { agent: day.agent }
  for (const slice of past) {
    const add = (metric: string, span: Span = slice) => addSpan(cells, dimensions, metric, span)
    addRaw(slice, add)
    if (slice.isUnknown) {
      if (slice.plan?.tracked === true) add('unknown_ms')
      continue
    }
    if (slice.isProductive) add('conf_actual_ms')
    if (slice.plan?.tracked !== true) continue
    add('scheduled_ms')
    if (slice.isProductivePlan) add('conf_scheduled_ms')
    if (!slice.isBad) add('adherent_ms')
    if (slice.isExcused) add('excused_ms')
    if (!slice.isBad) continue
    for (const { span, isForgiven } of cutBy(slice, forgiven)) {
      add(isForgiven ? 'adherent_ms' : 'nonadherent_ms', span)
      if (isForgiven) add('graced_ms', span)
    }
  }
  return cells.all
}

/** What counts by the original schedule, or of its exceptions alone; gaps of sources do not touch it. */
function addRaw(slice: Slice, add: (metric: string) => void): void {
  if (slice.original === null) {
    if (slice.isSignedIn) add('unscheduled_work_ms')
  } else if (slice.original.tracked) {
    add('scheduled_raw_ms')
    if (slice.isAdherentRaw) add('adherent_raw_ms')
  }
  if (slice.isExcluded) add('excluded_ms')
}

/**
 * Time in which an agent is open for work and nothing at all is planned for him. No column holds it; a ratio that counts it
 * as an exception adds it to its denominator (U14).
 */
export function outsideShift(
  day: AgentDay,
  parameters: AdherenceParameters,
  asOf: Instant,
): readonly Span[] {
  return slicesOf(day, parameters, asOf).filter(
    ({ from, original, isProductive }) => from < asOf && original === null && isProductive,
  )
}

/** Numerator and denominator are added up first, then divided; nothing scheduled is no ratio. */
export const adherenceRatios = {
  adherence_raw: { numerator: 'adherent_raw_ms', denominator: 'scheduled_raw_ms' },
  adherence: { numerator: 'adherent_ms', denominator: 'scheduled_ms' },
  conformance: { numerator: 'conf_actual_ms', denominator: 'conf_scheduled_ms' },
} as const

interface Plan {
  readonly code: string
  readonly tracked: boolean
}

/** A stretch in which nothing changes: neither plan, nor exceptions, nor what the agent does. */
interface Slice extends Span {
  readonly original: Plan | null
  /** The effective plan; null where none is, or it is excluded. */
  readonly plan: Plan | null
  /** It would be measured, but for an exclusion. */
  readonly isExcluded: boolean
  readonly isSignedIn: boolean
  /** By what he does, and by what he is to do. */
  readonly isProductive: boolean
  readonly isProductivePlan: boolean
  readonly isAdherentRaw: boolean
  /** Measured and not as planned. */
  readonly isBad: boolean
  /** It would be bad, but for an excuse. */
  readonly isExcused: boolean
  readonly isUnknown: boolean
}

function slicesOf(day: AgentDay, parameters: AdherenceParameters, asOf: Instant): readonly Slice[] {
  const { schedule, exceptions, gaps } = day
  const states = day.states.map((state) => ({ ...state, to: state.to ?? asOf }))
  const all: readonly Span[] = [...schedule, ...exceptions, ...gaps, ...states]
  const edges = [...new Set([asOf, ...all.flatMap(({ from, to }) => [from, to])])]
  edges.sort((a, b) => a - b)
  return edges.slice(1).map((to, index): Slice => {
    const from = edges[index] ?? to
    const isIn = (span: Span) => span.from <= from && from < span.to
    const state = states.find(isIn)
    const original = schedule.find(isIn) ?? null
    const replaced = exceptions.findLast((one) => one.kind === 'replace' && isIn(one))
    const agreed = replaced?.kind === 'replace' ? { code: replaced.code, tracked: true } : original
    const isOut = exceptions.some((one) => one.kind === 'exclude' && isIn(one))
    const plan = isOut ? null : agreed
    const code = state === undefined ? null : codeOf(state, parameters)
    const isOff = plan?.tracked === true && !satisfies(code, plan, parameters)
    const isPardoned = exceptions.some((one) => one.kind === 'excuse' && isIn(one))
    return {
      ...{ from, to, original, plan },
      isExcluded: isOut && agreed?.tracked === true,
      isSignedIn: state !== undefined && !isOffline(state),
      isProductive: code !== null && parameters.productiveCodes.includes(code),
      isProductivePlan: plan !== null && parameters.productiveCodes.includes(plan.code),
      isAdherentRaw: original !== null && satisfies(code, original, parameters),
      isBad: isOff && !isPardoned,
      isExcused: isOff && isPardoned,
      isUnknown: gaps.some(isIn),
    }
  })
}

function codeOf(
  { state, activity }: Pick<StateSpan, 'state' | 'activity'>,
  { activityToCode, productiveCodes, workOverridesActivity }: AdherenceParameters,
): string | null {
  const works = state === 'talk' || state === 'hold' || state === 'acw' || state === 'alert'
  if (works && workOverridesActivity) return productiveCodes[0] ?? null
  return activityToCode[activity.id] ?? activityToCode[activity.name] ?? null
}

function isOffline({ state }: Pick<StateSpan, 'state'>): boolean {
  return state === 'offline' || state === 'work_offline'
}

function satisfies(code: string | null, plan: Plan, { accept }: AdherenceParameters): boolean {
  return code !== null && (accept[plan.code] ?? [plan.code]).includes(code)
}

/** The instants at which the effective plan begins, ends or changes. */
function bordersOf(slices: readonly Slice[]): ReadonlySet<Instant> {
  const plans: readonly (Span & { readonly plan: Plan | null })[] = [
    ...slices,
    // Nothing is planned after the last.
    ...slices.slice(-1).map(({ to }) => ({ from: to, to, plan: null })),
  ]
  return new Set(
    plans
      .filter(({ plan }, index) => {
        const before = plans[index - 1]?.plan
        return before?.code !== plan?.code || before?.tracked !== plan?.tracked
      })
      .map(({ from }) => from),
  )
}

/** The stretches that grace forgives: of runs of bad time, those that begin or end where the plan changes. */
function forgivenIn(
  slices: readonly Slice[],
  borders: ReadonlySet<Instant>,
  { graceMs, graceMode }: AdherenceParameters,
): readonly Span[] {
  const isWhole = graceMode === 'all_or_nothing'
  return badRuns(slices, isWhole ? new Set() : borders).flatMap((run) => {
    const [begins, ends] = [borders.has(run.from), borders.has(run.to)]
    if (run.to - run.from <= graceMs) return begins || ends ? [run] : []
    if (isWhole) return []
    // A run between two borders is forgiven at both ends, where the two may meet (U15).
    const head = { from: run.from, to: run.from + (begins ? graceMs : 0) }
    const tail = { from: Math.max(head.to, run.to - (ends ? graceMs : 0)), to: run.to }
    return [head, tail]
  })
}

function badRuns(slices: readonly Slice[], cuts: ReadonlySet<Instant>): readonly Span[] {
  const runs: Span[] = []
  for (const { from, to, isBad } of slices) {
    if (!isBad) continue
    const last = runs.at(-1)
    if (last?.to === from && !cuts.has(from)) runs[runs.length - 1] = { from: last.from, to }
    else runs.push({ from, to })
  }
  return runs
}

/** A stretch in its forgiven and its other parts. */
function cutBy(
  { from, to }: Span,
  forgiven: readonly Span[],
): readonly { readonly span: Span; readonly isForgiven: boolean }[] {
  const parts: { span: Span; isForgiven: boolean }[] = []
  let at = from
  for (const one of forgiven) {
    const span = { from: Math.max(at, one.from), to: Math.min(to, one.to) }
    if (span.to <= span.from) continue
    parts.push({ span: { from: at, to: span.from }, isForgiven: false }, { span, isForgiven: true })
    at = span.to
  }
  return [...parts, { span: { from: at, to }, isForgiven: false }]
}
