import { sqlTokens } from '../warehouse/sql-tokens.ts'

/** What has been typed, as far as it is whole: statements, and what still waits for its semicolon. */
export interface TypedSql {
  readonly statements: readonly string[]
  readonly rest: string
}

/** Cuts at semicolons that stand in no string and no comment; what follows the last one is still being typed. */
export function readTyped(text: string): TypedSql {
  const statements: string[] = []
  let from = 0
  let isEmpty = true
  let before = ''
  for (const token of sqlTokens(text)) {
    // A quotation or comment that nobody has closed yet swallows every semicolon after it.
    if (token.kind === 'sign' && isUnclosed(before, token.text)) break
    before = token.kind === 'sign' ? token.text : ''
    if (token.kind !== 'sign' || token.text !== ';') {
      isEmpty = false
      continue
    }
    if (!isEmpty) statements.push(text.slice(from, token.from).trim())
    from = token.to
    isEmpty = true
  }
  return { statements, rest: text.slice(from).trimStart() }
}

function isUnclosed(before: string, sign: string): boolean {
  return sign === "'" || sign === '"' || sign === '`' || (before === '/' && sign === '*')
}
