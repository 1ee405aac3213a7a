import type { AdherenceParameters } from '../../schemas/events/adherence.ts'
import type { Instant } from '../../schemas/events/instant.ts'
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

/** What is to be said of an agent at an instant. */
export interface AdherenceNow {
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
}

/**
 * How what an agent does stands to what is planned for him at one instant: by the plan, what is agreed beside it, what he
 * does, and the parameters. All that is told of adherence, of this second and of any day, is made of this.
 */
export function adherenceNow(
  piece: Pick<PlanPiece, 'segment'> | null,
  agreed: readonly AgreedException[],
  actual: ActualSpan | null,
  by: AdherenceParameters,
): AdherenceNow {
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

/** Measured, not as planned, and not excused: he is out of adherence. */
export function isOut({ isOff, isExcused }: Pick<AdherenceNow, 'isOff' | 'isExcused'>): boolean {
  return isOff && !isExcused
}
