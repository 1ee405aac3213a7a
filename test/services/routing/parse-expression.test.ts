import { expect, test } from 'vitest'
import type { Expression, Operand } from '../../../services/routing/expression.ts'
import { expressionFaultText } from '../../../services/routing/expression-fault.ts'
import { parseExpression } from '../../../services/routing/parse-expression.ts'

test.each([
  ['a == 1', '(a == 1)'],
  ['a = 1', '(a == 1)'],
  ['a==1 AND b==2 OR c==3', '(((a == 1) and (b == 2)) or (c == 3))'],
  ['a==1 OR b==2 AND c==3', '((a == 1) or ((b == 2) and (c == 3)))'],
  ['(a==1 OR b==2) AND c==3', '(((a == 1) or (b == 2)) and (c == 3))'],
  ['a==1 && b==2 || c==3', '(((a == 1) and (b == 2)) or (c == 3))'],
  ['a==1 and b==2 and c==3', '((a == 1) and (b == 2) and (c == 3))'],
  ['((a == 1))', '(a == 1)'],
  ['skills has "x"', '(skills HAS "x")'],
  ['x not  in [\'a\', "b", 1, -2.50, TRUE, null]', '(x NOT IN ["a","b",1,-2.5,true,null])'],
  ['x IN []', '(x IN [])'],
  ['x IN [worker.a, [1]]', '(x IN [worker.a,[1]])'],
  ['taskrouter.currentTime > 0800', '(taskrouter.currentTime > 800)'],
  ['object.array[2].in.$a_1 != null', '(object.array.[2].in.$a_1 != null)'],
  ["größe CONTAINS 'ß'", '(größe CONTAINS "ß")'],
  ['a == \'it\\\'s\' OR a == "say \\"so\\""', '((a == "it\'s") or (a == "say \\"so\\""))'],
  ["a == 'DOMAIN\\user' OR a == '\\\\'", '((a == "DOMAIN\\\\user") or (a == "\\\\"))'],
])('%s is read as %s', (text, tree) => {
  const read = parseExpression(text)
  expect(read.kind === 'understood' ? shape(read.value) : read.faults).toBe(tree)
})

test('a part knows where it stands in the text', () => {
  const text = "(a == 'x' OR worker.b[0] IN ['y', 1])"
  const read = parseExpression(text)
  if (read.kind === 'refused' || read.value.kind === 'comparison') throw new Error('not read')
  const pieces = read.value.parts.map(({ from, to }) => text.slice(from, to))
  expect(pieces).toEqual(["a == 'x'", "worker.b[0] IN ['y', 1]"])
})

test.each([
  ['', ['offset 0, at the end: a value is missing here']],
  ['a ==', ['offset 4, at the end: a value is missing here']],
  ['dialer', ['offset 6, at the end: after the first value of a comparison stands an operator']],
  ['a == 1 b == 2', ['offset 7, “b”: two comparisons are joined by AND or OR']],
  ['a == 1 AND', ['offset 10, at the end: a value is missing here']],
  ['AND a == 1', ['offset 0, “AND”: a value is missing here']],
  ['(a == 1', ['offset 0, “(”: this parenthesis is not closed']],
  ['a == 1)', ['offset 6, “)”: this parenthesis closes nothing']],
  [
    'a == 1) AND b',
    [
      'offset 6, “)”: this parenthesis closes nothing',
      'offset 13, at the end: after the first value of a comparison stands an operator',
    ],
  ],
  ['skill-level > 2', ['offset 0, “skill-level”: TaskRouter reads no hyphen in a name']],
  ["a == 'x", ["offset 5, “'x”: a text that begins with ' ends with '"]],
  [
    'a == “x”',
    [
      `offset 5, ““”: a text stands in straight quotes, ' or "`,
      `offset 7, “””: a text stands in straight quotes, ' or "`,
    ],
  ],
  ['a == 1.2.3', ['offset 5, “1.2.3”: a number is digits with at most one point among them']],
  ['a == 5x', ['offset 5, “5x”: a number is digits with at most one point among them']],
  ['a # 1', ['offset 2, “#”: this means nothing in an expression']],
  ['a == 𝟙', ['offset 5, “𝟙”: this means nothing in an expression']],
  ['!a == 1', ['offset 0, “!”: ! stands only in !=']],
  ["skills NOT HAS 'x'", ['offset 7, “NOT”: NOT stands only in NOT IN']],
  ['NOT (a == 1)', ['offset 0, “NOT”: NOT stands only in NOT IN, and only before a list']],
  ['a. == 1', ['offset 3, “==”: a name is missing after the dot']],
  [
    "a['b'] == 1",
    ["offset 2, “'b'”: in brackets after a name stands a position in a list: 0, 1, 2 …"],
  ],
  [
    'a[1.5] == 1',
    ['offset 2, “1.5”: in brackets after a name stands a position in a list: 0, 1, 2 …'],
  ],
  ['a[0 == 1', ['offset 4, “==”: the bracket is not closed']],
  ['a IN [1 2]', ['offset 8, “2”: the list goes on with a comma or ends']],
  ['a IN [1,', ['offset 8, at the end: a value is missing here']],
  // Every fault, not the first one.
  [
    "a-b == 1 AND c == AND (d > 'x OR",
    [
      'offset 0, “a-b”: TaskRouter reads no hyphen in a name',
      'offset 18, “AND”: a value is missing here',
      'offset 22, “(”: this parenthesis is not closed',
      "offset 27, “'x OR”: a text that begins with ' ends with '",
    ],
  ],
  [
    '(a == 1 AND b) OR c HAS',
    [
      'offset 13, “)”: after the first value of a comparison stands an operator',
      'offset 23, at the end: a value is missing here',
    ],
  ],
])('%s is refused for all that is wrong with it', (text, faults) => {
  const read = parseExpression(text)
  if (read.kind === 'understood') throw new Error(`read as ${shape(read.value)}`)
  const told = read.faults.map((fault) => expressionFaultText(fault).replace(/ \([^()]*\)$/, ''))
  expect(told).toEqual(faults)
})

test('who has forgotten an operator is told which ones there are', () => {
  const read = parseExpression('a 1')
  if (read.kind === 'understood') throw new Error('was read')
  expect(read.faults[0]?.choices).toEqual([
    ...['==', '!=', '>', '>=', '<', '<=', 'CONTAINS', 'HAS', 'IN', 'NOT IN'],
  ])
})

test.each(['(', '[', 'a IN ['])(
  '%s twenty thousand times over is one fault, not a full stack',
  (piece) => {
    const read = parseExpression(piece.repeat(20_000))
    if (read.kind === 'understood') throw new Error('was read')
    expect(read.faults).toHaveLength(1)
  },
)

test('a chain of ten thousand comparisons is read', () => {
  const read = parseExpression(Array.from({ length: 10_000 }, (_, n) => `a == ${n}`).join(' OR '))
  expect(read.kind === 'understood' && read.value.kind === 'or' && read.value.parts.length).toBe(
    10_000,
  )
})

function shape(tree: Expression): string {
  if (tree.kind === 'comparison') {
    return `(${operand(tree.left)} ${tree.operator} ${operand(tree.right)})`
  }
  return `(${tree.parts.map(shape).join(` ${tree.kind} `)})`
}

function operand(tree: Operand): string {
  if (tree.kind === 'constant') return JSON.stringify(tree.value)
  if (tree.kind === 'list') return `[${tree.items.map(operand).join()}]`
  return tree.path.map((step) => (typeof step === 'number' ? `[${step}]` : step)).join('.')
}
