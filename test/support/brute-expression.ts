/**
 * A second reading of TaskRouter's expressions, for tests alone: one regular expression cuts the text, operators are put
 * behind their operands by their rank (shunting-yard), and the row is worked off on a stack. Nothing is shared with
 * services/routing, and nothing is short-circuited, so that what both get wrong they have got wrong twice.
 */
export function bruteHolds(
  text: string,
  roots: Readonly<Record<string, unknown>>,
  plain: string | null,
): boolean {
  const stack: unknown[] = []
  for (const item of behind(cut(text))) {
    if (item.rank === undefined) stack.push(meaning(item.text, roots, plain, stack))
    else {
      const right = stack.pop()
      const left = stack.pop()
      stack.push(apply(item.text, left, right))
    }
  }
  const [result] = stack
  if (stack.length !== 1 || typeof result !== 'boolean') throw new Error(`cannot be read: ${text}`)
  return result
}

interface Item {
  readonly text: string
  /** Of an operator; the higher, the closer it binds. */
  readonly rank?: number
}

const pieces =
  /\s*('(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|NOT\s+IN\b|(?:AND|OR|IN|HAS|CONTAINS)\b(?!\s*\.)|-?\d+(?:\.\d+)?|[\p{L}_$][\p{L}\p{N}_$]*(?:\.[\p{L}_$][\p{L}\p{N}_$]*|\[\d+\])*|==|!=|>=|<=|&&|\|\||[=<>()[\],])/giuy

const ranks: Readonly<Record<string, number>> = { OR: 1, AND: 2 }
const comparing = ['==', '!=', '>', '>=', '<', '<=', 'CONTAINS', 'HAS', 'IN', 'NOT IN']

function cut(text: string): Item[] {
  const items: Item[] = []
  pieces.lastIndex = 0
  while (pieces.lastIndex < text.trimEnd().length) {
    const piece = pieces.exec(text)?.[1]
    if (piece === undefined) throw new Error(`cannot be cut: ${text}`)
    const spelled = /^['"]/.test(piece) ? piece : piece.toUpperCase().replace(/\s+/g, ' ')
    const operator = { '=': '==', '&&': 'AND', '||': 'OR' }[spelled] ?? spelled
    const rank = comparing.includes(operator) ? 3 : ranks[operator]
    items.push(rank === undefined ? { text: piece } : { text: operator, rank })
  }
  return items
}

/** Operands first, then their operator; a list is its items between `[` and `]`. */
function behind(items: readonly Item[]): Item[] {
  const row: Item[] = []
  const waiting: Item[] = []
  for (const item of items) {
    if (item.text === '(') waiting.push(item)
    else if (item.text === ')') {
      for (let top = waiting.pop(); top?.text !== '('; top = waiting.pop()) {
        if (top === undefined) throw new Error('a parenthesis too many')
        row.push(top)
      }
    } else if (item.rank === undefined) {
      if (item.text !== ',') row.push(item)
    } else {
      for (let top = waiting.at(-1); (top?.rank ?? 0) >= item.rank; top = waiting.at(-1)) {
        row.push(top ?? item)
        waiting.pop()
      }
      waiting.push(item)
    }
  }
  return [...row, ...waiting.reverse()]
}

const open = Symbol('[')

function meaning(
  text: string,
  roots: Readonly<Record<string, unknown>>,
  plain: string | null,
  stack: unknown[],
): unknown {
  if (text === '[') return open
  if (text === ']') return stack.splice(stack.lastIndexOf(open)).slice(1)
  if (/^['"]/.test(text)) return text.slice(1, -1).replace(/\\(['"\\])/g, '$1')
  if (/^-?\d/.test(text)) return Number.parseFloat(text)
  const word = text.toLowerCase()
  if (word === 'true' || word === 'false' || word === 'null') return JSON.parse(word)
  const steps = text.split(/[.[\]]+/).filter((step) => step !== '')
  const [first = ''] = steps
  const from = steps.length > 1 && Object.hasOwn(roots, first) ? first : plain
  if (from === null) return null
  const way = from === first && steps.length > 1 ? steps.slice(1) : steps
  const indexes = new Set([...text.matchAll(/\[(\d+)\]/g)].map(([, index]) => index))
  return way.reduce<unknown>((value, step) => {
    const isIndex = indexes.has(step) && /^\d+$/.test(step)
    if (isIndex !== Array.isArray(value)) return null
    return new Map(Object.entries(value ?? {})).get(step) ?? null
  }, roots[from])
}

type Kind = 'null' | 'list' | 'object' | 'string' | 'number' | 'boolean'

function kindOf(value: unknown): Kind {
  const kinds: Readonly<Record<string, Kind>> = {
    '[object Null]': 'null',
    '[object Array]': 'list',
    '[object String]': 'string',
    '[object Number]': 'number',
    '[object Boolean]': 'boolean',
  }
  return kinds[Object.prototype.toString.call(value)] ?? 'object'
}

/** What a value is the same by; null for what is the same as nothing. */
function mark(value: unknown): string | null {
  const kind = kindOf(value)
  return kind === 'list' || kind === 'object' ? null : `${kind} ${String(value)}`
}

function apply(operator: string, left: unknown, right: unknown): boolean {
  const kinds: readonly [Kind, Kind] = [kindOf(left), kindOf(right)]
  const isComposed = kinds.some((kind) => kind === 'list' || kind === 'object')
  const nulls = kinds.filter((kind) => kind === 'null').length
  switch (operator) {
    case 'AND':
      return [left, right].every((value) => value === true)
    case 'OR':
      return [left, right].some((value) => value === true)
    case '==':
      return nulls === 2 || (nulls === 0 && !isComposed && mark(left) === mark(right))
    case '!=':
      return nulls === 1 || (nulls === 0 && !isComposed && mark(left) !== mark(right))
    case 'CONTAINS':
      return nulls === 0 && !isComposed && String(left).lastIndexOf(String(right)) >= 0
    case 'HAS':
      return kinds[0] === 'list' && isAmong(right, left)
    case 'IN':
      return mark(left) !== null && kinds[1] === 'list' && isAmong(left, right)
    case 'NOT IN':
      return mark(left) !== null && kinds[1] === 'list' && !isAmong(left, right)
    default:
      return isInOrder(operator, left, right)
  }
}

function isAmong(value: unknown, list: unknown): boolean {
  const wanted = mark(value)
  const marks = new Set(Array.isArray(list) ? list.map(mark) : [])
  return wanted !== null && marks.has(wanted)
}

function isInOrder(operator: string, left: unknown, right: unknown): boolean {
  const kind = kindOf(left)
  if (kind !== kindOf(right) || (kind !== 'number' && kind !== 'string')) return false
  const isSame = mark(left) === mark(right)
  const [first] = kind === 'string' ? [left, right].sort() : [left, right].sort(byNumber)
  const order = isSame ? '=' : first === left ? '<' : '>'
  return operator.includes(order)
}

function byNumber(a: unknown, b: unknown): number {
  return Number(a) - Number(b)
}
