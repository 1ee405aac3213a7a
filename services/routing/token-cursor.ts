import type { ExpressionFault } from './expression-fault.ts'
import { readTokens, type Token } from './tokens.ts'

/** A place between the pieces of a text, which moves forward, and the faults found on the way. */
export interface TokenCursor {
  /** The piece that comes next. */
  readonly next: Token
  /** The one after it. */
  readonly afterNext: Token
  /** Moves past the next piece, which it gives; stays at the end. */
  take(): Token
  isEnd(): boolean
  isSign(...signs: readonly string[]): boolean
  /** Keywords are understood in any case: Twilio's own pages write `IN` as well as `in`, `CONTAINS` as well as `contains`. */
  isWord(...words: readonly string[]): boolean
  /** The next piece is wrong. Says nothing of one that could not be read, whose fault is told already. */
  refuse(detail: string, choices?: readonly string[]): void
  refuseAt(token: Token, detail: string): void
  /** Goes to the end, and tells of nothing more: what follows could not be understood. */
  abandon(): void
  /** In the order of the text. */
  faults(): readonly ExpressionFault[]
}

export function createTokenCursor(text: string): TokenCursor {
  const { tokens, faults: unreadable } = readTokens(text)
  const faults: ExpressionFault[] = [...unreadable]
  const end: Token = { kind: 'end', from: text.length, to: text.length }
  let position = 0
  let isAbandoned = false

  function at(index: number): Token {
    return tokens[index] ?? end
  }

  function note({ from, to }: Token, detail: string, choices?: readonly string[]): void {
    if (isAbandoned) return
    const fault = { offset: from, piece: text.slice(from, to), detail }
    faults.push(choices === undefined ? fault : { ...fault, choices })
  }

  return {
    get next() {
      return at(position)
    },
    get afterNext() {
      return at(position + 1)
    },
    take() {
      const token = at(position)
      if (token.kind !== 'end') position++
      return token
    },
    isEnd: () => at(position).kind === 'end',
    isSign(...signs) {
      const token = at(position)
      return token.kind === 'sign' && signs.includes(token.text)
    },
    isWord: (...words) => isKeyword(at(position), ...words),
    refuse(detail, choices) {
      const token = at(position)
      if (token.kind !== 'unreadable') note(token, detail, choices)
    },
    refuseAt: (token, detail) => note(token, detail),
    abandon() {
      position = tokens.length
      isAbandoned = true
    },
    faults: () => faults.toSorted((a, b) => a.offset - b.offset),
  }
}

export function isKeyword(token: Token, ...words: readonly string[]): boolean {
  return token.kind === 'word' && words.includes(token.text.toUpperCase())
}
