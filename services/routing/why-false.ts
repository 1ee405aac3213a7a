import type { Condition } from './condition.ts'
import { compileOperand } from './condition.ts'
import type { Comparison, Expression, Operand, Operator } from './expression.ts'
import type { JsonValue } from './json-value.ts'
import { relations } from './relations.ts'
import type { RoutingContext } from './routing-context.ts'

/** A comparison that does not hold, as it is written and with what was found. */
export interface FalseClause {
  readonly source: string
  /** In the condition's source, in UTF-16 units. */
  readonly offset: number
  readonly operator: Operator
  readonly left: FoundValue
  readonly right: FoundValue
}

export interface FoundValue {
  readonly source: string
  readonly value: JsonValue
  /** A name that stands for nothing, or for null: to an expression these are one. */
  readonly isMissing: boolean
}

/**
 * The fewest clauses that by themselves make a condition false, in the order of the text; none when it holds. Of the parts
 * of an AND one false part is enough, and the one with the fewest clauses is told (the first of equals); an OR is false by
 * all of its parts.
 */
export function whyFalse(condition: Condition, context: RoutingContext): readonly FalseClause[] {
  const causes = falseComparisons(condition.expression) ?? []
  return causes.map(({ from, to, operator, left, right }) => ({
    source: condition.source.slice(from, to),
    offset: from,
    operator,
    left: found(left),
    right: found(right),
  }))

  /** Null when it holds. */
  function falseComparisons(expression: Expression): readonly Comparison[] | null {
    if (expression.kind === 'comparison') {
      const { operator, left, right } = expression
      return relations[operator](valueFor(left), valueFor(right)) ? null : [expression]
    }
    const parts = expression.parts.map(falseComparisons)
    const causes = parts.filter((part) => part !== null)
    if (expression.kind === 'or') return causes.length < parts.length ? null : causes.flat()
    return causes.reduce<readonly Comparison[] | null>(
      (fewest, cause) => (fewest === null || cause.length < fewest.length ? cause : fewest),
      null,
    )
  }

  function found(operand: Operand): FoundValue {
    const value = valueFor(operand)
    return {
      source: condition.source.slice(operand.from, operand.to),
      value,
      isMissing: operand.kind === 'reference' && value === null,
    }
  }

  function valueFor(operand: Operand): JsonValue {
    return compileOperand(operand, condition.place)(context)
  }
}
