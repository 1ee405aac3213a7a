import type { AdherenceParameters } from '../../schemas/events/adherence.ts'
import type { Instant, Span } from '../../schemas/events/instant.ts'
import type { AgreedException, PlanPiece } from './agent-plan.ts'

/** What an agent did, in the words of his plan. */
export interface ActualSpan {
  readonly from: Instant
  /** Null: he is still in it. */
  readonly to: Instant | null
  /** Null: what he did has none. */
  readonly code: string | null
  readonly isSignedIn: boolean
}

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
export interface AdherencePiece extends Span {
  /** The code of the effective plan; null where there is none, or it is excluded. */
  readonly planned: string | null
  /** It is measured that he keeps to it. */
  readonly isTracked: boolean
  readonly actual: string | null
  /** A plan was read that tells of this time, if only that nothing is planned. */
  readonly isPlanRead: boolean
  readonly isUnscheduled: boolean
  readonly isScheduledRaw: boolean
  readonly isAdherentRaw: boolean
  /** By what he does, and by what he is to do. */
  readonly isProductive: boolean
  readonly isPlannedProductive: boolean
  readonly isPaid: boolean
  readonly isPaidProductive: boolean
  /** It would be measured, but for an exclusion. */
  readonly isExcluded: boolean
  /** Measured and not as planned. */
  readonly isOff: boolean
  /** It would be bad, but for an excuse. */
  readonly isExcused: boolean
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
    const found = judged(planAt(start), exceptions.filter(isIn), actualAt(start), of)
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

function judged(
  piece: PlanPiece | null,
  agreed: readonly AgreedException[],
  actual: ActualSpan | null,
  by: AdherenceParameters,
): Omit<AdherencePiece, 'from' | 'to' | 'isUnknown'> {
  const original = piece?.segment ?? null
  const replaced = agreed.findLast(({ kind }) => kind === 'replace')?.code ?? null
  const isOut = agreed.some(({ kind }) => kind === 'exclude')
  const wanted = replaced ?? original?.code ?? null
  const isWantedTracked = replaced !== null || original?.tracked === true
  const planned = isOut ? null : wanted
  const code = actual?.code ?? null
  const isTracked = planned !== null && isWantedTracked
  const isOff = isTracked && !satisfies(code, planned, by)
  const isExcused = isOff && agreed.some(({ kind }) => kind === 'excuse')
  const isProductiveCode = (own: string | null) => own !== null && by.productiveCodes.includes(own)
  const isOriginalProductive = original?.productive ?? isProductiveCode(original?.code ?? null)
  const isPaid = original !== null && (original.paid ?? !by.unpaidCodes.includes(original.code))
  return {
    planned,
    isTracked,
    actual: code,
    isPlanRead: piece !== null,
    isUnscheduled: piece !== null && original === null && actual?.isSignedIn === true,
    isScheduledRaw: original?.tracked === true,
    isAdherentRaw: original?.tracked === true && satisfies(code, original.code, by),
    isProductive: (piece !== null || planned !== null) && isProductiveCode(code),
    isPlannedProductive:
      planned !== null && (replaced === null ? isOriginalProductive : isProductiveCode(replaced)),
    isPaid,
    isPaidProductive: isPaid && isOriginalProductive,
    isExcluded: isOut && isWantedTracked,
    isOff,
    isExcused,
  }
}

function satisfies(
  code: string | null,
  planned: string,
  { accept }: Pick<AdherenceParameters, 'accept'>,
): boolean {
  const accepted = Object.hasOwn(accept, planned) ? accept[planned] : undefined
  return code !== null && (accepted ?? [planned]).includes(code)
}
