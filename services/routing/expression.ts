import type { Path, Scalar } from './json-value.ts'

/** An expression of TaskRouter as a tree. Parentheses leave no trace but the shape. */
export type Expression = Comparison | Combination

export interface Comparison extends Extent {
  readonly kind: 'comparison'
  readonly operator: Operator
  readonly left: Operand
  readonly right: Operand
}

export interface Combination extends Extent {
  readonly kind: 'and' | 'or'
  /** Two or more. */
  readonly parts: readonly Expression[]
}

export type Operand = Constant | List | Reference

export interface Constant extends Extent {
  readonly kind: 'constant'
  readonly value: Scalar
}

export interface List extends Extent {
  readonly kind: 'list'
  readonly items: readonly Operand[]
}

export interface Reference extends Extent {
  readonly kind: 'reference'
  /** As written, with its prefix: `worker.levels[0]` is `['worker', 'levels', 0]`. */
  readonly path: Path
}

/** Where something stands in the text: offsets in UTF-16 units, the end not included. */
export interface Extent {
  readonly from: number
  readonly to: number
}

export const operators = [
  '==',
  '!=',
  '>',
  '>=',
  '<',
  '<=',
  'CONTAINS',
  'HAS',
  'IN',
  'NOT IN',
] as const

export type Operator = (typeof operators)[number]

/** Every comparison of an expression, from left to right. */
export function comparisonsOf(expression: Expression): readonly Comparison[] {
  if (expression.kind === 'comparison') return [expression]
  return expression.parts.flatMap(comparisonsOf)
}
