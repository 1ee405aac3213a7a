import type { Condition } from '../routing/condition.ts'
import { comparisonsOf, type Operand } from '../routing/expression.ts'
import { subjectOf } from '../routing/routing-context.ts'

/** Whether it holds of a worker for as long as the worker's attributes are the same: whatever the time, activity and load. */
export function isOfAttributes({ expression, place }: Condition): boolean {
  return comparisonsOf(expression).every(({ left, right }) =>
    [left, right].every((operand) => isSteady(operand, place)),
  )
}

/** Names of a worker that change by themselves; those of `taskrouter` all do. */
const passing: readonly unknown[] = ['activity_sid', 'activity_name', 'channel']

function isSteady(operand: Operand, place: Condition['place']): boolean {
  if (operand.kind === 'constant') return true
  if (operand.kind === 'list') return operand.items.every((item) => isSteady(item, place))
  const named = subjectOf(operand.path, place)
  if (named === null) return true
  return named.subject === 'worker' && !passing.includes(named.path[0])
}
