import type { Operator } from './expression.ts'
import { isList, isScalar, type JsonValue } from './json-value.ts'

/**
 * Whether two values stand in the relation that an operator names. As Twilio's page on expressions has it: a scalar
 * operator on a list is false, a list operator on two scalars is false. Where it is silent:
 *
 * - Types are never converted: `'5' == 5` is false, `'5' != 5` true, and no order holds between them. The page says that
 *   comparisons of different types should be avoided.
 * - Null equals null alone, so `x != 'a'` holds where x is missing; workflows in use count on it
 *   (`worker.waitingOfflineContact != true`). Nothing is greater or smaller than null.
 * - With null, == and != ask for presence, of lists too: Twilio's page on workflows has the filter
 *   `preferred_agents != null` let in tasks whose `preferred_agents` is a list.
 * - Texts are told apart by case and ordered by code unit; booleans have no order.
 * - An object is neither scalar nor list: every operator on it is false, but for presence.
 */
export const relations: Readonly<Record<Operator, (left: JsonValue, right: JsonValue) => boolean>> =
  {
    '==': equals,
    '!=': (left, right) => {
      if (left === null || right === null) return left !== right
      return isScalar(left) && isScalar(right) && left !== right
    },
    '>': (left, right) => difference(left, right) > 0,
    '>=': (left, right) => difference(left, right) >= 0,
    '<': (left, right) => difference(left, right) < 0,
    '<=': (left, right) => difference(left, right) <= 0,
    // “Does the scalar value on the left contain the scalar value on the right”: numbers and booleans as they are written.
    CONTAINS: (left, right) => {
      if (left === null || right === null || !isScalar(left) || !isScalar(right)) return false
      return String(left).includes(String(right))
    },
    HAS: (left, right) => isList(left) && isIn(right, left),
    IN: (left, right) => isScalar(left) && isList(right) && isIn(left, right),
    'NOT IN': (left, right) => isScalar(left) && isList(right) && !isIn(left, right),
  }

function equals(left: JsonValue, right: JsonValue): boolean {
  return isScalar(left) && left === right
}

function isIn(value: JsonValue, list: readonly JsonValue[]): boolean {
  for (const item of list) {
    if (equals(item, value)) return true
  }
  return false
}

/** Positive where the left one is greater; not a number, which is neither, where there is no order between them. */
function difference(left: JsonValue, right: JsonValue): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right
  if (typeof left !== 'string' || typeof right !== 'string') return NaN
  return left < right ? -1 : left > right ? 1 : 0
}
