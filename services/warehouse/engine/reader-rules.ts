import type { SqlToken } from '../sql-tokens.ts'
import { exception } from './exception.ts'
import type { Statement } from './statement.ts'

/** What the read-only user may do at all. The engine's own `readonly = 1` and the grants stand behind this list. */
const readerMay = new Set(['SELECT', 'SHOW', 'DESCRIBE', 'DESC', 'EXPLAIN', 'EXISTS'])

/**
 * What `readonly = 1` lets pass and should not, as words that a statement of a reader cannot hold anywhere, not even as
 * a quoted name, for functions can be named without a call: `file` reads any file of this machine, OUTFILE writes one,
 * `eval` runs text that nobody has looked at, the others reach out to models and machines. SETTINGS in a subquery lifts
 * every limit for that subquery, `readonly` included.
 */
const forbidden =
  /^(?:SETTINGS|FILE|OUTFILE|INFILE|EVAL|EXECUTABLE|CLUSTER|CLUSTERALLREPLICAS|CATBOOSTEVALUATE|REVERSEDNSQUERY|AI(?:GENERATE|CLASSIFY|EMBED|EXTRACT|TRANSLATE))$/

export function checkReader({ verb, tokens }: Statement): void {
  if (!readerMay.has(verb)) throw exception('READONLY', 'Cannot execute query in readonly mode.')
  for (const [index, token] of tokens.entries()) {
    const name = nameOf(token)
    if (name !== null && forbidden.test(name) && !isSystemSettings(tokens, index)) {
      throw exception('READONLY', `${name} is not allowed in readonly mode.`)
    }
    if (!isPlain(token)) {
      throw exception('SYNTAX_ERROR', `Syntax error: not allowed in readonly mode: ${token.text}`)
    }
  }
}

function nameOf(token: SqlToken): string | null {
  if (token.kind === 'word') return token.text
  return token.kind === 'quoted' ? token.text.slice(1, -1).toUpperCase() : null
}

/** The table of that name is no clause. */
function isSystemSettings(tokens: readonly SqlToken[], index: number): boolean {
  const [system, dot, settings] = tokens.slice(index - 2, index + 1)
  return system?.text === 'SYSTEM' && dot?.text === '.' && settings?.text === 'SETTINGS'
}

/** Whatever ClickHouse might cut up in another way than we do is no reader's: the checks above would not see it. */
function isPlain(token: SqlToken): boolean {
  switch (token.kind) {
    case 'word':
      return true
    case 'quoted':
      return !token.text.includes('\\')
    case 'string':
      // A heredoc may hold anything; what it ends with is what we must agree on.
      return token.text.startsWith("'")
    case 'number':
      return /^(?:\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|0x[\da-fA-F]+|0b[01]+)$/.test(token.text)
    case 'sign':
      return /^[\x20-\x7e]$/.test(token.text) && !/['"`$\\#]/.test(token.text)
  }
}
