/** A piece of SQL text as ClickHouse's own lexer would cut it, as far as it matters for finding clauses. */
export interface SqlToken {
  readonly kind: 'word' | 'quoted' | 'string' | 'number' | 'sign'
  /** Of a word in upper case; of everything else as it stands. */
  readonly text: string
  readonly from: number
  readonly to: number
  /** How many parentheses, brackets and braces are open around it. */
  readonly depth: number
}

const space = /[\s\0\uFEFF]+/y
const comment = /--[^\n]*|#[ !][^\n]*|\/\*[^]*?\*\//y
const word = /[A-Za-z_][A-Za-z0-9_$]*/y
const number = /\d(?:[eE][+-]|[\w.])*/y
const string = /'(?:[^'\\]|\\[^]|'')*'/y
const quoted = /`(?:[^`\\]|\\[^]|``)*`|"(?:[^"\\]|\\[^]|"")*"/y
const heredoc = /\$(\w*)\$[^]*?\$\1\$/y

/**
 * The tokens of a statement, without spaces and comments. `until` may stop early, because what follows the format's name
 * of an INSERT is data and no SQL. Something that is never closed, such as half a string, is one sign.
 */
export function* sqlTokens(sql: string): Generator<SqlToken> {
  let at = 0
  let depth = 0
  const match = (pattern: RegExp): boolean => {
    pattern.lastIndex = at
    return pattern.test(sql)
  }
  while (at < sql.length) {
    if (match(space)) at = space.lastIndex
    else if (match(comment)) at = comment.lastIndex
    else {
      const from = at
      const [kind, to] = nextToken(match, at)
      const text = sql.slice(from, to)
      if (closes.has(text)) depth = Math.max(0, depth - 1)
      yield { kind, text: kind === 'word' ? text.toUpperCase() : text, from, to, depth }
      if (opens.has(text)) depth++
      at = to
    }
  }
}

const opens = new Set(['(', '[', '{'])
const closes = new Set([')', ']', '}'])

function nextToken(match: (pattern: RegExp) => boolean, at: number): [SqlToken['kind'], number] {
  if (match(word)) return ['word', word.lastIndex]
  if (match(number)) return ['number', number.lastIndex]
  if (match(string)) return ['string', string.lastIndex]
  if (match(quoted)) return ['quoted', quoted.lastIndex]
  if (match(heredoc)) return ['string', heredoc.lastIndex]
  return ['sign', at + 1]
}

/** The statements of a file: cut at the semicolons that stand in no string, comment or parenthesis. */
export function sqlStatements(file: string): readonly string[] {
  const statements: string[] = []
  let from: number | null = null
  let to = 0
  for (const token of sqlTokens(file)) {
    if (token.text === ';' && token.kind === 'sign') {
      if (from !== null) statements.push(file.slice(from, to))
      from = null
    } else {
      from ??= token.from
      to = token.to
    }
  }
  if (from !== null) statements.push(file.slice(from, to))
  return statements
}

/** A value as an SQL string. */
export function quoteText(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}

/** A name as an SQL identifier, whatever is in it. */
export function quoteName(name: string): string {
  return `\`${name.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``
}
