import type { Instant } from '../../schemas/events/instant.ts'
import { adherenceNow } from './adherence-now.ts'
import type { MeasuredTime } from './adherence-pieces.ts'
import { parametersAt } from './adherence-spans.ts'

type PlannedTime = Pick<MeasuredTime, 'plan' | 'exceptions' | 'parameters'>

/**
 * Up to when the plan, with what was agreed beside it, says what it says at an instant; at a border that is what begins there.
 * Segments of one code that follow each other are one. Null: no plan was read of the instant, and nothing agreed on.
 */
export function plannedUntil(time: PlannedTime, at: Instant): Instant | null {
  const now = effectiveAt(time, at)
  if (now.planned === null && !now.isPlanRead) return null
  const borders = [...time.plan, ...time.exceptions].flatMap(({ from, to }) => [from, to])
  const ahead = [...new Set(borders)].filter((border) => border > at).sort((a, b) => a - b)
  const isOther = (border: Instant) => {
    const then = effectiveAt(time, border)
    return (
      then.planned !== now.planned ||
      then.isTracked !== now.isTracked ||
      then.isPlanRead !== now.isPlanRead
    )
  }
  return ahead.find(isOther) ?? null
}

function effectiveAt(time: PlannedTime, at: Instant) {
  const isIn = (span: { readonly from: Instant; readonly to: Instant }) =>
    span.from <= at && at < span.to
  const piece = time.plan.find(isIn) ?? null
  return adherenceNow(piece, time.exceptions.filter(isIn), null, parametersAt(time, at))
}
