import { operators, type Comparison, type Expression, type Operator } from './expression.ts'
import type { ExpressionReading } from './expression-fault.ts'
import { parseOperand } from './parse-operand.ts'
import { createTokenCursor, isKeyword, type TokenCursor } from './token-cursor.ts'

/** Parentheses in parentheses: more than anybody writes, and less than the stack holds. */
const depthMax = 200

/**
 * Reads an expression of TaskRouter, or tells every fault that can be found in it; it never throws.
 *
 * AND binds closer than OR. The pages do not say so, and call the syntax SQL-like; in SQL it does.
 */
export function parseExpression(text: string): ExpressionReading<Expression> {
  const cursor = createTokenCursor(text)
  const expression = parseWhole(cursor)
  const faults = cursor.faults()
  if (faults.length > 0) return { kind: 'refused', faults }
  if (expression === null) throw new Error('an expression was refused without a fault')
  return { kind: 'understood', value: expression }
}

function parseWhole(cursor: TokenCursor): Expression | null {
  const expression = parseGroup(cursor, 0)
  while (cursor.isSign(')')) {
    cursor.refuse('this parenthesis closes nothing')
    cursor.take()
    if (isJoint(cursor)) cursor.take()
    if (!cursor.isEnd()) parseGroup(cursor, 0)
  }
  return expression
}

/** What stands between parentheses, or between the two ends of the text. */
function parseGroup(cursor: TokenCursor, depth: number): Expression | null {
  const expression = parseOr(cursor, depth)
  while (!cursor.isEnd() && !cursor.isSign(')')) {
    cursor.refuse('two comparisons are joined by AND or OR', ['AND', 'OR'])
    const isComparison = cursor.next.kind !== 'sign' || cursor.isSign('(', '[')
    if (!isComparison) skipToJoint(cursor)
    if (isJoint(cursor)) cursor.take()
    if (!cursor.isSign(')') && !cursor.isEnd()) parseOr(cursor, depth)
  }
  return expression
}

function parseOr(cursor: TokenCursor, depth: number): Expression | null {
  return parseChain(cursor, 'or', () =>
    parseChain(cursor, 'and', () => parsePrimary(cursor, depth)),
  )
}

/** One part, or several joined by the same word. */
function parseChain(
  cursor: TokenCursor,
  kind: 'and' | 'or',
  parsePart: () => Expression | null,
): Expression | null {
  const parts = [parsePart()]
  while (isJoint(cursor, kind)) {
    cursor.take()
    parts.push(parsePart())
  }
  const whole = parts.filter((part) => part !== null)
  const first = whole[0]
  const last = whole.at(-1)
  if (whole.length < parts.length || first === undefined || last === undefined) return null
  return whole.length === 1 ? first : { kind, parts: whole, from: first.from, to: last.to }
}

function parsePrimary(cursor: TokenCursor, depth: number): Expression | null {
  const open = cursor.next
  if (!cursor.isSign('(')) return parseComparison(cursor)
  if (depth === depthMax) {
    cursor.refuse(`parentheses stand in one another more than ${depthMax} deep`)
    cursor.abandon()
    return null
  }
  cursor.take()
  const inner = parseGroup(cursor, depth + 1)
  if (cursor.isSign(')')) cursor.take()
  else cursor.refuseAt(open, 'this parenthesis is not closed')
  return inner
}

function parseComparison(cursor: TokenCursor): Comparison | null {
  const left = parseOperand(cursor)
  const operator = left === null ? null : parseOperator(cursor)
  const right = operator === null ? null : parseOperand(cursor)
  if (left !== null && operator !== null && right !== null) {
    return { kind: 'comparison', operator, left, right, from: left.from, to: right.to }
  }
  skipToJoint(cursor)
  return null
}

function parseOperator(cursor: TokenCursor): Operator | null {
  // The pages list ==, and use = in examples of their own.
  if (cursor.isSign('=', '==')) return taken('==')
  for (const operator of operators) {
    if (cursor.isSign(operator) || cursor.isWord(operator)) return taken(operator)
  }
  if (cursor.isWord('NOT') && isKeyword(cursor.afterNext, 'IN')) {
    cursor.take()
    return taken('NOT IN')
  }
  if (cursor.isWord('NOT')) cursor.refuse('NOT stands only in NOT IN', ['NOT IN'])
  else cursor.refuse('after the first value of a comparison stands an operator', operators)
  return null

  function taken(operator: Operator): Operator {
    cursor.take()
    return operator
  }
}

/** To the next AND or OR of this level, or to its end, so that one fault does not make others. */
function skipToJoint(cursor: TokenCursor): void {
  let depth = 0
  while (!cursor.isEnd()) {
    if (depth === 0 && (isJoint(cursor) || cursor.isSign(')'))) return
    if (cursor.isSign('(')) depth++
    if (cursor.isSign(')')) depth--
    cursor.take()
  }
}

/** No page of Twilio shows `&&` and `||`; who writes them can mean nothing else. */
function isJoint(cursor: TokenCursor, kind?: 'and' | 'or'): boolean {
  const isAnd = cursor.isWord('AND') || cursor.isSign('&&')
  const isOr = cursor.isWord('OR') || cursor.isSign('||')
  if (kind === undefined) return isAnd || isOr
  return kind === 'and' ? isAnd : isOr
}
