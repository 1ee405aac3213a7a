import type { Instant } from '../../../schemas/events/instant.ts'
import type { AgreementRecord, PlannedRecord, ReadingRecord } from '../model/chronicle.ts'

/** By what the planner has told in the end, or by what he had told by the instant that is looked at. */
export type Basis = 'final' | 'known'

/** What the planner has told of one agent, each in the order in which it was told. */
export interface ToldPlans {
  readonly readings: readonly ReadingRecord[]
  readonly agreements: readonly AgreementRecord[]
}

export interface PlanAt {
  /** A plan was read that tells of the instant, if only that nothing is planned. */
  readonly isRead: boolean
  /** What it says by itself. */
  readonly original: PlannedRecord | null
  /** What counts, with all that is agreed beside it; null: nothing that anybody would keep to. */
  readonly effective: Pick<PlannedRecord, 'code' | 'isTracked'> | null
  readonly isReplaced: boolean
  /** It would be measured, but it is agreed not to. */
  readonly isExcluded: boolean
  readonly isExcused: boolean
}

/** What holds at one instant, looked up in all that was ever told. */
export function planAt({ readings, agreements }: ToldPlans, basis: Basis, at: Instant): PlanAt {
  const isHeard = ({ toldAt }: { readonly toldAt: Instant }) => basis === 'final' || toldAt <= at
  const covers = (span: { readonly from: Instant; readonly to: Instant }) =>
    span.from <= at && at < span.to
  const reading = readings.findLast((one) => isHeard(one) && covers(one))
  const original = reading?.segments.find(covers) ?? null
  const heard = agreements.filter((one) => isHeard(one) && covers(one))
  const held = heard.filter(
    (one, place) => !one.withdrawn && !heard.slice(place + 1).some(({ id }) => id === one.id),
  )
  const other = held.findLast(({ kind }) => kind === 'replace')?.code ?? null
  const wanted = other === null ? original : { code: other, isTracked: true }
  const isLeftOut = held.some(({ kind }) => kind === 'exclude')
  return {
    isRead: reading !== undefined,
    original,
    effective: isLeftOut ? null : wanted,
    isReplaced: other !== null,
    isExcluded: isLeftOut && wanted?.isTracked === true,
    isExcused: held.some(({ kind }) => kind === 'excuse'),
  }
}
