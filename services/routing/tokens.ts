import type { Extent } from './expression.ts'
import type { ExpressionFault } from './expression-fault.ts'

export type Token = Extent &
  (
    | { readonly kind: 'word' | 'sign'; readonly text: string }
    | { readonly kind: 'string'; readonly value: string }
    | { readonly kind: 'number'; readonly value: number }
    /** Its fault is told already; the parser goes round it without a second one. */
    | { readonly kind: 'unreadable' }
    | { readonly kind: 'end' }
  )

const patterns = {
  space: /\s+/uy,
  /** With hyphens, so that a name that has some is refused as a whole. */
  word: /[\p{L}_$][\p{L}\p{N}_$]*(?:-[\p{L}\p{N}_$]+)*/uy,
  /** And what clings to it, so that a number gone wrong is refused as a whole. */
  number: /-?\d[\p{L}\p{N}_$.]*/uy,
  sign: /==|!=|>=|<=|&&|\|\||[=<>()[\],.]/uy,
  /** All that nothing above begins with. */
  strange: /[^\s\p{L}\d_$'"‘’“”!=<>()[\],.]+/uy,
}

/**
 * The pieces of an expression, with all that is in it and is no piece. Ends with an `end`.
 *
 * TaskRouter's page on expressions tells of letters, digits and `_` in names; its page on multitasking adds `$`, and says
 * that a name does not begin with a digit. Those are Java's identifiers, so letters of every script are let in.
 */
export function readTokens(text: string): {
  readonly tokens: readonly Token[]
  readonly faults: readonly ExpressionFault[]
} {
  const tokens: Token[] = []
  const faults: ExpressionFault[] = []

  function refuse(piece: string, from: number, detail: string): number {
    faults.push({ offset: from, piece, detail })
    tokens.push({ kind: 'unreadable', from, to: from + piece.length })
    return from + piece.length
  }

  function readOne(from: number): number {
    const first = text.charAt(from)
    const space = match(patterns.space, text, from)
    if (space !== null) return from + space.length
    if (first === "'" || first === '"') return readString(from)
    const word = match(patterns.word, text, from)
    if (word?.includes('-')) return refuse(word, from, 'TaskRouter reads no hyphen in a name')
    if (word !== null) {
      tokens.push({ kind: 'word', text: word, from, to: from + word.length })
      return from + word.length
    }
    const number = match(patterns.number, text, from)
    if (number !== null) {
      if (!/^-?\d+(?:\.\d+)?$/.test(number)) {
        return refuse(number, from, 'a number is digits with at most one point among them')
      }
      tokens.push({ kind: 'number', value: Number(number), from, to: from + number.length })
      return from + number.length
    }
    const sign = match(patterns.sign, text, from)
    if (sign !== null) {
      tokens.push({ kind: 'sign', text: sign, from, to: from + sign.length })
      return from + sign.length
    }
    if (/[‘’“”]/.test(first)) return refuse(first, from, `a text stands in straight quotes, ' or "`)
    if (first === '!') return refuse(first, from, '! stands only in !=')
    const strange = match(patterns.strange, text, from) ?? first
    return refuse(strange, from, 'this means nothing in an expression')
  }

  /**
   * The pages show no escape. A backslash before a quote or a backslash stands for it; before anything else it is itself,
   * so that `'DOMAIN\user'` is what it looks like.
   */
  function readString(from: number): number {
    const quote = text.charAt(from)
    let value = ''
    for (let at = from + 1; at < text.length; at++) {
      const character = text.charAt(at)
      if (character === quote) {
        tokens.push({ kind: 'string', value, from, to: at + 1 })
        return at + 1
      }
      const next = text.charAt(at + 1)
      if (character === '\\' && (next === '\\' || next === "'" || next === '"')) {
        value += next
        at++
      } else {
        value += character
      }
    }
    return refuse(text.slice(from), from, `a text that begins with ${quote} ends with ${quote}`)
  }

  let at = 0
  while (at < text.length) at = readOne(at)
  tokens.push({ kind: 'end', from: text.length, to: text.length })
  return { tokens, faults }
}

function match(pattern: RegExp, text: string, from: number): string | null {
  pattern.lastIndex = from
  return pattern.exec(text)?.[0] ?? null
}
