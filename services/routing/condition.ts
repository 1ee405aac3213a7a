import type { Comparison, Expression, Operand } from './expression.ts'
import type { ExpressionReading } from './expression-fault.ts'
import { valueAt, type JsonValue } from './json-value.ts'
import { parseExpression } from './parse-expression.ts'
import { relations } from './relations.ts'
import { subjectOf, type Place, type RoutingContext } from './routing-context.ts'

/** An expression of TaskRouter at its place, ready to be asked. */
export interface Condition {
  readonly source: string
  readonly place: Place
  readonly expression: Expression
  holds(context: RoutingContext): boolean
}

/** Reads an expression and makes a function of it; every fault with its position where it cannot be read. */
export function readCondition(source: string, place: Place): ExpressionReading<Condition> {
  const read = parseExpression(source)
  if (read.kind === 'refused') return read
  const { value: expression } = read
  return {
    kind: 'understood',
    value: { source, place, expression, holds: compile(expression, place) },
  }
}

/** The value of an operand for a context; lists with the values of what stands in them. */
export function compileOperand(
  operand: Operand,
  place: Place,
): (context: RoutingContext) => JsonValue {
  switch (operand.kind) {
    case 'constant': {
      const { value } = operand
      return () => value
    }
    case 'list': {
      const items = operand.items.map((item) => compileOperand(item, place))
      // Nearly every list is of constants: it is made once, not for every worker.
      if (operand.items.every(({ kind }) => kind === 'constant')) {
        const value = items.map((item) => item({}))
        return () => value
      }
      return (context) => items.map((item) => item(context))
    }
    case 'reference': {
      const named = subjectOf(operand.path, place)
      if (named === null) return () => null
      const { subject, path } = named
      return (context) => valueAt(context[subject] ?? null, path)
    }
  }
}

function compile(expression: Expression, place: Place): Condition['holds'] {
  if (expression.kind === 'comparison') return compileComparison(expression, place)
  const parts = expression.parts.map((part) => compile(part, place))
  const decides = expression.kind === 'or'
  return (context) => {
    for (const part of parts) {
      if (part(context) === decides) return decides
    }
    return !decides
  }
}

function compileComparison(
  { operator, left, right }: Comparison,
  place: Place,
): Condition['holds'] {
  const relation = relations[operator]
  const leftOf = compileOperand(left, place)
  const rightOf = compileOperand(right, place)
  return (context) => relation(leftOf(context), rightOf(context))
}
