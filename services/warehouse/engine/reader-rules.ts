import { exception } from './exception.ts'
import type { Statement } from './statement.ts'

/** What the read-only user may do at all. The engine's own `readonly = 1` stands behind this list. */
const readerMay = new Set(['SELECT', 'SHOW', 'DESCRIBE', 'DESC', 'EXPLAIN', 'EXISTS'])

/**
 * What `readonly = 1` lets pass and should not, as words that a statement of a reader cannot hold anywhere, not even as
 * a quoted name, for functions can be named without a call: `file` reads any file of this machine, OUTFILE writes one,
 * `eval` runs text that nobody has looked at, the others reach out to models and machines.
 */
const forbidden =
  /^(?:FILE|OUTFILE|INFILE|EVAL|CLUSTER|CLUSTERALLREPLICAS|CATBOOSTEVALUATE|REVERSEDNSQUERY|AI(?:GENERATE|CLASSIFY|EMBED|EXTRACT|TRANSLATE))$/

export function checkReader(statement: Statement): void {
  if (!readerMay.has(statement.verb)) {
    throw exception('READONLY', 'Cannot execute query in readonly mode.')
  }
  for (const token of statement.tokens) {
    if (token.kind === 'quoted' && token.text.includes('\\')) {
      throw exception('READONLY', 'A quoted name with a backslash is not allowed in readonly mode.')
    }
    const name = token.kind === 'quoted' ? token.text.slice(1, -1).toUpperCase() : token.text
    if ((token.kind === 'quoted' || token.kind === 'word') && forbidden.test(name)) {
      throw exception('READONLY', `${name} is not allowed in readonly mode.`)
    }
    if (token.kind === 'sign' && /[^\x20-\x7e]|['"`]/.test(token.text)) {
      throw exception('SYNTAX_ERROR', 'Syntax error: a quotation that has no end.')
    }
  }
}
