import type { AdherenceParameters } from '../../schemas/events/adherence.ts'
import type { Instant, Span } from '../../schemas/events/instant.ts'
import {
  addPiece,
  adherencePieces,
  type AdherencePiece,
  type MeasuredTime,
} from './adherence-pieces.ts'
import { isOut } from './adherence-now.ts'
import { bases, type Basis } from './agent-plan.ts'
import type { AgentStory } from './agent-story.ts'
import type { OwnRow } from './projection.ts'
import { forgivenIn, nothing, runsOf, type CarriedRun, type Run } from './adherence-runs.ts'

/** What a stretch counts as; `unplanned`: nothing is planned, `untracked`: something that nobody measures. */
export type AdherenceStanding =
  | 'adherent'
  | 'nonadherent'
  | 'graced'
  | 'excused'
  | 'excluded'
  | 'unknown'
  | 'untracked'
  | 'unplanned'

/** A stretch in which neither what an agent is to do nor what he does changes, nor what it counts as. */
export interface AdherenceSpan extends AdherencePiece {
  readonly standing: AdherenceStanding
  /** It goes on, as far as is known. */
  readonly isOpen: boolean
  /** The stretch out of adherence that it is part of. */
  readonly run: Run | null
}

/** What of the time before a border decides what comes after it. */
export interface CarriedAdherence {
  /** Since when the plan has said what it says just before the border. */
  readonly plannedSince: Instant
  /** The piece that ends at the border, whole. */
  readonly piece: AdherencePiece | null
  /** The run that it is part of. */
  readonly run: CarriedRun | null
}

/**
 * How an agent kept to one plan up to `asOf`: section 11 of the dictionary, with rulings U13, U15 and U16. Whether a stretch
 * is adherent is decided on the whole line of time, and only then cut to intervals. `from` is where a window begins that
 * knows of the time before it what is carried.
 */
export function adherenceSpans(
  time: MeasuredTime,
  from: Instant,
  asOf: Instant,
  carried: CarriedAdherence | null,
): readonly AdherenceSpan[] {
  const { pieces, runs } = runsIn(time, from, asOf, carried)
  const runAt = new Map(runs.map((run) => [run, forgivenIn(run, parametersAt(time, run.from))]))
  let next = 0
  return pieces.flatMap((piece): readonly AdherenceSpan[] => {
    while (runs[next] !== undefined && (runs[next]?.to ?? 0) <= piece.from) next++
    const run = isOut(piece) ? (runs[next] ?? null) : null
    const isOpen = piece.to === asOf
    if (run === null) return [{ ...piece, standing: standingOf(piece), isOpen, run }]
    return cutBy(piece, runAt.get(run) ?? []).map(({ span, isForgiven }) => ({
      ...piece,
      ...span,
      standing: piece.isUnknown ? 'unknown' : isForgiven ? 'graced' : 'nonadherent',
      isOpen: span.to === asOf,
      run,
    }))
  })
}

/** The pieces and runs, those that are carried in made whole. */
export function runsIn(
  time: MeasuredTime,
  from: Instant,
  asOf: Instant,
  carried: CarriedAdherence | null,
): { readonly pieces: readonly AdherencePiece[]; readonly runs: readonly Run[] } {
  const pieces: AdherencePiece[] = carried?.piece == null ? [] : [carried.piece]
  // One instant further, to see whether the plan changes there.
  const found = adherencePieces(time, from, asOf + 1, carried !== null)
  const last = found.at(-1)
  for (const piece of found) {
    if (piece.from < asOf) addPiece(pieces, { ...piece, to: Math.min(piece.to, asOf) })
  }
  const next = last !== undefined && last.to > asOf ? last : nothing
  return { pieces, runs: runsOf(pieces, carried?.run ?? null, next) }
}

/** In force at an instant; the first hold from the beginning of time. */
export function parametersAt(
  { parameters }: Pick<MeasuredTime, 'parameters'>,
  at: Instant,
): AdherenceParameters {
  const found = parameters.findLast(({ from }) => from <= at) ?? parameters[0]
  if (found === undefined) throw new Error('there are no parameters of adherence')
  return found.of
}

function standingOf(piece: AdherencePiece): AdherenceStanding {
  if (piece.isExcluded) return 'excluded'
  if (piece.planned === null) return 'unplanned'
  if (!piece.isTracked) return 'untracked'
  if (piece.isUnknown) return 'unknown'
  return piece.isExcused ? 'excused' : 'adherent'
}

/** A stretch in its forgiven and its other parts. */
function cutBy(
  { from, to }: Span,
  forgiven: readonly Span[],
): readonly { readonly span: Span; readonly isForgiven: boolean }[] {
  const parts: { span: Span; isForgiven: boolean }[] = []
  const add = (span: Span, isForgiven: boolean) => {
    if (span.to <= span.from) return
    const last = parts.at(-1)
    if (last?.isForgiven === isForgiven) last.span = { from: last.span.from, to: span.to }
    else parts.push({ span, isForgiven })
  }
  let at = from
  for (const one of forgiven) {
    const span = { from: Math.max(at, one.from), to: Math.min(to, one.to) }
    if (span.to <= span.from) continue
    add({ from: at, to: span.from }, false)
    add(span, true)
    at = span.to
  }
  add({ from: at, to }, false)
  return parts
}

/** The rows of `adherence_spans` that reach into the window. Where nothing is planned and nobody works is none. */
export function adherenceSpanRows(
  { agent, workspace, window }: AgentStory,
  adherence: Readonly<Record<Basis, readonly AdherenceSpan[]>>,
  exceptionMinMsAt: (span: AdherenceSpan) => number,
): readonly OwnRow[] {
  return bases.flatMap((basis) =>
    adherence[basis]
      .filter((span) => span.to >= window.from && isTold(span))
      .map((span) => ({
        table: 'adherence_spans' as const,
        key: { workspace, basis, agent, started_at: span.from },
        values: {
          ended_at: span.isOpen ? null : span.to,
          is_open: span.isOpen,
          planned_code: span.planned ?? '',
          actual_code: span.actual ?? '',
          standing: span.standing,
          run_started_at: span.run?.from ?? null,
          exception_min_ms: exceptionMinMsAt(span),
          is_tracked: span.isTracked,
          is_unscheduled: span.isUnscheduled,
          is_scheduled_raw: span.isScheduledRaw,
          is_adherent_raw: span.isAdherentRaw,
          is_productive: span.isProductive,
          is_planned_productive: span.isPlannedProductive,
          is_paid: span.isPaid,
          is_paid_productive: span.isPaidProductive,
          is_unknown: span.isUnknown,
        },
      })),
  )
}

function isTold({ planned, isExcluded, isUnscheduled, isProductive, isPaid }: AdherenceSpan) {
  return planned !== null || isExcluded || isUnscheduled || isProductive || isPaid
}
