import type { AdherenceParameters } from '../../schemas/events/adherence.ts'
import type { Instant, Span } from '../../schemas/events/instant.ts'
import { adherenceNow, type ActualSpan, type AdherenceNow } from './adherence-now.ts'
import type { AgreedException, PlanPiece } from './agent-plan.ts'

/** Parameters from an instant on, up to the next ones. */
export interface ParametersSince {
  readonly from: Instant
  readonly of: AdherenceParameters
}

/** All that decides how an agent kept to one plan. */
export interface MeasuredTime {
  /** In the order of time, as are what he did and the parameters; the first of these hold from the beginning of time. */
  readonly plan: readonly PlanPiece[]
  readonly exceptions: readonly AgreedException[]
  readonly parameters: readonly ParametersSince[]
  /** Stretches in which a source that tells of agents was silent. */
  readonly gaps: readonly Span[]
  readonly actual: (by: AdherenceParameters) => readonly ActualSpan[]
}

/** A stretch in which nothing changes: neither plan, nor exceptions, nor what the agent does. */
export interface AdherencePiece extends Span, AdherenceNow {
  /** What he did is not known for sure. */
  readonly isUnknown: boolean
}

/**
 * The pieces from an instant up to another, without gaps, neighbours different; the first begins where the first plan does,
 * or at `from`, if something was planned just before it.
 */
export function adherencePieces(
  time: MeasuredTime,
  from: Instant,
  to: Instant,
  isPlannedBefore: boolean,
): readonly AdherencePiece[] {
  const planned = [...time.plan, ...time.exceptions].filter((span) => span.to > from)
  if (planned.length === 0 && !isPlannedBefore) return []
  const first = Math.min(...planned.map((span) => span.from))
  const pieces: AdherencePiece[] = []
  for (const period of periods(time.parameters, isPlannedBefore ? from : Math.max(from, first), to))
    addPieces(pieces, time, period)
  return pieces
}

function* periods(
  parameters: readonly ParametersSince[],
  from: Instant,
  to: Instant,
): Generator<Span & Pick<ParametersSince, 'of'>> {
  for (const [index, { from: since, of }] of parameters.entries()) {
    const next = parameters[index + 1]?.from ?? Infinity
    const period = { from: index === 0 ? from : Math.max(from, since), to: Math.min(to, next) }
    if (period.to > period.from) yield { ...period, of }
  }
}

function addPieces(
  pieces: AdherencePiece[],
  { plan, exceptions, gaps, actual: actualBy }: MeasuredTime,
  { from, to, of }: Span & Pick<ParametersSince, 'of'>,
): void {
  const actual = actualBy(of)
  const borders = [...plan, ...exceptions, ...gaps, ...actual]
    .flatMap((span) => [span.from, span.to ?? to])
    .filter((at) => at > from && at < to)
  const edges = [...new Set([from, ...borders, to])].sort((a, b) => a - b)
  const planAt = inTurn(plan)
  const actualAt = inTurn(actual)
  for (const [index, start] of edges.entries()) {
    const end = edges[index + 1]
    if (end === undefined) break
    const isIn = (span: Span) => span.from <= start && start < span.to
    const found = adherenceNow(planAt(start), exceptions.filter(isIn), actualAt(start), of)
    addPiece(pieces, { from: start, to: end, ...found, isUnknown: gaps.some(isIn) })
  }
}

/** Neighbours that say the same are one. */
export function addPiece(pieces: AdherencePiece[], piece: AdherencePiece): void {
  const last = pieces.at(-1)
  if (last !== undefined && last.to === piece.from && isAlike(last, piece)) {
    pieces[pieces.length - 1] = { ...last, to: piece.to }
  } else pieces.push(piece)
}

function isAlike(a: AdherencePiece, b: AdherencePiece): boolean {
  return compared.every((field) => a[field] === b[field])
}

const compared = [
  ...['planned', 'isTracked', 'actual', 'isPlanRead', 'isUnscheduled', 'isScheduledRaw'],
  ...['isAdherentRaw', 'isProductive', 'isPlannedProductive', 'isPaid', 'isPaidProductive'],
  ...['isExcluded', 'isOff', 'isExcused', 'isUnknown'],
] as const satisfies readonly (keyof AdherencePiece)[]

/** Which of these an instant lies in; asked for one instant after the other. */
function inTurn<T extends { readonly from: Instant; readonly to: Instant | null }>(
  spans: readonly T[],
): (at: Instant) => T | null {
  let index = 0
  return (at) => {
    let span = spans[index]
    while (span !== undefined && (span.to ?? Infinity) <= at) span = spans[++index]
    return span !== undefined && span.from <= at ? span : null
  }
}
