import { sqlTokens, type SqlToken } from '../sql-tokens.ts'
import { exception } from './exception.ts'

/** One SQL statement, taken apart as far as the HTTP face needs it. */
export interface Statement {
  /** The first word: what the statement does. SELECT also where it begins with WITH, FROM or a parenthesis. */
  readonly verb: string
  /** The text without comments and without the semicolon at its end. */
  readonly sql: string
  /** The tokens of `sql`. */
  readonly tokens: readonly SqlToken[]
  /** The format that the statement itself asks for, and where in `sql` its clause begins. */
  readonly format: { readonly name: string; readonly at: number } | null
}

/** Several statements at once are refused, as ClickHouse's HTTP interface does. */
export function readStatement(text: string): Statement {
  const tokens: SqlToken[] = []
  let sql = ''
  let end = 0
  let isOver = false
  for (const token of sqlTokens(text)) {
    if (token.kind === 'sign' && token.text === ';' && token.depth === 0) {
      isOver = true
      continue
    }
    if (isOver) throw exception('SYNTAX_ERROR', 'Syntax error: Multi-statements are not allowed.')
    if (tokens.length > 0 && token.from > end) sql += ' '
    const from = sql.length
    sql += text.slice(token.from, token.to)
    tokens.push({ ...token, from, to: sql.length })
    end = token.to
  }
  if (tokens.length === 0) throw exception('SYNTAX_ERROR', 'Syntax error: Empty query.')
  return { verb: verbOf(tokens), sql, tokens, format: formatOf(tokens, sql) }
}

const selectBeginnings = new Set(['WITH', 'FROM', '('])

function verbOf(tokens: readonly SqlToken[]): string {
  const first = tokens[0]?.text ?? ''
  return selectBeginnings.has(first) ? 'SELECT' : first
}

/** The last FORMAT at the top that nothing but SETTINGS follows. */
function formatOf(tokens: readonly SqlToken[], sql: string): Statement['format'] {
  for (let index = tokens.length - 2; index > 0; index--) {
    const token = tokens[index]
    if (token?.kind !== 'word' || token.text !== 'FORMAT' || token.depth !== 0) continue
    const [name, after] = [tokens[index + 1], tokens[index + 2]]
    if (name?.kind !== 'word' || (after !== undefined && after.text !== 'SETTINGS')) continue
    return { name: sql.slice(name.from, name.to), at: token.from }
  }
  return null
}

/** An INSERT whose rows follow in a format. */
export interface InsertStatement {
  /** What comes before the clauses: INSERT INTO table (columns). */
  readonly into: string
  /** SETTINGS …, or nothing. */
  readonly settings: string
  readonly format: string
  /** Where, in the text that was read, the rows begin. */
  readonly dataAt: number
}

/**
 * The INSERT at the beginning of a text, or null where there is none, or none yet, or one that takes its rows from a
 * SELECT. Nothing is read beyond the name of the format: what follows is data in that format and may be any bytes.
 */
export function readInsert(text: string): InsertStatement | null {
  let clausesAt: number | null = null
  let settings = ''
  let previous: SqlToken | null = null
  for (const token of sqlTokens(text)) {
    if (previous === null && token.text !== 'INSERT') return null
    if (previous?.text === 'FORMAT' && previous.depth === 0 && token.kind === 'word') {
      // A word that touches the end of the text may go on in the next piece of the body.
      const into = text.slice(0, clausesAt ?? previous.from)
      const format = text.slice(token.from, token.to)
      return { into, settings, format, dataAt: afterBlanks(text, token.to) }
    }
    if (token.kind === 'word' && token.depth === 0) {
      if (token.text === 'SELECT' || token.text === 'WITH' || token.text === 'INFILE') return null
      if (token.text === 'SETTINGS') clausesAt ??= token.from
      if (token.text === 'FORMAT' && clausesAt !== null)
        settings = text.slice(clausesAt, token.from)
      if (token.text === 'VALUES' && previous?.text !== 'INTO' && previous?.text !== 'TABLE') {
        const into = text.slice(0, clausesAt ?? token.from)
        settings = clausesAt === null ? '' : text.slice(clausesAt, token.from)
        return { into, settings, format: 'Values', dataAt: token.to }
      }
    }
    previous = token
  }
  return null
}

/** ClickHouse leaves out blanks and one line break between the format's name and the rows. */
function afterBlanks(text: string, from: number): number {
  return from + (/^[ \t\f]*(?:\r?\n)?/.exec(text.slice(from))?.[0].length ?? 0)
}
