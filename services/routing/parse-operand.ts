import type { Constant, List, Operand, Reference } from './expression.ts'
import type { Scalar } from './json-value.ts'
import { isKeyword, type TokenCursor } from './token-cursor.ts'

/** Words that are not names where a value begins; after a dot they are. */
const keywords = ['AND', 'OR', 'NOT', 'IN', 'HAS', 'CONTAINS', 'TRUE', 'FALSE', 'NULL']

const valueKinds = ['a name', 'a text in quotes', 'a number', 'true', 'false', 'null', 'a list [ ]']

/** Lists in lists in lists: more than anybody writes, and less than the stack holds. */
const listDepthMax = 50

/** Reads a value; null when there is none, which is then told as a fault. */
export function parseOperand(cursor: TokenCursor, depth = 0): Operand | null {
  const { next } = cursor
  if (next.kind === 'string' || next.kind === 'number') {
    cursor.take()
    return { kind: 'constant', value: next.value, from: next.from, to: next.to }
  }
  if (cursor.isSign('[')) return parseList(cursor, depth)
  if (next.kind === 'word') return parseConstant(cursor) ?? parseReference(cursor)
  cursor.refuse('a value is missing here', valueKinds)
  return null
}

/** The page on expressions has true and false as constants; others of Twilio's pages write `!= null`. */
function parseConstant(cursor: TokenCursor): Constant | null {
  const constants: readonly (readonly [string, Scalar])[] = [
    ['TRUE', true],
    ['FALSE', false],
    ['NULL', null],
  ]
  for (const [word, value] of constants) {
    if (!cursor.isWord(word)) continue
    const { from, to } = cursor.take()
    return { kind: 'constant', value, from, to }
  }
  return null
}

/** Reads `name.name[2].name`; null when there is none, which is then told as a fault. */
export function parseReference(cursor: TokenCursor): Reference | null {
  const first = cursor.next
  if (cursor.isWord('NOT')) {
    cursor.refuse('NOT stands only in NOT IN, and only before a list')
    return null
  }
  if (first.kind !== 'word' || isKeyword(first, ...keywords)) {
    cursor.refuse('a value is missing here', valueKinds)
    return null
  }
  cursor.take()
  const path: (string | number)[] = [first.text]
  let to = first.to
  for (;;) {
    if (cursor.isSign('.')) {
      cursor.take()
      const name = cursor.next
      if (name.kind !== 'word') {
        cursor.refuse('a name is missing after the dot')
        return null
      }
      path.push(name.text)
      to = cursor.take().to
    } else if (cursor.isSign('[')) {
      cursor.take()
      const index = cursor.next
      if (index.kind !== 'number' || !Number.isSafeInteger(index.value) || index.value < 0) {
        cursor.refuse('in brackets after a name stands a position in a list: 0, 1, 2 …')
        return null
      }
      path.push(index.value)
      cursor.take()
      if (!cursor.isSign(']')) {
        cursor.refuse('the bracket is not closed', [']'])
        return null
      }
      to = cursor.take().to
    } else {
      return { kind: 'reference', path, from: first.from, to }
    }
  }
}

function parseList(cursor: TokenCursor, depth: number): List | null {
  const { from } = cursor.next
  if (depth > listDepthMax) {
    cursor.refuse(`lists stand in one another more than ${listDepthMax} deep`)
    cursor.abandon()
    return null
  }
  cursor.take()
  const items: Operand[] = []
  if (cursor.isSign(']')) return { kind: 'list', items, from, to: cursor.take().to }
  for (;;) {
    const item = parseOperand(cursor, depth + 1)
    if (item === null) return null
    items.push(item)
    if (cursor.isSign(']')) return { kind: 'list', items, from, to: cursor.take().to }
    if (!cursor.isSign(',')) {
      cursor.refuse('the list goes on with a comma or ends', [',', ']'])
      return null
    }
    cursor.take()
  }
}
